//! What became of calls: counted, logged, and told to the breaker, which decides about the next ones.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{
    FailurePolicy, Plugin,
    breaker::{BreakerState, Pass, Trial},
};
use crate::{
    dispatch::logs::{LogLevel, LogSource},
    dispatch::wasm::{Class, Fault, Hook, Manifest},
    model::Timestamp,
};

/// How soon to ask again while a trial is under way.
const TRIAL: Duration = Duration::from_secs(1);

/// The breaker of one hook, as the operator sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BreakerStatus {
    pub hook: Hook,
    pub state: BreakerState,
    /// When it opened; when it closed, or the version was loaded, of one that is closed.
    pub since: Timestamp,
    /// When the next call is tried, if one comes.
    pub next_trial: Option<Timestamp>,
    /// What went wrong last, even if that was long ago.
    pub last_fault: Option<String>,
}

/// That a version cannot go on like this: it failed often, or its breaker opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    pub since: Instant,
    pub cause: String,
}

pub(super) struct Metrics {
    calls: metrics::Counter,
    seconds: metrics::Histogram,
    skipped: metrics::Counter,
    opened: metrics::Counter,
    breaker: metrics::Gauge,
}

impl Metrics {
    /// A hook that the plugin does not handle has no series.
    pub(super) fn of(manifest: &Manifest, hook: Hook) -> Self {
        if !manifest.hooks.contains(&hook) {
            return Self {
                calls: metrics::Counter::noop(),
                seconds: metrics::Histogram::noop(),
                skipped: metrics::Counter::noop(),
                opened: metrics::Counter::noop(),
                breaker: metrics::Gauge::noop(),
            };
        }
        let labels = [("plugin", manifest.name.clone()), ("hook", hook.name().to_owned())];
        Self {
            calls: metrics::counter!("talaria_plugin_calls_total", &labels),
            seconds: metrics::histogram!("talaria_plugin_call_seconds", &labels),
            skipped: metrics::counter!("talaria_plugin_calls_skipped_total", &labels),
            opened: metrics::counter!("talaria_plugin_breaker_opened_total", &labels),
            breaker: metrics::gauge!("talaria_plugin_breaker_state", &labels),
        }
    }
}

impl Plugin {
    /// The breakers of the hooks that the plugin handles.
    #[must_use]
    pub fn breakers(&self) -> Vec<BreakerStatus> {
        let (now, time) = (Instant::now(), self.runtime.services.clock.now());
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let of = |hook: Hook| {
            let snapshot = self.breakers[hook as usize].snapshot();
            BreakerStatus {
                hook,
                state: snapshot.state,
                since: time.plus_millis(-millis(now.saturating_duration_since(snapshot.since))),
                next_trial: snapshot
                    .next_trial
                    .map(|trial| time.plus_millis(millis(trial.saturating_duration_since(now)))),
                last_fault: snapshot.last_fault,
            }
        };
        self.manifest.hooks.iter().copied().map(of).collect()
    }

