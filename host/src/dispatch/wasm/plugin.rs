//! A loaded version of a plugin: compiled, started, with warm instances.

use std::{
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use wasmtime::component::InstancePre;

use super::{
    Class, Fault, Hook, Manifest, Runtime,
    bindings::exports::talaria::plugin::lifecycle,
    call::{Call, within},
    guest::GuestState,
    instance::{Indices, Instance},
};

mod hooks;

pub use hooks::BeforeSend;

/// How long `describe`, `start`, `health` and `stop` may take.
const LIFECYCLE_DEADLINE: Duration = Duration::from_secs(5);
/// How often a replaced version looks whether it is still held.
const RETIRE_PAUSE: Duration = Duration::from_millis(10);
/// Log lines that `start` may write.
const START_LOG_LINES: u32 = 1_000;

/// What happens to the event when a plugin fails to answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailurePolicy {
    /// It goes on as if the plugin were not there.
    Open,
    /// It is refused.
    Closed,
}

/// How one hook of a plugin is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HookSettings {
    /// Filters run from the highest to the lowest.
    pub priority: i32,
    pub deadline: Duration,
    pub on_failure: FailurePolicy,
}

impl HookSettings {
    const fn default_for(hook: Hook) -> Self {
        let on_failure = match hook.class() {
            Class::Filter | Class::Observer => FailurePolicy::Open,
            // Nobody gets in because the one who decides is out of order.
            Class::Provider => FailurePolicy::Closed,
        };
        Self { priority: 0, deadline: hook.default_deadline(), on_failure }
    }
}

/// Why a component could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the component does not compile: {0}")]
    Compile(String),
    #[error("the component does not fit this server: {0}")]
    Link(String),
    #[error("the plugin describes an unknown hook `{0}`")]
    UnknownHook(String),
    #[error("`describe` failed: {0}")]
    Describe(Fault),
    #[error("`start` failed: {0}")]
    Start(Fault),
    #[error("`health` failed after the start: {0}")]
    Health(Fault),
}

/// A loaded version of a plugin.
pub struct Plugin {
    pub manifest: Manifest,
    /// A JSON Schema of the configuration; empty when the plugin gave none.
    pub config_schema: String,
    runtime: Arc<Runtime>,
    name: Arc<str>,
    /// JSON, as `start` of every instance receives it.
    config: String,
    pre: InstancePre<GuestState>,
    indices: Indices,
    settings: [HookSettings; Hook::ALL.len()],
    pub(super) permits: Semaphore,
    #[expect(clippy::vec_box, reason = "an instance moves in and out at every call: by its pointer")]
    pub(super) warm: Mutex<Vec<Box<Instance>>>,
    calls: [Metrics; Hook::ALL.len()],
    faults: AtomicU64,
}

struct Metrics {
    hook: Hook,
    calls: metrics::Counter,
    seconds: metrics::Histogram,
}

impl Metrics {
    /// A hook that the plugin does not handle has no series.
    fn of(manifest: &Manifest, hook: Hook) -> Self {
        if !manifest.hooks.contains(&hook) {
            return Self { hook, calls: metrics::Counter::noop(), seconds: metrics::Histogram::noop() };
        }
        let labels = [("plugin", manifest.name.clone()), ("hook", hook.name().to_owned())];
        Self {
            hook,
            calls: metrics::counter!("talaria_plugin_calls_total", &labels),
            seconds: metrics::histogram!("talaria_plugin_call_seconds", &labels),
        }
    }
}

impl Plugin {
    /// Compiles the component, starts a first instance with `config` (a JSON object) and asks for its health. Nothing of a
    /// version before it is touched.
    pub async fn load(
        runtime: Arc<Runtime>,
        manifest: Manifest,
        bytes: Arc<[u8]>,
        config: String,
    ) -> Result<Self, LoadError> {
        let component =
            runtime.compile(&manifest, bytes).await.map_err(|error| LoadError::Compile(format!("{error:#}")))?;
        let pre = runtime.linker.instantiate_pre(&component).map_err(|error| LoadError::Link(format!("{error:#}")))?;
        let indices = Indices::new(&pre, &manifest.hooks).map_err(|error| LoadError::Link(format!("{error:#}")))?;
        let name: Arc<str> = manifest.name.as_str().into();
        let calls = Hook::ALL.map(|hook| Metrics::of(&manifest, hook));
        let permits = Semaphore::new(runtime.settings.max_instances);
        let mut plugin = Self {
            config_schema: String::new(),
            settings: Hook::ALL.map(HookSettings::default_for),
            manifest,
            runtime,
            name,
            config,
            pre,
            indices,
            permits,
            warm: Mutex::default(),
            calls,
            faults: AtomicU64::new(0),
        };
        let mut instance = plugin.instantiate().await.map_err(|fault| LoadError::Link(fault.to_string()))?;
        let description = plugin.describe(&mut instance).await.map_err(LoadError::Describe)?;
        plugin.apply(description)?;
        plugin.start(&mut instance).await.map_err(LoadError::Start)?;
        plugin.check_health(&mut instance).await.map_err(LoadError::Health)?;
        plugin.warm.lock().push(instance);
        Ok(plugin)
    }

    /// The plugin's identity.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How this hook is called.
    #[must_use]
    pub fn settings(&self, hook: Hook) -> HookSettings {
        self.settings[hook as usize]
    }

