//! The plugins of this server: installing, replacing and removing them while users stay connected. The directory is the
//! truth; the admin API and the command line install into it, and whatever the way, a component is loaded by the same
//! steps.

mod activate;
mod directory;
mod error;
mod examine;
mod gone;
mod grants;
mod handover;
mod install;
mod jobs;
mod judge;
mod missing;
mod mode;
mod rollback;
mod status;
mod trust;
mod versions;
mod watch;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Also why a component could not be loaded, for edges that tell the reasons apart.
pub use super::wasm::{HandoverError, LoadError, ManifestError};
pub use error::Error;
pub use examine::Examination;
pub use install::InstallOptions;
pub use status::{PluginState, PluginStatus, RolledBack};
pub use versions::{Failure, KeptVersion};

use self::{
    directory::{Files, Identity},
    missing::Absence,
    rollback::Probation,
    versions::Versions,
};
use super::{
    hooks::Hooks,
    logs::{LogLevel, LogReader},
    recordings::{RecordedCall, Recorder},
    wasm::{Hook, Manifest, Plugin, RepeatError, Repeated, Runtime},
};
use crate::{
    clock::Clock,
    config,
    model::{Timestamp, plugin::PluginSettings},
    store::Store,
};

/// What the operator may set.
#[derive(Clone, Debug, Default)]
pub struct PluginsSettings {
    /// Where the components lie.
    pub directory: PathBuf,
    /// A plugin gets the capabilities that it asks for, with a line in the log.
    pub grant_all: bool,
    /// Capabilities that the operator grants by the configuration, by the names of plugins.
    pub grants: BTreeMap<String, Vec<String>>,
    /// What plugins may reach, to be shown to who grants it.
    pub http: BTreeMap<String, config::PluginHttp>,
    /// Public keys by their names, in hexadecimal. With any, what none of them signed is refused.
    pub trusted_keys: BTreeMap<String, String>,
    /// Bytes that a component may have.
    pub max_file_bytes: u64,
    /// How long calls of a replaced version may go on.
    pub drain: Duration,
    /// Where the versions that ran last are kept.
    pub versions: PathBuf,
    /// How many of each plugin.
    pub versions_kept: usize,
    /// How long after its swap a version that gets into trouble is taken back.
    pub probation: Duration,
}

/// All plugins, running or not.
pub struct Plugins {
    settings: PluginsSettings,
    versions: Versions,
    runtime: Arc<Runtime>,
    hooks: Arc<Hooks>,
    store: Arc<dyn Store>,
    clock: Clock,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Changes are made one at a time.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    installed: BTreeMap<String, Installed>,
    /// The directory as it was read last; none when it could not be.
    directory: Option<Identity>,
    files: Files,
    /// Files of which it is not even known whose they are, and why.
    unreadable: BTreeMap<PathBuf, String>,
}

impl State {
    /// Whether a plugin is installed from this file.
    fn is_owned(&self, file: &Path) -> bool {
        self.installed.values().any(|installed| installed.holds(file))
    }

    /// An error when the file is that of another plugin.
    fn check_owner(&self, file: &Path, name: &str) -> Result<(), Error> {
        let other = self.installed.values().find(|installed| installed.holds(file) && installed.manifest.name != name);
        match other {
            None => Ok(()),
            Some(other) => Err(Error::OtherPlugin {
                file: file.to_owned(),
                expected: name.to_owned(),
                found: other.manifest.name.clone(),
            }),
        }
    }
}

/// One plugin in the directory.
struct Installed {
    manifest: Manifest,
    file: PathBuf,
    settings: PluginSettings,
    running: Option<Arc<Plugin>>,
    /// Why the file in the directory is not what runs.
    error: Option<String>,
    /// Of what runs.
    probation: Option<Probation>,
    /// What was taken back in favour of what runs.
    rolled_back: Option<RolledBack>,
    /// Of one that has no file that could be read.
    absence: Option<Absence>,
    /// Its file went with the directory; it stays as it was.
    is_lost: bool,
}

impl Installed {
    fn not_running(manifest: Manifest, file: &Path, settings: PluginSettings, error: Option<String>) -> Self {
        let file = file.to_owned();
        let (running, probation, rolled_back, absence) = (None, None, None, None);
        Self { manifest, file, settings, running, error, probation, rolled_back, absence, is_lost: false }
    }

    /// Whether the file that it was read from is there, as far as is known.
    const fn has_file(&self) -> bool {
        self.absence.is_none() && !self.is_lost
    }

    /// Whether the plugin was read from this file.
    fn holds(&self, file: &Path) -> bool {
        self.has_file() && self.file == file
    }
}

