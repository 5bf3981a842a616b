//! From bytes to a running version: the steps that every way of loading shares.

use std::{path::PathBuf, sync::Arc};

use serde_json::Value;

use super::{
    Error, Installed, Plugins, State, directory, grants, handover::Handover, rollback::Probation, status::RolledBack,
};
use crate::{
    dispatch::logs::{LogLevel, LogSource},
    dispatch::wasm::{Manifest, ManifestError, Plugin},
    model::{
        Timestamp,
        plugin::{Mode, PluginSettings},
    },
};

/// A version that is loaded and could run.
pub(super) struct Candidate {
    pub(super) plugin: Plugin,
    pub(super) bytes: Arc<[u8]>,
    /// Where it lies, or is to.
    pub(super) file: PathBuf,
    pub(super) settings: PluginSettings,
    /// When it comes to run.
    pub(super) since: Timestamp,
    /// It ran before, or nothing did: there is nothing better to go back to.
    pub(super) is_proven: bool,
}

impl Plugins {
    /// Reads the manifest of a component that the operator trusts.
    pub(super) async fn read_manifest(&self, bytes: Arc<[u8]>) -> Result<Manifest, Error> {
        let manifest = parse(bytes, self.settings.max_file_bytes).await?;
        self.check_trust(&manifest)?;
        Ok(manifest)
    }

    /// Compiles, checks grants, starts and asks for health. Nothing is changed yet.
    pub(super) async fn load(
        &self,
        manifest: &Manifest,
        bytes: Arc<[u8]>,
        settings: &PluginSettings,
    ) -> Result<Plugin, Error> {
        grants::check(manifest, &self.granted(settings))?;
        let config = match &settings.config {
            Value::Null => "{}".to_owned(),
            Value::Object(_) => settings.config.to_string(),
            _ => return Err(Error::ConfigNotAnObject),
        };
        // Looked up before there is a plugin, which is large to keep while something is waited for.
        let stored = self.store.find_plugin(&manifest.name).await?;
        let is_gift = self.gives(manifest, stored.as_ref());
        // Boxed, as compiling and starting a component takes much, and callers of callers would hold it all.
        let loaded = Box::pin(Plugin::load(Arc::clone(&self.runtime), manifest.clone(), bytes, config)).await;
        let plugin = loaded.inspect_err(|error| {
            let log = self.runtime.logs().writer(&manifest.name, &manifest.version);
            log.enter(LogLevel::Error, LogSource::Fault, None, &error.to_string());
        })?;
        if let Some((command, owner)) = self.hooks.find_taken(&plugin) {
            return Err(Error::CommandTaken { command, plugin: manifest.name.clone(), owner });
        }
        if is_gift {
            tracing::warn!(
                plugin = manifest.name,
                grants = grants::everything(manifest).join(" "),
                "granted what the plugin asks for, as this server is for development"
            );
        }
        Ok(plugin)
    }

    /// Puts the component into the directory and swaps the version in.
    pub(super) async fn put(&self, state: &mut State, candidate: Candidate) -> Result<(), Error> {
        // The settings first: the new ones fit the old file, while a new file without its grants would not load.
        let beside = self.version_beside(state, &candidate.settings).await;
        let staged = directory::stage(&candidate.file, &candidate.bytes).await?;
        let handover = self.hand_over(state, &candidate).await?;
        self.store.upsert_plugin(candidate.settings.clone()).await?;
        if let Some(stamp) = staged.commit().await? {
            state.files.note(&candidate.file, stamp, &candidate.plugin.manifest.sha256);
        }
        state.unreadable.remove(&candidate.file);
        self.activate(state, candidate, handover, beside).await;
        Ok(())
    }

