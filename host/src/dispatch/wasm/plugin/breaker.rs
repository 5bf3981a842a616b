//! The breaker of one hook of one version: after too many failures in a short time nothing is called any more, until a
//! trial call succeeds. Knows no clock and no guest: it is told both.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde::Serialize;

/// Bytes of a fault's text that are kept; a guest chooses how long its text is.
const KEPT_TEXT: usize = 1_024;

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BreakerSettings {
    /// Failures within [`Self::window`] that open it.
    pub failures: usize,
    pub window: Duration,
    /// Until the first trial call. Each one that fails doubles the pause,
    pub pause: Duration,
    /// up to this.
    pub max_pause: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { failures: 5, window: seconds(10), pause: seconds(5), max_pause: seconds(300) }
    }
}

/// Whether a hook is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// It is.
    Closed,
    /// It is not.
    Open,
    /// One call is under way to find out whether it may be.
    HalfOpen,
}

impl BreakerState {
    /// The number used in metrics: the higher, the worse.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::HalfOpen => 1,
            Self::Open => 2,
        }
    }
}

/// A breaker as it is at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Snapshot {
    pub(super) state: BreakerState,
    /// When it opened, or closed.
    pub(super) since: Instant,
    /// Of an open one.
    pub(super) next_trial: Option<Instant>,
    pub(super) last_fault: Option<String>,
}

/// How a call passes a breaker.
#[derive(Debug)]
pub(super) enum Pass<'breaker> {
    Freely,
    /// Its outcome decides.
    OnTrial(Trial<'breaker>),
    /// Not before so long.
    Refused(Duration),
}

/// One hook's.
#[derive(Debug)]
pub(super) struct Breaker {
    settings: BreakerSettings,
    /// All that a call looks at as long as there is no trouble. It only says whether to look at the rest, under the
    /// lock.
    closed: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: BreakerState,
    since: Instant,
    /// Of the failures that count, oldest first; no more than open the breaker.
    failures: VecDeque<Instant>,
    pause: Duration,
    next_trial: Instant,
    last_fault: Option<String>,
}

impl Breaker {
    pub(super) fn new(settings: BreakerSettings, now: Instant) -> Self {
        let inner = Inner {
            state: BreakerState::Closed,
            since: now,
            failures: VecDeque::new(),
            pause: settings.pause,
            next_trial: now,
            last_fault: None,
        };
        Self { settings, closed: AtomicBool::new(true), inner: Mutex::new(inner) }
    }

    /// Whether a call may be made. Without trouble this is one relaxed load, and no look at the clock.
    #[inline]
    pub(super) fn pass(&self, now: impl FnOnce() -> Instant) -> Pass<'_> {
        if self.closed.load(Ordering::Relaxed) { Pass::Freely } else { self.pass_troubled(now()) }
    }

    #[cold]
    fn pass_troubled(&self, now: Instant) -> Pass<'_> {
        let mut inner = self.inner.lock();
        let left = inner.next_trial.saturating_duration_since(now);
        match inner.state {
            BreakerState::Closed => Pass::Freely,
            BreakerState::Open if left.is_zero() => {
                inner.state = BreakerState::HalfOpen;
                Pass::OnTrial(Trial { breaker: self, settled: false })
            }
            BreakerState::Open => Pass::Refused(left),
            BreakerState::HalfOpen => Pass::Refused(self.settings.pause),
        }
    }

    /// Counts a failure; how long the pause is when it opens the breaker.
    pub(super) fn fail(&self, fault: &str, now: Instant) -> Option<Duration> {
        let mut inner = self.inner.lock();
        inner.remember(fault);
        // A call that began before the breaker opened tells nothing new.
        if inner.state != BreakerState::Closed {
            return None;
        }
        inner.failures.push_back(now);
        while inner.failures.front().is_some_and(|&first| now.saturating_duration_since(first) > self.settings.window) {
            inner.failures.pop_front();
        }
        if inner.failures.len() < self.settings.failures {
            return None;
        }
        self.closed.store(false, Ordering::Relaxed);
        inner.since = now;
        inner.open(now);
        Some(inner.pause)
    }

    /// How it is.
    pub(super) fn snapshot(&self) -> Snapshot {
        let inner = self.inner.lock();
        let next_trial = (inner.state == BreakerState::Open).then_some(inner.next_trial);
        Snapshot { state: inner.state, since: inner.since, next_trial, last_fault: inner.last_fault.clone() }
    }
}

impl Inner {
    fn open(&mut self, now: Instant) {
        self.state = BreakerState::Open;
        self.next_trial = now + self.pause;
    }

    fn remember(&mut self, fault: &str) {
        self.last_fault = Some(fault[..fault.floor_char_boundary(KEPT_TEXT)].to_owned());
    }
}

/// The one call that is made to find out whether the guest has recovered. One that is dropped before its outcome is
/// known leaves it to the next call to find out.
#[derive(Debug)]
pub(in crate::dispatch::wasm) struct Trial<'breaker> {
    breaker: &'breaker Breaker,
    settled: bool,
}

impl Trial<'_> {
    /// The guest has recovered: everything is called again.
    pub(super) fn succeed(mut self, now: Instant) {
        self.settled = true;
        let mut inner = self.breaker.inner.lock();
        inner.state = BreakerState::Closed;
        inner.since = now;
        inner.failures.clear();
        inner.pause = self.breaker.settings.pause;
        self.breaker.closed.store(true, Ordering::Relaxed);
    }

    /// It has not: the next trial comes after twice the pause, which is returned.
    pub(super) fn fail(mut self, fault: &str, now: Instant) -> Duration {
        self.settled = true;
        let mut inner = self.breaker.inner.lock();
        inner.remember(fault);
        inner.pause = inner.pause.saturating_mul(2).min(self.breaker.settings.max_pause);
        inner.open(now);
        inner.pause
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if !self.settled {
            // The time of the trial stays, which is past.
            self.breaker.inner.lock().state = BreakerState::Open;
        }
    }
}

#[cfg(test)]
mod tests;