impl Plugins {
    /// Loads what lies in the directory (which is made when missing); [`Self::watch`] goes on with it. A plugin that
    /// does not load is reported and left out.
    pub async fn start(
        settings: PluginsSettings,
        runtime: Arc<Runtime>,
        hooks: Arc<Hooks>,
        store: Arc<dyn Store>,
        clock: Clock,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Result<Arc<Self>, Error> {
        for granted in settings.grants.values() {
            grants::check_names(granted)?;
        }
        let directory = settings.directory.clone();
        tokio::fs::create_dir_all(&directory).await.map_err(|source| Error::Directory { directory, source })?;
        let versions = Versions::new(settings.versions.clone(), settings.versions_kept);
        versions.clear_up().await?;
        let state = Mutex::default();
        let plugins = Arc::new(Self { settings, versions, runtime, hooks, store, clock, tasks, stop, state });
        Box::pin(plugins.reconcile()).await?;
        plugins.enter_absent().await?;
        plugins.guard();
        Ok(plugins)
    }

    /// Every plugin, by name; also those that ran here and have no file any more.
    pub async fn list(&self) -> Vec<PluginStatus> {
        self.state.lock().await.installed.values().map(|installed| self.status_of(installed)).collect()
    }

    fn status_of(&self, installed: &Installed) -> PluginStatus {
        let signed_by = self.signed_by(&installed.manifest);
        let name = &installed.manifest.name;
        let (lag, jobs) = (self.hooks.lag(name), self.hooks.jobs(name));
        let (quotas, outage) = (self.runtime.quota_status(name), self.runtime.outage(name));
        PluginStatus::of(installed, self.granted(&installed.settings), signed_by, (lag, jobs), (quotas, outage))
    }

    async fn check_installed(&self, name: &str) -> Result<(), Error> {
        let is_installed = self.state.lock().await.installed.contains_key(name);
        if is_installed { Ok(()) } else { Err(Error::NotFound(name.to_owned())) }
    }

    /// What a plugin says at this level or a more serious one, beginning with the last `tail` lines.
    pub async fn logs(&self, name: &str, level: LogLevel, tail: usize) -> Result<LogReader, Error> {
        self.check_installed(name).await?;
        // One that is disabled since the start has said nothing.
        drop(self.runtime.logs().writer(name, ""));
        self.runtime.logs().read(name, level, tail).ok_or_else(|| Error::NotFound(name.to_owned()))
    }

    /// Records what a plugin is asked from now on, on the hooks of these names or on all if there are none, until the
    /// recorder is dropped.
    pub async fn record(&self, name: &str, hooks: &[&str]) -> Result<Recorder, Error> {
        let hooks = hooks.iter().map(|hook| Hook::find(hook).ok_or_else(|| Error::UnknownHook((*hook).to_owned())));
        let hooks = hooks.collect::<Result<_, _>>()?;
        self.check_installed(name).await?;
        Ok(self.runtime.recordings().open(name, hooks))
    }

    /// Looks up anew what plugins keep in the store, for their status and the metrics.
    pub async fn show_quotas(&self) -> Result<(), Error> {
        Ok(self.runtime.show_quotas().await?)
    }

    /// Has a plugin that runs answer a recorded call.
    pub async fn repeat(&self, name: &str, call: &RecordedCall) -> Result<Result<Repeated, RepeatError>, Error> {
        let running = self.state.lock().await.installed.get(name).and_then(|installed| installed.running.clone());
        let plugin = running.ok_or_else(|| Error::NotFound(name.to_owned()))?;
        Ok(Box::pin(plugin.repeat(call)).await)
    }

    /// Waits for something, but not longer than the server runs: `None` when it stops.
    pub async fn until_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.stop.cancelled() => None,
        }
    }

    /// Lets a plugin that observes be told again of what happened in the last `period`, as far as it is kept. Answers
    /// from when on.
    pub async fn replay(&self, name: &str, period: Duration) -> Result<Timestamp, Error> {
        self.check_installed(name).await?;
        let (now, period) = (self.clock.now(), i64::try_from(period.as_millis()).unwrap_or(i64::MAX));
        let from = Timestamp(now.0.saturating_sub(period).max(0));
        if self.hooks.replay(name, from).await? { Ok(from) } else { Err(Error::NotAnObserver(name.to_owned())) }
    }

    /// Takes all plugins off their hooks and stops them, at the end of the server.
    pub async fn shut_down(&self) {
        let mut state = self.state.lock().await;
        for installed in state.installed.values_mut() {
            installed.running = None;
            if let Some(plugin) = self.hooks.detach(&installed.manifest.name) {
                let beside = plugin.beside();
                for plugin in [Some(plugin), beside].into_iter().flatten() {
                    plugin.retire(self.settings.drain).await;
                }
            }
        }
    }
}

impl std::fmt::Debug for Plugins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugins").field("settings", &self.settings).finish_non_exhaustive()
    }
}