    /// Failed calls since this version was loaded.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Waits (at most `limit`) until nobody holds this version any more, and stops its instances. An operation that met the
    /// version before it was replaced may still be on its way to a call: it must find the version in working order, so
    /// having no call under way is not enough.
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

    /// A new instance that has been started. The caller bounds the time: who waits for a hook waits for this as well.
    pub(super) async fn start_instance(&self) -> Result<Box<Instance>, Fault> {
        let mut instance = self.instantiate().await?;
        self.start(&mut instance).await?;
        Ok(instance)
    }

    /// Memory above which an instance is replaced after its call.
    pub(super) fn memory_mark(&self) -> usize {
        self.runtime.settings.memory_limit / 2
    }

    pub(super) fn warm_limit(&self) -> usize {
        self.runtime.settings.warm_instances
    }

    /// Counts a call, and enters its time when its start is given.
    pub(super) fn record_success(&self, hook: Hook, started: Option<Instant>) {
        let metrics = &self.calls[hook as usize];
        metrics.calls.increment(1);
        if let Some(started) = started {
            metrics.seconds.record(started.elapsed().as_secs_f64());
        }
    }

    /// The guest ran to its end, but its answer is of no use.
    pub(in crate::dispatch) fn refuse_answer(&self, hook: Hook, cause: &str) {
        self.record_fault(hook, None, Fault::Refused(cause.to_owned()));
    }

    pub(super) fn record_fault(&self, hook: Hook, started: Option<Instant>, fault: Fault) -> Fault {
        self.record_success(hook, started);
        if let (Fault::Timeout(limit), None) = (&fault, started) {
            self.calls[hook as usize].seconds.record(limit.as_secs_f64());
        }
        self.faults.fetch_add(1, Ordering::Relaxed);
        let hook = self.calls[hook as usize].hook;
        metrics::counter!("talaria_plugin_faults_total", "plugin" => self.manifest.name.clone(), "hook" => hook.name(), "kind" => fault.kind()).increment(1);
        let (plugin, version) = (&*self.name, &*self.manifest.version);
        tracing::warn!(plugin, version, %hook, kind = fault.kind(), "a plugin failed: {fault}");
        if let Fault::Trap { frames, .. } = &fault {
            tracing::debug!(plugin, version, %hook, "it was in\n{frames}");
        }
        fault
    }

    async fn instantiate(&self) -> Result<Box<Instance>, Fault> {
        let new = Instance::new(&self.runtime, &self.name, &self.pre, &self.indices, LIFECYCLE_DEADLINE);
        match within(LIFECYCLE_DEADLINE, new).await {
            Some(Ok(instance)) => Ok(Box::new(instance)),
            Some(Err(error)) => Err(Fault::from_error(&error, LIFECYCLE_DEADLINE, None, "")),
            None => Err(Fault::Timeout(LIFECYCLE_DEADLINE)),
        }
    }

    async fn describe(&self, instance: &mut Instance) -> Result<lifecycle::Description, Fault> {
        instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
        let Instance { store, lifecycle, .. } = &mut *instance;
        let result = within(LIFECYCLE_DEADLINE, lifecycle.call_describe(store)).await;
        outcome(instance, result)
    }

    async fn start(&self, instance: &mut Instance) -> Result<(), Fault> {
        instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
        let Instance { store, lifecycle, .. } = &mut *instance;
        let result = within(LIFECYCLE_DEADLINE, lifecycle.call_start(store, &self.config)).await;
        outcome(instance, result)?.map_err(Fault::Refused)
    }

    async fn check_health(&self, instance: &mut Instance) -> Result<(), Fault> {
        instance.arm(None, LIFECYCLE_DEADLINE, START_LOG_LINES);
        let Instance { store, lifecycle, .. } = &mut *instance;
        let result = within(LIFECYCLE_DEADLINE, lifecycle.call_health(store)).await;
        outcome(instance, result)?.map_err(Fault::Refused)
    }

    /// Takes over what the plugin says of its hooks.
    fn apply(&mut self, description: lifecycle::Description) -> Result<(), LoadError> {
        self.config_schema = description.config_schema;
        for proposed in description.hooks {
            let hook = Hook::find(&proposed.hook).ok_or(LoadError::UnknownHook(proposed.hook))?;
            let settings = &mut self.settings[hook as usize];
            settings.priority = proposed.priority;
            if let Some(milliseconds) = proposed.deadline_ms {
                settings.deadline = Duration::from_millis(u64::from(milliseconds)).min(hook.default_deadline() * 10);
            }
            settings.on_failure = match proposed.on_failure {
                Some(lifecycle::FailurePolicy::Open) => FailurePolicy::Open,
                Some(lifecycle::FailurePolicy::Closed) => FailurePolicy::Closed,
                None => settings.on_failure,
            };
        }
        Ok(())
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.name)
            .field("version", &self.manifest.version)
            .finish_non_exhaustive()
    }
}

/// Reads the result of a lifecycle call.
fn outcome<R>(instance: &Instance, result: Option<wasmtime::Result<R>>) -> Result<R, Fault> {
    match result {
        Some(Ok(result)) => Ok(result),
        Some(Err(error)) => {
            Err(Fault::from_error(&error, LIFECYCLE_DEADLINE, instance.memory_exceeded(), &instance.last_words()))
        }
        None => Err(Fault::Timeout(LIFECYCLE_DEADLINE)),
    }
}
