//! From bytes to a running version: the steps that every way of loading shares.

use std::{path::PathBuf, sync::Arc};

use serde_json::Value;

use super::{Error, Installed, Plugins, State, grants};
use crate::{
    dispatch::wasm::{Manifest, ManifestError, Plugin},
    model::plugin::PluginSettings,
};

impl Plugins {
    /// Reads the manifest on a blocking thread: to validate a large component takes a while.
    pub(super) async fn read_manifest(&self, bytes: Arc<[u8]>) -> Result<Manifest, Error> {
        let limit = self.settings.max_file_bytes;
        let reading = tokio::task::spawn_blocking(move || Manifest::read(&bytes, limit));
        let manifest = reading.await.unwrap_or_else(|error| Err(ManifestError::Malformed(error.to_string())));
        Ok(manifest?)
    }

    /// Compiles, checks grants, starts and asks for health. Nothing is changed yet.
    pub(super) async fn load(
        &self,
        manifest: &Manifest,
        bytes: Arc<[u8]>,
        settings: &PluginSettings,
    ) -> Result<Plugin, Error> {
        grants::check(manifest, &settings.grants)?;
        let config = match &settings.config {
            Value::Null => "{}".to_owned(),
            Value::Object(_) => settings.config.to_string(),
            _ => return Err(Error::ConfigNotAnObject),
        };
        Ok(Plugin::load(Arc::clone(&self.runtime), manifest.clone(), bytes, config).await?)
    }

    /// Swaps the version in and lets the one before it end its calls in the background.
    pub(super) async fn activate(&self, state: &mut State, plugin: Plugin, file: PathBuf, settings: PluginSettings) {
        let plugin = Arc::new(plugin);
        let replaced = self.hooks.attach(Arc::clone(&plugin));
        self.hooks.settled(plugin.name()).await;
        tracing::info!(
            plugin = plugin.name(),
            version = %plugin.manifest.version,
            replaced = replaced.as_ref().map(|replaced| &*replaced.manifest.version),
            hooks = %plugin.manifest.hooks.iter().map(|hook| hook.name()).collect::<Vec<_>>().join(" "),
            "plugin running"
        );
        let manifest = plugin.manifest.clone();
        let name = manifest.name.clone();
        state.installed.insert(name, Installed { manifest, file, settings, running: Some(plugin), error: None });
        self.retire(replaced);
    }

    /// Takes the plugin off its hooks; its entry stays.
    pub(super) fn deactivate(&self, installed: &mut Installed) {
        installed.running = None;
        installed.error = None;
        tracing::info!(plugin = installed.manifest.name, version = installed.manifest.version, "plugin stopped");
        self.retire(self.hooks.detach(&installed.manifest.name));
    }

    fn retire(&self, replaced: Option<Arc<Plugin>>) {
        if let Some(replaced) = replaced {
            let drain = self.settings.drain;
            self.tasks.spawn(async move { replaced.retire(drain).await });
        }
    }

    /// The operator's settings of a plugin, or those that a new one begins with.
    pub(super) async fn settings_of(&self, manifest: &Manifest) -> Result<PluginSettings, Error> {
        let found = self.store.find_plugin(&manifest.name).await?;
        let mut settings = found.unwrap_or_else(|| PluginSettings {
            name: manifest.name.clone(),
            enabled: true,
            config: Value::Object(serde_json::Map::new()),
            grants: Vec::new(),
            updated: self.clock.now(),
        });
        if self.settings.grant_all && grants::check(manifest, &settings.grants).is_err() {
            settings.grants = grants::everything(manifest);
            tracing::warn!(
                plugin = manifest.name,
                grants = settings.grants.join(" "),
                "granted what the plugin asks for, as this server is for development"
            );
        }
        Ok(settings)
    }
}
