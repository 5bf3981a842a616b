//! One call of one guest: taking a warm instance, keeping the deadline, and giving back only what is sound.

use std::{
    future::Future,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, TryAcquireError};

use super::{Fault, Hook, Plugin, instance::Instance};

/// Log lines that a guest may write in one call.
const LOG_LINES: u32 = 100;
/// Calls after which an instance is replaced, as linear memory never shrinks. Jittered by the caller's time.
const RECYCLE_CALLS: u32 = 1_000_000;

/// A call that is under way. Dropping it without [`Self::finish`] drops the instance, because a guest that was left in the
/// middle of a call is not sound.
pub(super) struct Call<'plugin> {
    plugin: &'plugin Plugin,
    hook: Hook,
    pub(super) instance: Box<Instance>,
    _permit: OwnedSemaphorePermit,
    started: Instant,
    deadline: Duration,
}

impl<'plugin> Call<'plugin> {
    /// Waits for an instance no longer than the call may take.
    pub(super) async fn begin(plugin: &'plugin Plugin, hook: Hook) -> Result<Self, Fault> {
        let started = Instant::now();
        let deadline = plugin.settings(hook).deadline;
        let permit = match std::sync::Arc::clone(&plugin.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(Fault::Saturated),
            Err(TryAcquireError::NoPermits) => {
                let waiting = std::sync::Arc::clone(&plugin.permits).acquire_owned();
                match tokio::time::timeout(deadline, waiting).await {
                    Ok(Ok(permit)) => permit,
                    _ => return Err(plugin.record_fault(hook, started, Fault::Saturated)),
                }
            }
        };
        let warm = plugin.warm.lock().pop();
        let mut instance = match warm {
            Some(instance) => instance,
            None => plugin.start_instance().await.map_err(|fault| plugin.record_fault(hook, started, fault))?,
        };
        instance.arm(Some(hook), Instant::now() + deadline, LOG_LINES);
        Ok(Self { plugin, hook, instance, _permit: permit, started, deadline })
    }

    /// What is left of the deadline, in milliseconds.
    pub(super) fn deadline_ms(&self) -> u32 {
        u32::try_from(self.deadline.as_millis()).unwrap_or(u32::MAX)
    }

    /// The deadline from here on, for host calls that wait: the guest itself is interrupted by its epochs.
    pub(super) const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Ends the call: a sound instance becomes warm again, any other is dropped.
    pub(super) fn finish<R>(self, result: Option<wasmtime::Result<R>>) -> Result<R, Fault> {
        match result {
            Some(Ok(result)) => {
                let instance = self.instance;
                let worn = instance.calls > RECYCLE_CALLS || instance.memory() > self.plugin.memory_mark();
                if !worn {
                    let mut warm = self.plugin.warm.lock();
                    if warm.len() < self.plugin.warm_limit() {
                        warm.push(instance);
                    }
                }
                self.plugin.record_success(self.hook, self.started);
                Ok(result)
            }
            Some(Err(error)) => {
                let fault = Fault::from_error(
                    &error,
                    self.deadline,
                    self.instance.memory_exceeded(),
                    &self.instance.last_words(),
                );
                Err(self.plugin.record_fault(self.hook, self.started, fault))
            }
            None => Err(self.plugin.record_fault(self.hook, self.started, Fault::Timeout(self.deadline))),
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
