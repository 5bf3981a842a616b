//! One call of one guest: taking a warm instance, keeping the deadline, and giving back only what is sound.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use tokio::sync::OwnedSemaphorePermit;

use super::{Fault, Hook, Plugin, instance::Instance};

/// Log lines that a guest may write in one call.
const LOG_LINES: u32 = 100;
/// One in so many calls of an instance is timed: the clock and the histogram cost a tenth of a short call.
const TIMED_CALLS: u32 = 8;
/// How long a call waits for a new instance to start.
const COLD_START: Duration = Duration::from_secs(1);
/// Calls after which an instance is replaced, as linear memory never shrinks.
const RECYCLE_CALLS: u32 = 1_000_000;

/// A call that is under way. Dropping it without [`Self::finish`] drops the instance, because a guest that was left in the
/// middle of a call is not sound.
pub(super) struct Call<'plugin> {
    plugin: &'plugin Plugin,
    hook: Hook,
    pub(super) instance: Box<Instance>,
    _permit: OwnedSemaphorePermit,
    started: Instant,
    limit: Duration,
}

impl<'plugin> Call<'plugin> {
    /// Waits for an instance no longer than the call may take.
    pub(super) async fn begin(plugin: &'plugin Plugin, hook: Hook) -> Result<Self, Fault> {
        let started = Instant::now();
        let limit = plugin.settings(hook).deadline;
        // A call that meets a warm instance at once, as nearly all do, asks for the time no second time.
        let mut waited = false;
        let permit = match Arc::clone(&plugin.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                waited = true;
                let waiting = Arc::clone(&plugin.permits).acquire_owned();
                match within(limit, waiting).await {
                    Some(Ok(permit)) => permit,
                    _ => return Err(plugin.record_fault(hook, started, Fault::Saturated)),
                }
            }
        };
        let warm = plugin.warm.lock().pop();
        let mut instance = match warm {
            Some(instance) => instance,
            None => {
                waited = true;
                // A start that is cut short at the deadline would be cut short at the next call again, and so for ever:
                // after a trap and in a burst a call may take a little longer instead.
                match within(COLD_START, plugin.start_instance()).await {
                    Some(Ok(instance)) => instance,
                    Some(Err(fault)) => return Err(plugin.record_fault(hook, started, fault)),
                    None => return Err(plugin.record_fault(hook, started, Fault::Timeout(COLD_START))),
                }
            }
        };
        let begins = if waited { Instant::now() } else { started };
        instance.arm(Some(hook), begins + limit, LOG_LINES);
        Ok(Self { plugin, hook, instance, _permit: permit, started, limit })
    }

    /// How long the guest has from here on, in milliseconds.
    pub(super) fn deadline_ms(&self) -> u32 {
        u32::try_from(self.limit.as_millis()).unwrap_or(u32::MAX)
    }

    /// How long the guest has from here on. It is for host calls that wait: the guest itself is interrupted by its epochs.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// Ends the call: a sound instance becomes warm again, any other is dropped.
    pub(super) fn finish<R>(self, result: Option<wasmtime::Result<R>>) -> Result<R, Fault> {
        match result {
            Some(Ok(result)) => {
                let instance = self.instance;
                let is_timed = instance.calls.is_multiple_of(TIMED_CALLS);
                let worn = instance.calls > RECYCLE_CALLS || instance.memory() > self.plugin.memory_mark();
                if !worn {
                    let mut warm = self.plugin.warm.lock();
                    if warm.len() < self.plugin.warm_limit() {
                        warm.push(instance);
                    }
                }
                self.plugin.record_success(self.hook, is_timed.then_some(self.started));
                Ok(result)
            }
            Some(Err(error)) => {
                let fault =
                    Fault::from_error(&error, self.limit, self.instance.memory_exceeded(), &self.instance.last_words());
                Err(self.plugin.record_fault(self.hook, self.started, fault))
            }
            None => Err(self.plugin.record_fault(self.hook, self.started, Fault::Timeout(self.limit))),
        }
    }
}

/// Runs a guest's call for at most `limit`; `None` when it takes longer. Most calls never wait, so the timer is made only
/// for those that do.
pub(super) async fn within<F: Future>(limit: Duration, call: F) -> Option<F::Output> {
    let mut call = pin!(call);
    match futures_util::poll!(call.as_mut()) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => tokio::time::timeout(limit, call).await.ok(),
    }
}
