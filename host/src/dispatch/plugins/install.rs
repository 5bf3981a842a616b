//! What the operator can do with plugins.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::{Error, PluginStatus, Plugins, State, activate::Candidate, directory, grants};
use crate::model::plugin::{Mode, PluginSettings};

/// What comes with a component that is installed.
#[derive(Clone, Debug, Default)]
pub struct InstallOptions {
    /// A JSON object; the configuration of the version before it when `None`.
    pub config: Option<Value>,
    /// Capabilities to grant besides those granted before.
    pub grants: Vec<String>,
    /// How much of what it decides is done; everything when `None`.
    pub mode: Option<Mode>,
}

impl Plugins {
    /// Installs a component, or replaces the version that runs. Once it returns, every new request meets the new
    /// version; on an error the version before it goes on untouched.
    pub async fn install(&self, bytes: Bytes, options: InstallOptions) -> Result<PluginStatus, Error> {
        let component: Arc<[u8]> = Arc::from(&bytes[..]);
        let manifest = self.read_manifest(Arc::clone(&component)).await?;
        grants::check_names(&options.grants)?;
        if let Some(config) = &options.config {
            self.judge_config(&manifest.name, config).await?;
        }
        let is_configured = options.config.is_some();
        let mut state = self.state.lock().await;
        let mut settings = self.settings_of(&manifest).await?;
        settings.enabled = true;
        settings.updated = self.clock.now();
        self.settle_mode(&state, &mut settings, &options)?;
        if let Some(config) = options.config {
            settings.config = config;
        }
        settings.grants.extend(options.grants);
        settings.grants.sort_unstable();
        settings.grants.dedup();
        let file = match state.installed.get(&manifest.name) {
            Some(installed) => installed.file.clone(),
            None => self.settings.directory.join(format!("{}.wasm", manifest.name)),
        };
        state.check_owner(&file, &manifest.name)?;
        let plugin = self.load(&manifest, Arc::clone(&component), &settings).await?;
        let since = settings.updated;
        let candidate = Candidate { plugin, bytes: component, file, settings, since, is_proven: false };
        self.put(&mut state, candidate).await?;
        if is_configured {
            self.config_changed(&manifest.name);
        }
        self.status(&state, &manifest.name)
    }

    /// Changes the configuration, by the same steps as a new version.
    pub async fn configure(&self, name: &str, config: Value) -> Result<PluginStatus, Error> {
        self.judge_config(name, &config).await?;
        let status = self.change(name, |settings| settings.config = config).await?;
        self.config_changed(name);
        Ok(status)
    }

    /// Says what the plugin may do, besides what the configuration grants. What it needs is not taken back while it is
    /// enabled. With `grants` those are all there are, `added` come to them.
    pub async fn set_grants(
        &self,
        name: &str,
        grants: Option<Vec<String>>,
        added: Vec<String>,
    ) -> Result<PluginStatus, Error> {
        grants::check_names(grants.as_deref().unwrap_or_default())?;
        grants::check_names(&added)?;
        self.change(name, |settings| {
            if let Some(grants) = grants {
                settings.grants = grants;
            }
            settings.grants.extend(added);
            settings.grants.sort_unstable();
            settings.grants.dedup();
        })
        .await
    }

    /// Lets the plugin handle its hooks again.
    pub async fn enable(&self, name: &str) -> Result<PluginStatus, Error> {
        self.change(name, |settings| settings.enabled = true).await
    }

    /// Takes the plugin off its hooks, now and after restarts; its file, settings and data stay.
    pub async fn disable(&self, name: &str) -> Result<PluginStatus, Error> {
        self.change(name, |settings| settings.enabled = false).await
    }

    /// Takes the plugin off its hooks and deletes its file, settings and versions. Its key-value data and its jobs stay
    /// for when it comes back, unless they are to be purged.
    pub async fn remove(&self, name: &str, purge: bool) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        let installed = state.installed.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        // First, so that whoever dies in between has removed it, and misses nothing at the next start.
        self.versions.mark_removed(name).await?;
        // That of one that has none may be another's by now.
        if (installed.holds(&installed.file) || !state.is_owned(&installed.file))
            && let Err(error) = directory::delete(&installed.file).await
        {
            // It stays, and is to be missed if it is gone after all.
            self.file_is_read(name).await;
            return Err(error);
        }
        self.store.delete_plugin(name).await?;
        self.versions.delete(name).await?;
        if let Some(mut installed) = state.installed.remove(name) {
            self.deactivate(&mut installed);
        }
        self.hooks.forget(name).await?;
        self.runtime.logs().forget(name);
        self.runtime.recordings().forget(name);
        if purge {
            self.store.kv_clear(name).await?;
            self.store.clear_jobs(name).await?;
        }
        Ok(())
    }

    /// Applies changed settings: loads and swaps when the plugin is to run, stops it when not.
    async fn change(&self, name: &str, change: impl FnOnce(&mut PluginSettings)) -> Result<PluginStatus, Error> {
        let mut state = self.state.lock().await;
        let installed = state.installed.get_mut(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let mut settings = installed.settings.clone();
        change(&mut settings);
        settings.updated = self.clock.now();
        if !settings.config.is_object() {
            return Err(Error::ConfigNotAnObject);
        }
        if settings.enabled {
            if let Some(absence) = &installed.absence {
                return Err(Error::Absent { plugin: name.to_owned(), cause: absence.to_string() });
            }
            let file = installed.file.clone();
            let bytes = directory::read(&file, self.settings.max_file_bytes).await?;
            let manifest = self.read_manifest(Arc::clone(&bytes)).await?;
            if manifest.name != name {
                return Err(Error::OtherPlugin { file, expected: name.to_owned(), found: manifest.name });
            }
            let plugin = self.load(&manifest, Arc::clone(&bytes), &settings).await?;
            let since = settings.updated;
            let candidate = Candidate { plugin, bytes, file, settings, since, is_proven: false };
            let beside = self.version_beside(&state, &candidate.settings).await;
            let handover = self.hand_over(&state, &candidate).await?;
            self.store.upsert_plugin(candidate.settings.clone()).await?;
            self.activate(&mut state, candidate, handover, beside).await;
        } else {
            self.store.upsert_plugin(settings.clone()).await?;
            installed.settings = settings;
            self.deactivate(installed);
        }
        self.status(&state, name)
    }

    pub(super) fn status(&self, state: &State, name: &str) -> Result<PluginStatus, Error> {
        let installed = state.installed.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        Ok(self.status_of(installed))
    }
}
