//! The beginning and the end of an instance: `describe`, `start`, `health` and `stop`.

use std::{pin::pin, sync::Arc, time::Duration};

use super::{Meter, Plugin};
use crate::dispatch::wasm::{
    Fault, bindings::exports::talaria::plugin::lifecycle::Description, call::within, instance::Instance,
};

/// How long `describe`, `start`, `health` and `stop` may take.
pub(super) const LIFECYCLE_DEADLINE: Duration = Duration::from_secs(5);
/// How often a replaced version looks whether it is still held.
const RETIRE_PAUSE: Duration = Duration::from_millis(10);
/// Log lines that `start` may write.
const START_LOG_LINES: u32 = 1_000;

impl Plugin {
    /// Waits (at most `limit`) until nobody holds this version any more, and stops its instances. An operation that met
    /// the version before it was replaced may still be on its way to a call: it must find the version in working order,
    /// so having no call under way is not enough.
    pub async fn retire(self: Arc<Self>, limit: Duration) {
        let gone = async {
            while Arc::strong_count(&self) > 1 {
                tokio::time::sleep(RETIRE_PAUSE).await;
            }
        };
        if tokio::time::timeout(limit, gone).await.is_err() {
            tracing::warn!(plugin = %self.name, version = %self.manifest.version, "calls of the replaced version are still under way; they end by their deadlines");
        }
        let instances = std::mem::take(&mut *self.warm.lock());
        for mut instance in instances {
            instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
            let Instance { store, lifecycle, .. } = &mut *instance;
            if let Some(Err(error)) = within(LIFECYCLE_DEADLINE, lifecycle.call_stop(store)).await {
                tracing::warn!(plugin = %self.name, "`stop` failed: {error:#}");
            }
        }
    }

    pub(super) async fn describe(&self, instance: &mut Instance) -> Result<Description, Fault> {
        instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
        let Instance { store, lifecycle, .. } = &mut *instance;
        let result = within(LIFECYCLE_DEADLINE, lifecycle.call_describe(store)).await;
        outcome(instance, result)
    }

    pub(super) async fn start(&self, instance: &mut Instance) -> Result<(), Fault> {
        instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
        if self.is_serial {
            instance.store.data_mut().siblings = 1;
        }
        let Instance { store, lifecycle, .. } = &mut *instance;
        let result = Meter::new(self, 1).run(LIFECYCLE_DEADLINE, pin!(lifecycle.call_start(store, &self.config))).await;
        outcome(instance, result)?.map_err(|cause| Fault::refused(&cause))
    }

    pub(super) async fn check_health(&self, instance: &mut Instance) -> Result<(), Fault> {
        instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
        let Instance { store, lifecycle, .. } = &mut *instance;
        let result = within(LIFECYCLE_DEADLINE, lifecycle.call_health(store)).await;
        outcome(instance, result)?.map_err(|cause| Fault::refused(&cause))
    }
}

/// Reads the result of a lifecycle call.
fn outcome<R>(instance: &Instance, result: Option<wasmtime::Result<R>>) -> Result<R, Fault> {
    outcome_within(LIFECYCLE_DEADLINE, instance, result)
}

pub(super) fn outcome_within<R>(
    limit: Duration,
    instance: &Instance,
    result: Option<wasmtime::Result<R>>,
) -> Result<R, Fault> {
    match result {
        Some(Ok(result)) => Ok(result),
        Some(Err(error)) => Err(Fault::from_error(&error, limit, instance.memory_exceeded(), &instance.last_words())),
        None => Err(Fault::Timeout(limit)),
    }
}
