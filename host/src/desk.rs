//! One plugin in a server of its own, for whoever works on it: the real engine, hooks, rules and store, without
//! sockets, with a clock that is moved by hand, and in a directory that is gone afterwards.

mod audience;
mod replay;
mod report;

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tempfile::TempDir;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::audience::Audience;
pub use self::{
    audience::SentMessage,
    replay::{Comparison, Replay, Tried},
};
pub use crate::dispatch::recordings::{RecordedCall, Recording, RecordingError};
use crate::{
    clock::Clock,
    config::{self, Config},
    dispatch::{
        Bus, Deeds, Deliver, Hooks, UsersError,
        hostcalls::{Capability, HostServices, HttpScript},
        plugins::{Error as PluginsError, InstallOptions, Plugins, PluginsSettings},
        wasm::{BreakerSettings, Manifest, ManifestError, Runtime, RuntimeError, RuntimeSettings},
    },
    model::Timestamp,
    objects::{self, ObjectStore},
    services::{Services, seed},
    store::{
        self, Store,
        embedded::{EmbeddedStore, OpenError, Options},
    },
};

/// What addresses of objects name, though nobody listens there.
const NOBODY: ([u8; 4], u16) = ([127, 0, 0, 1], 9510);
const DRAIN: Duration = Duration::from_secs(5);

/// What is on the desk.
#[derive(Default)]
pub struct DeskSettings {
    pub component: Vec<u8>,
    /// The plugin's configuration, a JSON object; `{}` when absent.
    pub configuration: Option<Value>,
    /// What the operator gives plugins.
    pub plugins: config::Plugins,
    /// What the clock says at first.
    pub now: Timestamp,
    /// Stands for the network.
    pub script: Option<Arc<dyn HttpScript>>,
    /// Capabilities; all when absent.
    pub grants: Option<Vec<String>>,
    pub breaker: BreakerSettings,
}

impl DeskSettings {
    /// For trying a recording: its first date, and a breaker that does not keep the later calls from being made.
    #[must_use]
    pub fn for_recording(recording: &Recording) -> Self {
        let now = recording.calls.first().map_or(0, |(_, call)| call.date);
        let breaker = BreakerSettings { failures: usize::MAX, ..BreakerSettings::default() };
        Self { now: Timestamp(now), breaker, ..Self::default() }
    }
}

/// A plugin that runs. The users 1 to 100 exist, with a few friends and a group.
pub struct Desk {
    /// The plugin's.
    pub name: String,
    pub hooks: Arc<Hooks>,
    pub bus: Arc<Bus>,
    pub plugins: Arc<Plugins>,
    pub store: Arc<EmbeddedStore>,
    /// On a disk.
    pub objects: Arc<dyn ObjectStore>,
    pub clock: Clock,
    audience: Arc<Audience>,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// There as long as this is.
    _data: TempDir,
}

/// Why a plugin does not run.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("there is no place for temporary files: {0}")]
    Folder(std::io::Error),
    #[error(transparent)]
    Component(#[from] ManifestError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Objects(#[from] objects::OpenError),
    #[error(transparent)]
    Services(#[from] UsersError),
    #[error("the users cannot be added: {0}")]
    Seed(seed::Error),
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error(transparent)]
    Plugin(#[from] PluginsError),
}

impl Desk {
    /// Starts the plugin, by the steps of an installation.
    ///
    /// # Errors
    ///
    /// When it does not start; the text is the one that an operator would see.
    pub async fn open(settings: DeskSettings) -> Result<Self, DeskError> {
        let DeskSettings { component, configuration, plugins, now, script, grants, breaker } = settings;
        let name = Manifest::read(&component, u64::MAX)?.name;
        let data = tempfile::tempdir().map_err(DeskError::Folder)?;
        let config = Config { plugins, ..Config::for_test(data.path()) };
        let clock = Clock::fake(now);
        let embedded = Arc::new(EmbeddedStore::open(data.path(), Options::default(), clock.clone())?);
        let store: Arc<dyn Store> = Arc::clone(&embedded) as Arc<dyn Store>;
        let services = Arc::new(Services::open(Arc::clone(&store), clock.clone(), 0, &config).await?);
        seed::seed(&services, &*store).await.map_err(DeskError::Seed)?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let hooks = Arc::new(Hooks::open(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone()).await?);
        let audience = Arc::new(Audience::default());
        let bus = Arc::new(Bus::new(services, Arc::clone(&hooks), Arc::clone(&audience) as Arc<dyn Deliver>));
        let deeds = Deeds::new(Arc::downgrade(&bus), tasks.clone(), stop.clone());
        let objects = objects::open(&config.objects, data.path(), Some(NOBODY.into()), clock.clone())?.store;
        let host = HostServices::new(Arc::clone(&store), clock.clone(), 0, deeds, &config.plugins);
        let mut host = host.with_objects(Arc::clone(&objects), true);
        if let Some(script) = script {
            host = host.with_http(script);
        }
        let runtime = Arc::new(Runtime::new(RuntimeSettings { breaker, ..RuntimeSettings::default() }, host)?);
        let settings = PluginsSettings {
            directory: data.path().join("plugins"),
            max_file_bytes: u64::MAX,
            drain: DRAIN,
            versions: data.path().join("versions"),
            versions_kept: 2,
            ..PluginsSettings::default()
        };
        let plugins =
            Plugins::start(settings, runtime, Arc::clone(&hooks), store, clock.clone(), tasks.clone(), stop.clone());
        // Boxed like what follows: a test's thread has a small stack.
        let plugins = Box::pin(plugins).await?;
        let everything = || Capability::ALL.map(|capability| capability.name().to_owned()).to_vec();
        let grants = grants.unwrap_or_else(everything);
        let options = InstallOptions { config: configuration, grants, mode: None };
        Box::pin(plugins.install(component.into(), options)).await?;
        Ok(Self { name, hooks, bus, plugins, store: embedded, objects, clock, audience, tasks, stop, _data: data })
    }

    /// Messages that others were told of, in their order.
    #[must_use]
    pub fn messages(&self) -> Vec<SentMessage> {
        self.audience.messages()
    }

    /// Stops the plugin as a server that stops does. One that is dropped instead is cut off.
    pub async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.plugins.shut_down().await;
        self.store.close().await;
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
