//! A loaded version of a plugin: compiled, started, with warm instances.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use wasmtime::component::InstancePre;

use super::{
    Fault, Hook, Manifest, Runtime,
    call::within,
    guest::GuestState,
    instance::{Indices, Instance},
};
use crate::config::RouteAccess;
use crate::dispatch::{logs::LogWriter, quotas::Account};

/// Calls one function of the guest, which is there because the manifest says so. Who records the plugin gets what goes
/// in and what comes out. The arguments are made a second time for that: made once and kept, they would be part of each
/// request's memory.
macro_rules! call {
    ($call:ident, $hook:ident . $function:ident ( $($argument:expr),+ )) => {{
        let limit = $call.limit();
        if $call.is_recorded() {
            $call.note_arguments(&($(&$argument,)+));
        }
        let crate::dispatch::wasm::instance::Instance { store, guests, .. } = &mut *$call.instance;
        let result = match &guests.$hook {
            Some(guest) => {
                $call.meter.run(limit, std::pin::pin!(guest.$function(store, $($argument),+))).await
            }
            None => Some(Err(wasmtime::Error::msg("the plugin does not handle this hook"))),
        };
        $call.note_result(result.as_ref());
        result
    }};
}

mod breaker;
mod commands;
mod exposure;
mod filters;
mod hooks;
mod http;
mod jobs;
mod lifecycle;
mod meetings;
mod observers;
mod outcomes;
mod over_time;
mod repeat;
mod resources;
mod routes;
mod scope;
mod settings;
mod snapshot;
mod tape;
mod timers;

pub use breaker::{BreakerSettings, BreakerState};
pub use commands::CommandInfo;
pub use exposure::WouldHave;
pub use filters::Judged;
pub use hooks::{BeforeFanout, BeforeSend};
pub use http::{HttpRequest, HttpResponse};
pub use meetings::Arranged;
pub use observers::Event;
pub use outcomes::{BreakerStatus, Trouble};
pub use repeat::{RepeatError, Repeated};
pub use resources::Stored;
pub use scope::Scope;
pub use settings::{FailurePolicy, HookSettings};
pub use snapshot::HandoverError;
pub use timers::Timer;

pub(super) use breaker::Trial;
pub(in crate::dispatch) use commands::Invocation;
pub(in crate::dispatch) use exposure::{Exposure, Tendency};
pub(in crate::dispatch) use jobs::JobEnd;
pub(super) use over_time::Meter;
pub(in crate::dispatch) use scope::Traits;
pub(in crate::dispatch) use snapshot::Pause;
pub(super) use tape::Tape;

use breaker::Breaker;
use lifecycle::LIFECYCLE_DEADLINE;
use outcomes::Metrics;

/// Calls after which an instance is replaced, as linear memory never shrinks.
pub(super) const RECYCLE_CALLS: u32 = 1_000_000;

