//! State in memory that crosses from one instance to the next: of a serial plugin, between versions and when its
//! instance is worn. Its calls wait meanwhile, and go on with the next instance, in their order.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Plugin, lifecycle::outcome_within};
use crate::dispatch::wasm::{Fault, call::within, instance::Instance};

/// Bytes of a state.
const STATE_BYTES: usize = 8 << 20;
/// How long `snapshot` and `restore` may take, each.
const DEADLINE: Duration = Duration::from_secs(1);
/// Log lines that each may write.
const LOG_LINES: u32 = 100;
/// Calls before an instance may be replaced for what it keeps: a large state would have it replaced at every call.
const CALLS_BETWEEN: u32 = 100;

/// Why a state did not cross. The version before goes on.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    #[error("a call of the version that runs was still under way after {} s", .0.as_secs())]
    Busy(Duration),
    #[error("`snapshot` of the version that runs failed: {0}")]
    Snapshot(Fault),
    #[error("`restore` of the state from the version that runs failed: {0}")]
    Restore(Fault),
}

/// A serial plugin whose calls wait. Dropped before [`Self::end`], the version goes on as if nothing had been.
pub(in crate::dispatch) struct Pause {
    plugin: Arc<Plugin>,
    /// `None` after a trap.
    instance: Option<Box<Instance>>,
    since: Instant,
}

impl Plugin {
    /// Whether it has one instance, which gets its calls one after the other.
    #[must_use]
    pub const fn is_serial(&self) -> bool {
        self.is_serial
    }

    /// Whether its state crosses to the next instance.
    pub(in crate::dispatch) const fn is_handed_over(&self) -> bool {
        self.is_serial && self.manifest.snapshot
    }

    /// Lets the call that is under way end, for `limit` at most, and those after it wait.
    pub(in crate::dispatch) async fn pause(self: &Arc<Self>, limit: Duration) -> Result<Pause, HandoverError> {
        let permit = tokio::time::timeout(limit, self.permits.acquire()).await;
        let Ok(Ok(permit)) = permit else { return Err(HandoverError::Busy(limit)) };
        // Given back when the pause is dropped.
        permit.forget();
        Ok(Pause { plugin: Arc::clone(self), instance: self.warm.lock().pop(), since: Instant::now() })
    }

    /// The version that has this one's place, if another has taken over its calls; itself otherwise.
    pub(in crate::dispatch::wasm) fn latest(&self) -> &Self {
        let mut latest = self;
        while let Some(next) = latest.successor.get() {
            latest = next;
        }
        latest
    }

    /// A fresh instance with the state that this plugin had when it was last asked. One that does not take its own
    /// state starts without: it would never come up again.
    pub(super) async fn restore_last(&self, instance: Box<Instance>) -> Result<Box<Instance>, Fault> {
        let last = self.last_state.lock().clone();
        let Some(state) = last.filter(|_| self.is_handed_over()) else { return Ok(instance) };
        let mut instance = instance;
        match restore(&mut instance, &state).await {
            Ok(()) => Ok(instance),
            Err(fault) => {
                tracing::warn!(
                    plugin = self.name(),
                    version = self.manifest.version,
                    "it starts without the state that it had: {fault}"
                );
                *self.last_state.lock() = None;
                let mut instance = self.instantiate().await?;
                self.start(&mut instance).await?;
                Ok(instance)
            }
        }
    }

    /// Replaces an instance that is worn by a fresh one with the same state. One that cannot be replaced goes on.
    pub(in crate::dispatch::wasm) async fn renew(&self, mut worn: Box<Instance>) -> Box<Instance> {
        let renewed = async {
            let state = snapshot(&mut worn).await.map_err(HandoverError::Snapshot)?;
            // Whoever waits may go away meanwhile, and both instances with it: the next one begins with this.
            *self.last_state.lock() = Some(Arc::clone(&state));
            let mut fresh = self.instantiate().await.map_err(HandoverError::Restore)?;
            self.start(&mut fresh).await.map_err(HandoverError::Restore)?;
            restore(&mut fresh, &state).await.map_err(HandoverError::Restore)?;
            Ok::<_, HandoverError>(fresh)
        };
        match renewed.await {
            Ok(fresh) => {
                metrics::counter!("talaria_plugin_renewals_total", "plugin" => self.name().to_owned()).increment(1);
                tracing::debug!(plugin = self.name(), "a worn instance was replaced with its state");
                fresh
            }
            Err(error) => {
                tracing::warn!(
                    plugin = self.name(),
                    version = self.manifest.version,
                    "a worn instance goes on: {error}"
                );
                worn.calls = 1;
                worn
            }
        }
    }

