//! Trying a version beside the one that runs: in shadow, where what it decides is counted and not done, or for some of
//! the users.

use std::sync::Arc;

use super::{Error, PluginStatus, Plugins, State, install::InstallOptions};
use crate::{
    dispatch::wasm::Plugin,
    model::plugin::{Beside, Mode, PluginSettings},
};

impl Plugins {
    /// Says how much of what the running version decides is done, from the next call on and after restarts. With
    /// [`Mode::Full`] the version beside it stops.
    pub async fn set_mode(&self, name: &str, mode: Mode) -> Result<PluginStatus, Error> {
        check(mode)?;
        let mut state = self.state.lock().await;
        let installed = state.installed.get_mut(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let mut settings = installed.settings.clone();
        (settings.mode, settings.updated) = (mode, self.clock.now());
        if mode == Mode::Full {
            settings.beside = None;
        }
        let running = installed.running.clone();
        if let Some(running) = &running {
            check_serial(running, mode)?;
        }
        self.check_essential(&settings)?;
        self.store.upsert_plugin(settings.clone()).await?;
        installed.settings = settings;
        if let Some(running) = running {
            let beside = running.beside();
            running.expose(mode, beside.clone().filter(|_| mode != Mode::Full));
            self.hooks.refresh();
            if mode == Mode::Full {
                self.retire(beside);
            }
        }
        self.status(&state, name)
    }

    /// What an installation says of the mode: without a word, the new version decides everything.
    pub(super) fn settle_mode(
        &self,
        state: &State,
        settings: &mut PluginSettings,
        options: &InstallOptions,
    ) -> Result<(), Error> {
        let mode = options.mode.unwrap_or_default();
        check(mode)?;
        settings.mode = mode;
        let running = state.installed.get(&settings.name).and_then(|installed| installed.running.as_ref());
        // Of two versions the one that was there before stays; one that decides alone has the new one put beside it.
        let stays = match running {
            _ if mode == Mode::Full => None,
            Some(running) if running.exposure().is_some() => running.beside(),
            other => other.cloned(),
        };
        settings.beside =
            stays.map(|stays| Beside { sha256: stays.manifest.sha256.clone(), config: stays.configuration() });
        self.check_essential(settings)
    }

    /// Nobody may be left to no version of a plugin that must not be passed by.
    fn check_essential(&self, settings: &PluginSettings) -> Result<(), Error> {
        let is_alone = settings.mode != Mode::Full && settings.beside.is_none();
        if is_alone && self.runtime.is_essential(&settings.name) {
            return Err(Error::EssentialAlone(settings.name.clone()));
        }
        Ok(())
    }

    /// The version that is to run beside the next one, by its settings: one that runs, or a kept one after a restart. A
    /// version that is kept no longer is missed aloud; the one that is tried decides everything then.
    pub(super) async fn version_beside(&self, state: &State, settings: &PluginSettings) -> Option<Arc<Plugin>> {
        let wanted = settings.beside.as_ref().filter(|_| settings.mode != Mode::Full)?;
        let running = state.installed.get(&settings.name).and_then(|installed| installed.running.clone());
        let runs =
            |plugin: &Arc<Plugin>| plugin.manifest.sha256 == wanted.sha256 && plugin.configuration() == wanted.config;
        let beside = running.as_ref().and_then(|running| running.beside());
        if let Some(found) = beside.filter(runs).or(running.filter(runs)) {
            return Some(found);
        }
        match self.load_kept(settings, wanted).await {
            Ok(plugin) => Some(Arc::new(plugin)),
            Err(error) => {
                tracing::error!(
                    plugin = settings.name,
                    sha256 = wanted.sha256,
                    "the version beside which it was to run is missing, so it decides everything: {error}"
                );
                None
            }
        }
    }

    async fn load_kept(&self, settings: &PluginSettings, wanted: &Beside) -> Result<Plugin, Error> {
        let bytes = self.versions.read(&settings.name, &wanted.sha256, self.settings.max_file_bytes).await?;
        let manifest = self.read_manifest(Arc::clone(&bytes)).await?;
        let settings = PluginSettings { config: wanted.config.clone(), ..settings.clone() };
        // Boxed, as it is part of loading the version that it runs beside.
        Box::pin(self.load(&manifest, bytes, &settings)).await
    }
}

/// Two versions that each remember a part would both be wrong.
pub(super) fn check_serial(plugin: &Plugin, mode: Mode) -> Result<(), Error> {
    if plugin.is_serial() && mode != Mode::Full { Err(Error::Serial(plugin.name().to_owned())) } else { Ok(()) }
}

fn check(mode: Mode) -> Result<(), Error> {
    match mode {
        Mode::Canary(1..=100) | Mode::Full | Mode::Shadow => Ok(()),
        Mode::Canary(percent) => Err(Error::Percent(percent)),
    }
}
