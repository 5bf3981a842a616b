//! The timers that a plugin asks for: checked when it is loaded, and when they are due.

use std::collections::BTreeSet;

use croner::{
    Cron,
    parser::{CronParser, Year},
};
use jiff::{Timestamp as Instant, civil::DateTime, tz::TimeZone};

use super::{LoadError, Plugin};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{lifecycle, timer_fired},
        call::Call,
        convert,
        manifest::is_name,
    },
    model::{Context, Timestamp},
};

/// Timers of one plugin.
const MOST: usize = 16;

/// A timer of a plugin.
#[derive(Clone, Debug)]
pub struct Timer {
    name: String,
    /// As the plugin wrote it.
    expression: String,
    cron: Cron,
}

impl Timer {
    fn new(name: String, expression: String) -> Result<Self, LoadError> {
        let timer = name.clone();
        let bad = |cause: String| LoadError::BadTimer { timer, cause };
        if !is_name(&name) {
            return Err(bad("a timer's name is 1 to 64 of a-z, 0-9, `-` and `_`".into()));
        }
        let parser = CronParser::builder().year(Year::Disallowed).build();
        let cron = match parser.parse(&expression) {
            Ok(cron) => cron,
            Err(error) => return Err(bad(format!("`{expression}` is no cron expression: {error}"))),
        };
        let timer = Self { name, expression, cron };
        if timer.next_after(Timestamp(0)).is_none() {
            return Err(bad(format!("`{}` never comes", timer.expression)));
        }
        Ok(timer)
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cron expression, as the plugin wrote it.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The first moment after `date`; `None` when there is none, as of 30 February.
    #[must_use]
    pub fn next_after(&self, date: Timestamp) -> Option<Timestamp> {
        self.cron.find_next_occurrence(&civil(date)?, false).ok().and_then(timestamp)
    }

    /// The last moment in the time after `since` and until `now`: when it was missed several times, this is the one
    /// that counts.
    #[must_use]
    pub fn last_within(&self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let last = self.cron.find_previous_occurrence(&civil(now)?, true).ok().and_then(timestamp)?;
        (last > since).then_some(last)
    }
}

/// In UTC, to the second: a cron expression knows nothing finer.
fn civil(date: Timestamp) -> Option<DateTime> {
    let seconds = date.0.div_euclid(1000);
    Some(Instant::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).datetime())
}

fn timestamp(date: DateTime) -> Option<Timestamp> {
    let date = date.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp(date.timestamp().as_millisecond()))
}

impl Plugin {
    /// The timers that it asks for.
    #[must_use]
    pub fn timers(&self) -> &[Timer] {
        &self.timers
    }

    pub(super) fn take_timers(&mut self, described: Vec<lifecycle::Timer>) -> Result<(), LoadError> {
        if described.is_empty() {
            return Ok(());
        }
        if !self.manifest.hooks.contains(&Hook::TimerFired) {
            return Err(LoadError::Unhandled { what: "timers", hook: Hook::TimerFired });
        }
        if described.len() > MOST {
            return Err(LoadError::TooMany { what: "timers", count: described.len(), most: MOST });
        }
        let mut names = BTreeSet::new();
        for timer in described {
            if !names.insert(timer.name.clone()) {
                return Err(LoadError::BadTimer { timer: timer.name, cause: "there are two of this name".into() });
            }
            self.timers.push(Timer::new(timer.name, timer.cron)?);
        }
        Ok(())
    }

    /// `timer.fired`
    pub(in crate::dispatch) async fn timer_fired(
        &self,
        context: &Context,
        timer: &str,
        due: Timestamp,
    ) -> Result<(), Fault> {
        let mut call = Call::begin(self, Hook::TimerFired, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, timer_fired.call_fired(context, timer_fired::Tick { name: timer, due: due.0 }));
        call.finish_fallible(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2027-01-15 08:00:00 UTC, a Friday.
    const EIGHT: i64 = 1_800_000_000_000;

    fn timer(expression: &str) -> Timer {
        Timer::new("t".into(), expression.into()).unwrap()
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp(EIGHT + seconds * 1000)
    }

    #[test]
    fn seconds_are_optional_and_the_zone_is_utc() {
        assert_eq!(timer("30 8 * * *").next_after(after(0)), Some(after(30 * 60)));
        assert_eq!(timer("*/10 * * * * *").next_after(after(0)), Some(after(10)));
        assert_eq!(timer("0 8 * * MON").next_after(after(0)), Some(after(3 * 24 * 60 * 60)));
        let between = Timestamp(EIGHT + 999);
        assert_eq!(timer("* * * * * *").next_after(between), Some(after(1)));
    }

    #[test]
    fn of_several_moments_the_last_one_counts() {
        let minutely = timer("* * * * *");
        assert_eq!(minutely.last_within(after(0), after(59)), None, "nothing was missed");
        assert_eq!(minutely.last_within(after(0), after(60)), Some(after(60)));
        assert_eq!(minutely.last_within(after(0), after(605)), Some(after(600)));
        assert_eq!(minutely.last_within(after(600), after(605)), None);
    }

    #[test]
    fn a_moment_that_never_comes_is_refused() {
        let refused = Timer::new("never".into(), "0 0 30 2 *".into()).unwrap_err().to_string();
        assert!(refused.contains("`0 0 30 2 *` never comes"), "{refused}");
        assert!(timer("0 0 29 2 *").next_after(after(0)).is_some());
    }

    #[test]
    fn what_is_no_expression_is_refused_by_name() {
        for bad in ["", "every day", "61 * * * *", "* * * *", "* * * * * * *"] {
            let refused = Timer::new("nightly".into(), bad.into()).unwrap_err().to_string();
            assert!(refused.contains("`nightly`") && refused.contains(bad), "{refused}");
        }
        assert!(Timer::new("Bad Name".into(), "* * * * *".into()).is_err());
    }
}
