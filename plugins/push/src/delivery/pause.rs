//! Gateways that are left in peace because they fail or ask for it, whatever job, instance or node it is that has
//! something for them.

use std::time::Duration;

use talaria_sdk::{kv, log};

use crate::gateways::LONGEST_PAUSE;
use crate::{clock, store};

/// After the first failure. Each that follows doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Of one gateway.
pub(super) struct Pause {
    gateway: &'static str,
    /// Since the Unix epoch.
    until: Duration,
    /// Since it has last answered.
    failures: u32,
}

impl Pause {
    pub(super) fn read(gateway: &'static str) -> Result<Self, String> {
        let kept = kv::get(&key(gateway)).map_err(store::failed)?;
        let kept = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        let (until, failures) = kept.unwrap_or_default();
        Ok(Self { gateway, until: Duration::from_millis(until), failures })
    }

    /// For how long still.
    pub(super) fn left(&self) -> Option<Duration> {
        self.until.checked_sub(clock::now()).filter(|left| !left.is_zero())
    }

    /// Begins after another failure, and is at least as long as the gateway asks for; answers how long.
    pub(super) fn begin(&mut self, asked: Option<Duration>) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let pause = growing(self.failures).max(asked.unwrap_or_default());
        self.until = clock::now() + pause;
        let until = u64::try_from(self.until.as_millis()).unwrap_or(u64::MAX);
        let kept = serde_json::json!([until, self.failures]).to_string();
        // What is known of its failures outlasts the pause, so that the next one is longer.
        if let Err(error) = kv::set_for(&key(self.gateway), kept, pause + LONGEST_PAUSE) {
            log::warn(format!("other jobs do not learn that {} wants a pause: {error:?}", self.gateway));
        }
        pause
    }

    /// It has answered.
    pub(super) fn end(&mut self) {
        if self.failures == 0 {
            return;
        }
        self.failures = 0;
        if let Err(error) = kv::delete(&key(self.gateway)) {
            log::warn(format!("the failures of {} cannot be forgotten: {error:?}", self.gateway));
        }
    }
}

/// After so many failures in a row.
pub(super) fn growing(failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}

fn key(gateway: &str) -> String {
    format!("pause/{gateway}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_pause_up_to_an_hour() {
        let seconds = [1, 2, 3, 12, 13, u32::MAX].map(|failures| growing(failures).as_secs());
        assert_eq!(seconds, [1, 2, 4, 2048, 3600, 3600]);
    }

    #[test]
    fn a_gateway_that_answers_begins_anew() {
        let mut pause = Pause::read("generic").unwrap();
        assert_eq!((pause.left(), pause.begin(None)), (None, Duration::from_secs(1)));
        assert_eq!(pause.begin(Some(Duration::from_secs(1))), Duration::from_secs(2), "a longer one than is asked for");
        let mut read = Pause::read("generic").unwrap();
        assert!(read.left().is_some_and(|left| left <= Duration::from_secs(2)));
        assert_eq!(read.begin(Some(Duration::from_secs(60))), Duration::from_secs(60));
        read.end();
        let mut read = Pause::read("generic").unwrap();
        assert_eq!((read.left(), read.begin(None)), (None, Duration::from_secs(1)));
    }
}