    /// Whether an instance whose state is handed over should be replaced.
    pub(in crate::dispatch::wasm) fn is_to_renew(&self, instance: &mut Instance) -> bool {
        self.is_handed_over()
            && (instance.calls > super::RECYCLE_CALLS
                || instance.calls > CALLS_BETWEEN && instance.is_heavy(self.memory_mark()))
    }
}

impl Pause {
    /// Gives the state to a version that has started. Answers its size, `None` when there is none to give.
    pub(in crate::dispatch) async fn hand_over(&mut self, next: &Plugin) -> Result<Option<usize>, HandoverError> {
        if !self.plugin.is_handed_over() || !next.is_handed_over() {
            return Ok(None);
        }
        let state = match self.instance.take() {
            Some(mut instance) => match snapshot(&mut instance).await {
                Ok(state) => {
                    self.instance = Some(instance);
                    Some(state)
                }
                Err(fault) => {
                    // What answered is sound; anything else is not called again.
                    if matches!(fault, Fault::Refused(_)) {
                        self.instance = Some(instance);
                    }
                    return Err(HandoverError::Snapshot(fault));
                }
            },
            // It trapped, and nobody has called it since.
            None => self.plugin.last_state.lock().clone(),
        };
        let Some(state) = state else { return Ok(None) };
        let fresh = next.warm.lock().pop();
        let mut fresh = match fresh {
            Some(fresh) => fresh,
            None => next.start_instance().await.map_err(HandoverError::Restore)?,
        };
        restore(&mut fresh, &state).await.map_err(HandoverError::Restore)?;
        next.warm.lock().push(fresh);
        let size = state.len();
        *self.plugin.last_state.lock() = Some(Arc::clone(&state));
        *next.last_state.lock() = Some(state);
        Ok(Some(size))
    }

    /// Sends the calls that wait, and all later ones, to `next`. Answers how long they have waited.
    pub(in crate::dispatch) fn end(self, next: Arc<Plugin>) -> Duration {
        // A version is replaced once.
        let _ = self.plugin.successor.set(next);
        self.plugin.permits.close();
        self.since.elapsed()
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        // Also of one that was replaced: it is there to be stopped.
        if let Some(instance) = self.instance.take() {
            self.plugin.warm.lock().push(instance);
        }
        self.plugin.permits.add_permits(1);
    }
}

async fn snapshot(instance: &mut Instance) -> Result<Arc<[u8]>, Fault> {
    instance.arm(None, DEADLINE, LOG_LINES);
    // What is beyond the limit is to be refused by its size, as a guest that met another limit could not go on.
    instance.widen_to_memory();
    let Instance { store, snapshot, .. } = &mut *instance;
    let Some(guest) = snapshot else { return Err(Fault::Interface("it exports no `snapshot`".into())) };
    let result = within(DEADLINE, guest.call_snapshot(store)).await;
    let state = outcome_within(DEADLINE, instance, result);
    instance.narrow();
    let state = state?;
    if state.len() > STATE_BYTES {
        return Err(Fault::Refused(format!("the state has {} bytes, more than {STATE_BYTES}", state.len())));
    }
    Ok(state.into())
}

async fn restore(instance: &mut Instance, state: &[u8]) -> Result<(), Fault> {
    instance.arm(None, DEADLINE, LOG_LINES);
    let Instance { store, snapshot, .. } = &mut *instance;
    let Some(guest) = snapshot else { return Err(Fault::Interface("it exports no `restore`".into())) };
    let result = within(DEADLINE, guest.call_restore(store, state)).await;
    outcome_within(DEADLINE, instance, result)?.map_err(|cause| Fault::refused(&cause))
}