    /// Swaps the version in and lets the one before it end its calls in the background.
    ///
    /// `beside`: the version that decides what this one does not.
    pub(super) async fn activate(
        &self,
        state: &mut State,
        candidate: Candidate,
        handover: Option<Handover>,
        beside: Option<Arc<Plugin>>,
    ) {
        let Candidate { plugin, bytes, file, settings, since, is_proven } = candidate;
        let plugin = Arc::new(plugin);
        // One that is tried beside a version that is gone decides everything: better it than nobody.
        let is_orphan = settings.beside.is_some() && beside.is_none();
        plugin.expose(if is_orphan { Mode::Full } else { settings.mode }, beside.clone());
        let replaced = self.hooks.attach(Arc::clone(&plugin));
        // Only now, so that whoever comes after those who waited finds the new version by the table.
        if let Some(handover) = handover {
            handover.end(&plugin);
        }
        self.hooks.settled(plugin.name()).await;
        tracing::info!(
            plugin = plugin.name(),
            version = %plugin.manifest.version,
            replaced = replaced.as_ref().map(|replaced| &*replaced.manifest.version),
            hooks = %plugin.manifest.hooks.iter().map(|hook| hook.name()).collect::<Vec<_>>().join(" "),
            "plugin running"
        );
        let manifest = plugin.manifest.clone();
        let before = replaced.as_ref().and_then(|replaced| replaced.beside());
        let rolled_back = self.remember(&manifest, &bytes, &settings, before.as_deref(), since).await;
        let probation = replaced.as_deref().filter(|_| !is_proven);
        let probation = probation.map(|replaced| Probation::new(replaced, self.settings.probation));
        let name = manifest.name.clone();
        let running = Some(plugin);
        let installed =
            Installed { running, probation, rolled_back, ..Installed::not_running(manifest, &file, settings, None) };
        state.installed.insert(name, installed);
        let stays = |plugin: &Arc<Plugin>| beside.as_ref().is_some_and(|beside| Arc::ptr_eq(beside, plugin));
        // Who is still on the way to the version before meets it beside the same one as ever.
        for plugin in [replaced, before].into_iter().flatten().filter(|plugin| !stays(plugin)) {
            self.retire(Some(plugin));
        }
    }

    /// Keeps the version to go back to. Answers what was taken back in favour of it. A version that cannot be kept runs
    /// all the same. `before`: the version that decided beside the one that is replaced, to which probation goes back.
    async fn remember(
        &self,
        manifest: &Manifest,
        bytes: &[u8],
        settings: &PluginSettings,
        before: Option<&Plugin>,
        since: Timestamp,
    ) -> Option<RolledBack> {
        let granted = self.granted(settings);
        let spared = settings.beside.as_ref().map(|beside| &*beside.sha256);
        let spared = spared.or(before.map(|before| &*before.manifest.sha256));
        match self.versions.keep(manifest, bytes, (&settings.config, &granted), spared, since).await {
            Ok(versions) => RolledBack::find(&versions),
            Err(error) => {
                tracing::error!(plugin = manifest.name, "the version cannot be kept to go back to: {error}");
                None
            }
        }
    }

    /// Takes the plugin off its hooks; its entry stays.
    pub(super) fn deactivate(&self, installed: &mut Installed) {
        installed.running = None;
        installed.error = None;
        installed.probation = None;
        tracing::info!(plugin = installed.manifest.name, version = installed.manifest.version, "plugin stopped");
        let plugin = self.hooks.detach(&installed.manifest.name);
        if let Some(beside) = plugin.as_ref().and_then(|plugin| plugin.beside()) {
            self.retire(Some(beside));
        }
        self.retire(plugin);
    }

    pub(super) fn retire(&self, replaced: Option<Arc<Plugin>>) {
        if let Some(replaced) = replaced {
            let drain = self.settings.drain;
            self.tasks.spawn(async move { replaced.retire(drain).await });
        }
    }

    /// The operator's settings of a plugin, or those that a new one begins with.
    pub(super) async fn settings_of(&self, manifest: &Manifest) -> Result<PluginSettings, Error> {
        let stored = self.store.find_plugin(&manifest.name).await?;
        let gives = self.gives(manifest, stored.as_ref());
        let mut settings = stored.unwrap_or_else(|| self.new_settings(&manifest.name));
        if gives {
            settings.grants = grants::everything(manifest);
        }
        Ok(settings)
    }

    /// Whether the plugin gets what nobody granted it, from a server for development.
    fn gives(&self, manifest: &Manifest, stored: Option<&PluginSettings>) -> bool {
        let granted =
            || stored.map_or_else(|| self.granted(&self.new_settings(&manifest.name)), |stored| self.granted(stored));
        self.settings.grant_all && grants::check(manifest, &granted()).is_err()
    }

    pub(super) fn new_settings(&self, name: &str) -> PluginSettings {
        PluginSettings {
            name: name.to_owned(),
            enabled: true,
            config: Value::Object(serde_json::Map::new()),
            grants: Vec::new(),
            mode: Mode::Full,
            beside: None,
            updated: self.clock.now(),
        }
    }
}

/// Reads the manifest on a blocking thread: to validate a large component takes a while.
pub(super) async fn parse(bytes: Arc<[u8]>, limit: u64) -> Result<Manifest, ManifestError> {
    let reading = tokio::task::spawn_blocking(move || Manifest::read(&bytes, limit));
    reading.await.unwrap_or_else(|error| Err(ManifestError::Malformed(error.to_string())))
}