    /// Whether a call may be made, and whether it is a trial.
    pub(in crate::dispatch::wasm) fn admit(&self, hook: Hook) -> Result<Option<Trial<'_>>, Fault> {
        if let Some(retry) = self.account.cpu.rest() {
            return Err(self.refuse_over_time(hook, retry));
        }
        match self.breakers[hook as usize].pass(Instant::now) {
            Pass::Freely => Ok(None),
            Pass::OnTrial(trial) => {
                self.show_breaker(hook, BreakerState::HalfOpen);
                tracing::info!(plugin = &*self.name, version = &*self.manifest.version, %hook, "the plugin is called again to see whether it has recovered");
                Ok(Some(trial))
            }
            Pass::Refused(retry) => {
                self.skip(hook);
                Err(Fault::Open { retry })
            }
        }
    }

    /// Counts a call that is not made.
    pub(super) fn skip(&self, hook: Hook) {
        self.calls[hook as usize].skipped.increment(1);
    }

    /// How long a hook is called no more; `None` when it may be called now.
    pub(in crate::dispatch) fn rest(&self, hook: Hook) -> Option<Duration> {
        if let Some(rest) = self.account.cpu.rest() {
            return Some(rest);
        }
        let snapshot = self.breakers[hook as usize].snapshot();
        match snapshot.state {
            BreakerState::Closed => None,
            BreakerState::HalfOpen => Some(TRIAL),
            BreakerState::Open => {
                snapshot.next_trial?.checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero())
            }
        }
    }

    /// Counts a call, and enters its time when its start is given.
    pub(in crate::dispatch::wasm) fn record_success(
        &self,
        hook: Hook,
        started: Option<Instant>,
        trial: Option<Trial<'_>>,
    ) {
        self.count(hook, started);
        if let Some(trial) = trial {
            trial.succeed(Instant::now());
            self.show_breaker(hook, BreakerState::Closed);
            tracing::info!(plugin = &*self.name, version = &*self.manifest.version, %hook, "the plugin has recovered; its breaker is closed");
        }
    }

    /// The guest ran to its end, but its answer is of no use.
    pub(in crate::dispatch) fn refuse_answer(&self, hook: Hook, cause: &str) {
        self.record_fault(hook, None, None, Fault::Refused(cause.to_owned()));
    }

    /// Counts and logs a failed call, which may open the breaker.
    pub(in crate::dispatch::wasm) fn record_fault(
        &self,
        hook: Hook,
        started: Option<Instant>,
        trial: Option<Trial<'_>>,
        fault: Fault,
    ) -> Fault {
        self.count(hook, started);
        if let (Fault::Timeout(limit), None) = (&fault, started) {
            self.calls[hook as usize].seconds.record(limit.as_secs_f64());
        }
        self.faults.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("talaria_plugin_faults_total", "plugin" => self.manifest.name.clone(), "hook" => hook.name(), "kind" => fault.kind()).increment(1);
        let (plugin, version) = (&*self.name, &*self.manifest.version);
        self.log.enter(LogLevel::Warn, LogSource::Fault, Some(hook.name()), &fault.to_string());
        tracing::warn!(plugin, version, %hook, kind = fault.kind(), "a plugin failed: {fault}");
        if let Fault::Trap { frames, .. } = &fault {
            tracing::debug!(plugin, version, %hook, "it was in\n{frames}");
        }
        // Too much work is no failure of the guest: one that is too slow fails by its deadline.
        if !matches!(fault, Fault::Saturated | Fault::NoRoom(_)) {
            // Who answers that it wants to be called again speaks of those it tells: no version is taken back for that.
            let is_postponed =
                matches!(fault, Fault::Refused(_)) && matches!(hook.class(), Class::Observer | Class::Task);
            let failures = self.failures.fetch_add(u64::from(!is_postponed), Ordering::Relaxed) + 1;
            if !is_postponed && failures == self.runtime.settings.tolerated_failures {
                self.raise(format!("it failed {failures} times, the last time on {hook}: {fault}"));
            }
            if self.tell_breaker(hook, trial, &fault) && !is_postponed {
                self.raise(format!("its breaker opened on {hook}: {fault}"));
            }
        }
        fault
    }

    /// Nothing of this version is shown any more: another one has its place, or none.
    pub(in crate::dispatch) fn leave(&self) {
        self.has_left.store(true, Ordering::Relaxed);
        for metrics in &self.calls {
            metrics.breaker.set(BreakerState::Closed.number());
        }
    }

    fn count(&self, hook: Hook, started: Option<Instant>) {
        let metrics = &self.calls[hook as usize];
        metrics.calls.increment(1);
        if let Some(started) = started {
            metrics.seconds.record(started.elapsed().as_secs_f64());
        }
    }

    /// True when it opens.
    fn tell_breaker(&self, hook: Hook, trial: Option<Trial<'_>>, fault: &Fault) -> bool {
        let (text, now) = (fault.to_string(), Instant::now());
        let pause = match trial {
            Some(trial) => Some(trial.fail(&text, now)),
            None => self.breakers[hook as usize].fail(&text, now),
        };
        let Some(pause) = pause else { return false };
        self.calls[hook as usize].opened.increment(1);
        self.show_breaker(hook, BreakerState::Open);
        let meanwhile = match (hook.class(), self.settings(hook).on_failure) {
            (Class::Observer, _) => "its events wait",
            (Class::Task, _) => "its timers pass and its jobs wait",
            (Class::Filter | Class::Provider, FailurePolicy::Open) => "it is skipped",
            (Class::Filter | Class::Provider, FailurePolicy::Closed) => "what it guards is refused",
        };
        tracing::warn!(plugin = &*self.name, version = &*self.manifest.version, %hook, pause_seconds = pause.as_secs_f64(), "the plugin's breaker is open, {meanwhile}: {fault}");
        true
    }

    /// Says that this version is in trouble, once.
    fn raise(&self, cause: String) {
        if self.trouble.set(Trouble { since: Instant::now(), cause }).is_ok() {
            self.runtime.trouble.notify_one();
        }
    }

    fn show_breaker(&self, hook: Hook, state: BreakerState) {
        if !self.has_left.load(Ordering::Relaxed) {
            self.calls[hook as usize].breaker.set(state.number());
        }
    }
}
