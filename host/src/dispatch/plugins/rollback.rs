//! Going back to a version that ran before: by the operator's wish, or by itself when a new version fails soon after
//! its swap.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    Error, Installed, Plugins, State,
    activate::Candidate,
    directory::Stamp,
    status::PluginStatus,
    versions::{Failure, KeptVersion},
};
use crate::{
    dispatch::wasm::{Exposure, Plugin},
    model::{Timestamp, plugin::Mode},
};

/// A version that has to prove itself, and what ran before it.
#[derive(Debug)]
pub(super) struct Probation {
    until: Instant,
    before: Before,
}

/// What is put back.
#[derive(Debug)]
struct Before {
    sha256: String,
    config: Value,
    mode: Mode,
}

impl Before {
    fn new(plugin: &Plugin, mode: Mode) -> Self {
        Self { sha256: plugin.manifest.sha256.clone(), config: plugin.configuration(), mode }
    }
}

impl Probation {
    /// Of the version that replaces `replaced`. One that was on trial itself is not put back to decide more than it
    /// did: the version beside it, which is trusted, has its place then, and one without any goes on as it was.
    pub(super) fn new(replaced: &Plugin, length: Duration) -> Self {
        let before = match replaced.exposure().as_deref() {
            None => Before::new(replaced, Mode::Full),
            Some(Exposure { beside: Some(beside), .. }) => Before::new(beside, Mode::Full),
            Some(Exposure { mode, .. }) => Before::new(replaced, *mode),
        };
        Self { until: Instant::now() + length, before }
    }
}

impl Plugins {
    /// The versions of a plugin that can be gone back to, and the running one, the latest first.
    pub async fn versions(&self, name: &str) -> Result<Vec<KeptVersion>, Error> {
        let state = self.state.lock().await;
        let installed = state.installed.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let mut versions = self.versions.list(name).await?;
        for version in &mut versions {
            version.config = installed.mask(&version.config);
        }
        Ok(versions)
    }

    /// Puts a version that ran before in the place of the one that runs, with the configuration that it had: the one
    /// named by version or by the beginning of its hash, else the version beside it, and without one the latest that
    /// was not taken back for its failures.
    pub async fn roll_back(&self, name: &str, to: Option<&str>) -> Result<PluginStatus, Error> {
        let mut state = self.state.lock().await;
        let installed = state.installed.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let beside = installed.running.as_ref().and_then(|running| running.beside()).filter(|_| to.is_none());
        let before = match beside {
            Some(beside) => Before::new(&beside, Mode::Full),
            None => self.find_version(installed, to).await?,
        };
        let is_other = before.config != installed.settings.config;
        if is_other {
            self.judge_config_of(installed, &before.config).await?;
        }
        self.put_back(&mut state, name, before, self.clock.now()).await?;
        count(name, "operator");
        if is_other {
            self.config_changed(name);
        }
        self.status(&state, name)
    }

    /// A kept version, other than the one that runs, to be gone back to.
    async fn find_version(&self, installed: &Installed, to: Option<&str>) -> Result<Before, Error> {
        let name = &installed.manifest.name;
        let running = installed.running.as_ref().map(|plugin| &plugin.manifest.sha256);
        let is_wanted = |version: &KeptVersion| match to {
            Some(wanted) => version.version == wanted || version.sha256.starts_with(wanted),
            None => version.failure.is_none(),
        };
        let mut others = self.versions.list(name).await?.into_iter().filter(|version| Some(&version.sha256) != running);
        match others.find(is_wanted) {
            Some(KeptVersion { sha256, config, .. }) => Ok(Before { sha256, config, mode: Mode::Full }),
            None => Err(Error::NoVersion { plugin: name.clone(), wanted: to.map(str::to_owned) }),
        }
    }

    /// Waits for plugins that are in trouble, until the server stops.
    pub(super) fn guard(self: &Arc<Self>) {
        let (plugins, stop) = (Arc::clone(self), self.stop.clone());
        self.tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = plugins.runtime.troubled() => plugins.end_probations().await,
                    () = stop.cancelled() => return,
                }
            }
        });
    }

    /// Takes back the versions that got into trouble while on probation.
    async fn end_probations(&self) {
        let mut state = self.state.lock().await;
        let mut failed = Vec::new();
        for (name, installed) in &mut state.installed {
            let trouble = installed.running.as_ref().and_then(|plugin| plugin.trouble());
            if let Some(trouble) = trouble
                // At most once, whatever comes of it.
                && let Some(probation) = installed.probation.take_if(|probation| trouble.since < probation.until)
            {
                failed.push((name.clone(), probation, trouble.cause.clone()));
            }
        }
        for (name, Probation { before, .. }, cause) in failed {
            if let Err(error) = self.take_back(&mut state, &name, before, &cause).await {
                tracing::error!(plugin = name, "the version before it cannot be put back, so it goes on: {error}");
            }
        }
    }

    async fn take_back(&self, state: &mut State, name: &str, before: Before, cause: &str) -> Result<(), Error> {
        let Some(installed) = state.installed.get(name) else { return Ok(()) };
        let (file, failing) = (&installed.file, &installed.manifest);
        let is_deleted = !installed.is_lost;
        if Stamp::of(file).await.map_or(is_deleted, |stamp| state.files.is_changed(file, &stamp)) {
            tracing::warn!(
                plugin = name,
                "it failed on probation, but its file has changed again: that one is loaded next"
            );
            return Ok(());
        }
        tracing::warn!(plugin = name, version = failing.version, "it failed on probation and is rolled back: {cause}");
        let now = self.clock.now();
        self.versions.mark(name, &failing.sha256, Failure { date: now, cause: cause.to_owned() }).await?;
        self.put_back(state, name, before, now).await?;
        count(name, "probation");
        Ok(())
    }

    async fn put_back(&self, state: &mut State, name: &str, before: Before, now: Timestamp) -> Result<(), Error> {
        let Before { sha256, config, mode } = before;
        let installed = state.installed.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let (mut settings, file) = (installed.settings.clone(), installed.file.clone());
        state.check_owner(&file, name)?;
        (settings.enabled, settings.config, settings.updated) = (true, config, now);
        // Nothing runs beside it: either it decides everything, or it was alone on trial and is so again.
        (settings.mode, settings.beside) = (mode, None);
        let bytes = self.versions.read(name, &sha256, self.settings.max_file_bytes).await?;
        let manifest = self.read_manifest(Arc::clone(&bytes)).await?;
        if manifest.name != name || manifest.sha256 != sha256 {
            return Err(Error::DamagedVersion { plugin: name.to_owned(), sha256 });
        }
        let plugin = self.load(&manifest, Arc::clone(&bytes), &settings).await?;
        let candidate = Candidate { plugin, bytes, file, settings, since: now, is_proven: true };
        self.put(state, candidate).await
    }
}

fn count(plugin: &str, by: &'static str) {
    metrics::counter!("talaria_plugin_rollbacks_total", "plugin" => plugin.to_owned(), "by" => by).increment(1);
}