/// Why a component could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the component does not compile: {0}")]
    Compile(String),
    #[error("the component does not fit this server: {0}")]
    Link(String),
    #[error("the plugin describes an unknown hook `{0}`")]
    UnknownHook(String),
    #[error("the plugin describes {what}, but does not handle `{hook}`")]
    Unhandled { what: &'static str, hook: Hook },
    #[error("the plugin describes {count} {what}; {most} are the most")]
    TooMany { what: &'static str, count: usize, most: usize },
    #[error("the timer `{timer}` cannot be kept: {cause}")]
    BadTimer { timer: String, cause: String },
    #[error("`{command}` cannot be a command: {cause}")]
    BadCommand { command: String, cause: &'static str },
    #[error("the scope of `{hook}` cannot be kept: {cause}")]
    BadScope { hook: Hook, cause: &'static str },
    #[error("`{prefix}` cannot be the beginning of a route: {cause}")]
    BadRoute { prefix: String, cause: &'static str },
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
    log: LogWriter,
    /// Of all its versions.
    account: Arc<Account>,
    /// JSON, as `start` of every instance receives it.
    config: String,
    pre: InstancePre<GuestState>,
    indices: Indices,
    /// One instance, and one call at a time.
    is_serial: bool,
    settings: [HookSettings; Hook::ALL.len()],
    /// Of hooks that are not called for everything.
    scopes: [Option<Box<Scope>>; Hook::ALL.len()],
    timers: Vec<Timer>,
    commands: Vec<CommandInfo>,
    /// By prefix.
    routes: BTreeMap<String, RouteAccess>,
    pub(super) permits: Semaphore,
    #[expect(clippy::vec_box, reason = "an instance moves in and out at every call: by its pointer")]
    pub(super) warm: Mutex<Vec<Box<Instance>>>,
    breakers: [Breaker; Hook::ALL.len()],
    calls: [Metrics; Hook::ALL.len()],
    faults: AtomicU64,
    /// Those of the faults that are the guest's own doing.
    failures: AtomicU64,
    trouble: OnceLock<Trouble>,
    /// Replaced or removed.
    has_left: AtomicBool,
    /// Of a version that does not decide everything.
    exposure: ArcSwapOption<Exposure>,
    /// Takes the calls of a serial version that it has replaced.
    successor: OnceLock<Arc<Self>>,
    /// What the last instance knew when it was asked, for the one after a trap.
    last_state: Mutex<Option<Arc<[u8]>>>,
}

impl Plugin {
    /// The configuration that it was started with.
    pub(in crate::dispatch) fn configuration(&self) -> serde_json::Value {
        serde_json::from_str(&self.config).unwrap_or_default()
    }

    /// Compiles the component, starts a first instance with `config` (a JSON object) and asks for its health. Nothing
    /// of a version before it is touched.
    pub async fn load(
        runtime: Arc<Runtime>,
        manifest: Manifest,
        bytes: Arc<[u8]>,
        config: String,
    ) -> Result<Self, LoadError> {
        let component =
            runtime.compile(&manifest, bytes).await.map_err(|error| LoadError::Compile(format!("{error:#}")))?;
        let pre = runtime.linker.instantiate_pre(&component).map_err(|error| LoadError::Link(format!("{error:#}")))?;
        let indices = Indices::new(&pre, &manifest).map_err(|error| LoadError::Link(format!("{error:#}")))?;
        let name: Arc<str> = manifest.name.as_str().into();
        let calls = Hook::ALL.map(|hook| Metrics::of(&manifest, hook));
        let log = runtime.services.logs.writer(&name, &manifest.version);
        let account = runtime.services.quotas.account(&name);
        let permits = Semaphore::new(runtime.settings.max_instances);
        let now = Instant::now();
        let breakers = Hook::ALL.map(|_| Breaker::new(runtime.settings.breaker, now));
        let mut plugin = Self {
            config_schema: String::new(),
            scopes: [const { None }; Hook::ALL.len()],
            settings: Hook::ALL.map(HookSettings::default_for),
            timers: Vec::new(),
            commands: Vec::new(),
            routes: BTreeMap::new(),
            manifest,
            runtime,
            name,
            log,
            account,
            config,
            pre,
            indices,
            is_serial: false,
            permits,
            warm: Mutex::default(),
            breakers,
            calls,
            faults: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            trouble: OnceLock::new(),
            has_left: AtomicBool::new(false),
            exposure: ArcSwapOption::empty(),
            successor: OnceLock::new(),
            last_state: Mutex::default(),
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

    /// The configuration that it runs with, JSON.
    #[must_use]
    pub fn config(&self) -> &str {
        &self.config
    }

    /// When this version got into trouble first, if it did, and why.
    #[must_use]
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.get()
    }

    /// Failed calls since this version was loaded.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// A new instance that has been started. The caller bounds the time: who waits for a hook waits for this as well.
    pub(super) async fn start_instance(&self) -> Result<Box<Instance>, Fault> {
        let mut instance = self.instantiate().await?;
        self.start(&mut instance).await?;
        self.restore_last(instance).await
    }

    /// Bytes of linear memory above which an instance is replaced after its call.
    pub(super) fn memory_mark(&self) -> usize {
        self.runtime.settings.memory_limit / 2
    }

    pub(super) fn warm_limit(&self) -> usize {
        self.runtime.settings.warm_instances
    }

    async fn instantiate(&self) -> Result<Box<Instance>, Fault> {
        let new = Instance::new(
            &self.runtime,
            &self.name,
            (&self.account, &self.log),
            &self.pre,
            &self.indices,
            LIFECYCLE_DEADLINE,
        );
        match within(LIFECYCLE_DEADLINE, new).await {
            Some(Ok(instance)) => Ok(Box::new(instance)),
            Some(Err(error)) => Err(Fault::from_error(&error, LIFECYCLE_DEADLINE, None, "")),
            None => Err(Fault::Timeout(LIFECYCLE_DEADLINE)),
        }
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
