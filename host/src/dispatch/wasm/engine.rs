//! The one engine of the process, its clock of epochs and its linker.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{Notify, Semaphore};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
    component::{HasSelf, Linker},
};

use super::{BreakerSettings, CacheSettings, GuestState, bindings, compiled::Cache, limits};
use crate::{
    dispatch::{
        Outage, QuotaStatus,
        hostcalls::{HostServices, WasiRequests},
        logs::Logs,
        recordings::Recordings,
    },
    store,
};

/// How often running guests are looked at: a deadline is kept to within two ticks, one that starts it
/// and one that finds it over.
const TICK: Duration = Duration::from_millis(5);
/// Instances of all plugins together in the pooling allocator.
const POOLED_INSTANCES: u32 = 512;
/// Core instances that the pool has for each of them. They are only counted; memories and tables are laid out.
const POOLED_CORE_INSTANCES: u32 = 8;

/// What the operator may set.
#[derive(Clone, Debug)]
pub struct RuntimeSettings {
    /// Linear memory of one instance, in bytes.
    pub memory_limit: usize,
    /// Instances of one plugin at a time.
    pub max_instances: usize,
    /// Instances of one plugin that are kept for the next call.
    pub warm_instances: usize,
    /// Where compiled components are kept; nowhere when `None`.
    pub cache: Option<CacheSettings>,
    /// Of each hook of each plugin.
    pub breaker: BreakerSettings,
    /// Failures of one version after which it counts as in trouble, whenever they were.
    pub tolerated_failures: u64,
    /// Names of plugins without which nothing goes on that they guard.
    pub essential: BTreeSet<String>,
    /// Names of plugins with whether they are serial, whatever they say themselves.
    pub serial: BTreeMap<String, bool>,
}

impl Default for RuntimeSettings {
    fn default() -> Self {
        Self {
            memory_limit: 64 << 20,
            max_instances: 16,
            warm_instances: 8,
            cache: None,
            breaker: BreakerSettings::default(),
            tolerated_failures: 20,
            essential: BTreeSet::new(),
            serial: BTreeMap::new(),
        }
    }
}

/// Compiles and runs components.
pub struct Runtime {
    pub(super) engine: Engine,
    pub(super) linker: Linker<GuestState>,
    pub(super) services: Arc<HostServices>,
    pub(super) settings: RuntimeSettings,
    pub(super) cache: Option<Arc<Cache>>,
    /// Compiling is heavy: one at a time, on a blocking thread.
    pub(super) compiling: Semaphore,
    /// A plugin got into trouble.
    pub(super) trouble: Notify,
}

/// The WebAssembly engine does not start on this machine.
#[derive(Debug, thiserror::Error)]
#[error("the WebAssembly engine does not start: {0:#}")]
pub struct RuntimeError(wasmtime::Error);

impl Runtime {
    /// Whether what the plugin decides may never be passed by.
    pub(in crate::dispatch) fn is_essential(&self, plugin: &str) -> bool {
        self.settings.essential.contains(plugin)
    }

    /// Starts the engine and the thread that ticks its epochs; the thread ends with the engine.
    pub fn new(settings: RuntimeSettings, services: HostServices) -> Result<Self, RuntimeError> {
        // Pooling reserves terabytes of address space, which some containers do not allow.
        let engine = Engine::new(&config(true, &settings)).or_else(|error| {
            tracing::warn!("plugins run without the pooling allocator, a little slower: {error:#}");
            Engine::new(&config(false, &settings))
        });
        let engine = engine.map_err(RuntimeError)?;
        start_ticking(&engine).map_err(RuntimeError)?;
        let linker = linker(&engine).map_err(RuntimeError)?;
        let cache = settings.cache.clone().and_then(|settings| open_cache(settings, &engine, &services));
        let (services, compiling) = (Arc::new(services), Semaphore::new(1));
        Ok(Self { engine, linker, services, settings, cache, compiling, trouble: Notify::new() })
    }

    /// What plugins say.
    pub(in crate::dispatch) fn logs(&self) -> &Logs {
        &self.services.logs
    }

    /// What is recorded of plugins.
    pub(in crate::dispatch) fn recordings(&self) -> &Arc<Recordings> {
        &self.services.recordings
    }

    /// What a plugin has used of what it may.
    pub(in crate::dispatch) fn quota_status(&self, plugin: &str) -> QuotaStatus {
        self.services.quotas.account(plugin).status()
    }

    /// Of the store of objects, as this plugin finds it.
    pub(in crate::dispatch) fn outage(&self, plugin: &str) -> Option<Outage> {
        self.services.outage(plugin)
    }

    /// Looks up anew what plugins keep in the store.
    pub(in crate::dispatch) async fn show_quotas(&self) -> Result<(), store::Error> {
        self.services.quotas.show(&*self.services.store).await
    }

    /// Waits until a plugin says that it is in trouble. For one who listens: what happens meanwhile is told at the next
    /// call.
    pub async fn troubled(&self) {
        self.trouble.notified().await;
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Without a cache each start takes longer, nothing else.
fn open_cache(settings: CacheSettings, engine: &Engine, services: &HostServices) -> Option<Arc<Cache>> {
    let folder = settings.folder.clone();
    match Cache::open(settings, engine, services.clock.clone()) {
        Ok(cache) => Some(Arc::new(cache)),
        Err(error) => {
            tracing::warn!(folder = %folder.display(), "compiled components are not kept: {error}");
            None
        }
    }
}

fn config(pooled: bool, settings: &RuntimeSettings) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        // Component-model concurrency costs each call more than twice as much, and no hook needs it.
        .concurrency_support(false)
        .wasm_backtrace_details(wasmtime::WasmBacktraceDetails::Enable)
        .memory_init_cow(true);
    if pooled {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(POOLED_INSTANCES)
            .total_core_instances(POOLED_INSTANCES * POOLED_CORE_INSTANCES)
            .total_memories(POOLED_INSTANCES)
            .total_tables(POOLED_INSTANCES * 4)
            .total_stacks(POOLED_INSTANCES)
            .max_component_instance_size(4 << 20)
            .max_core_instance_size(4 << 20)
            // A plugin has as many instances at a time as it is allowed: none may be so large that others find no room.
            .max_core_instances_per_component(limits::CORE_INSTANCES)
            .max_memories_per_component(limits::MEMORIES)
            .max_tables_per_component(limits::TABLES)
            .table_elements(limits::TABLE_ELEMENTS)
            .max_memory_size(settings.memory_limit)
            .max_unused_warm_slots(16)
            .linear_memory_keep_resident(256 << 10)
            .table_keep_resident(16 << 10)
            .pagemap_scan(Enabled::Auto);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
}

fn start_ticking(engine: &Engine) -> wasmtime::Result<()> {
    let weak = engine.weak();
    let tick = move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            #[expect(clippy::disallowed_methods, reason = "a thread of its own, which does nothing but sleep")]
            std::thread::sleep(TICK);
        }
    };
    std::thread::Builder::new().name("plugin-epochs".into()).spawn(tick)?;
    Ok(())
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<GuestState>> {
    use bindings::talaria::plugin::{
        directory, http, jobs, kv, log, messages, messages_as_any, metrics, moderation, objects, resources, secrets,
        sessions,
    };
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    WasiRequests::bound(&mut linker)?;
    directory::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    http::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    jobs::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    kv::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    log::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    messages::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    messages_as_any::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    metrics::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    moderation::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    objects::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    resources::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    secrets::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    sessions::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    Ok(linker)
}

#[cfg(test)]
mod tests;
