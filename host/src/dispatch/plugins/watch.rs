//! Keeping what runs equal to what lies in the directory.

use std::{path::Path, sync::Arc, time::Duration};

use notify::{RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::{Error, Installed, Plugins, State, directory};
use crate::{dispatch::wasm::Manifest, model::plugin::PluginSettings};

/// A copy in progress makes many events; the file is read once they have ceased for so long.
const SETTLE: Duration = Duration::from_millis(100);
/// How often the directory is read when the system cannot watch it.
const POLL: Duration = Duration::from_secs(2);

impl Plugins {
    /// Watches the directory until the server stops.
    pub(super) fn watch(self: &Arc<Self>) {
        let changed = Arc::new(Notify::new());
        let watcher = watcher(&self.settings.directory, Arc::clone(&changed));
        if let Err(error) = &watcher {
            tracing::warn!("the plugin directory is read every {} s, as it cannot be watched: {error}", POLL.as_secs());
        }
        let (plugins, stop) = (Arc::clone(self), self.stop.clone());
        self.tasks.spawn(async move {
            let watched = watcher.is_ok();
            loop {
                tokio::select! {
                    () = changed.notified() => tokio::time::sleep(SETTLE).await,
                    () = tokio::time::sleep(POLL), if !watched => {}
                    () = stop.cancelled() => return,
                }
                if let Err(error) = plugins.reconcile().await {
                    tracing::error!("{error}");
                }
            }
        });
    }

    /// Loads files that are new or changed and stops plugins whose file is gone. A file that does not load is reported once,
    /// and the version before it goes on.
    pub(super) async fn reconcile(&self) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        let present = directory::scan(&self.settings.directory).await?;
        state.files.retain(&present);
        let gone: Vec<_> = state
            .installed
            .iter()
            .filter(|(_, installed)| !present.contains(&installed.file))
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            if let Some(mut installed) = state.installed.remove(&name) {
                self.deactivate(&mut installed);
            }
        }
        for file in present {
            if state.files.is_changed(&file).await
                && let Err(error) = self.reload(&mut state, &file).await
            {
                tracing::error!(file = %file.display(), "the plugin is not loaded: {error}");
            }
        }
        Ok(())
    }

    async fn reload(&self, state: &mut State, file: &Path) -> Result<(), Error> {
        let bytes = directory::read(file, self.settings.max_file_bytes).await?;
        let manifest = Manifest::read(&bytes, self.settings.max_file_bytes)
            .inspect_err(|error| blame(state, file, &error.to_string()));
        let manifest = match manifest {
            Ok(manifest) => manifest,
            Err(error) => {
                // Told once: the file is looked at again when it changes.
                state.files.note(file, "").await;
                return Err(error.into());
            }
        };
        let known = state.files.has_content(file, &manifest.sha256);
        state.files.note(file, &manifest.sha256).await;
        if known {
            return Ok(());
        }
        if let Some(other) = state.installed.get(&manifest.name).filter(|installed| installed.file != *file) {
            return Err(Error::TwoFiles { plugin: manifest.name, file: file.to_owned(), other: other.file.clone() });
        }
        let settings = self.settings_of(&manifest).await?;
        if !settings.enabled {
            state.installed.insert(manifest.name.clone(), not_running(manifest, file, settings, None));
            return Ok(());
        }
        match self.load(&manifest, bytes, &settings).await {
            Ok(plugin) => {
                self.activate(state, plugin, file.to_owned(), settings);
                Ok(())
            }
            Err(error) => {
                let text = error.to_string();
                let running = state.installed.remove(&manifest.name).and_then(|installed| installed.running);
                let installed = Installed { running, ..not_running(manifest, file, settings, Some(text)) };
                state.installed.insert(installed.manifest.name.clone(), installed);
                Err(error)
            }
        }
    }
}

fn not_running(manifest: Manifest, file: &Path, settings: PluginSettings, error: Option<String>) -> Installed {
    Installed { manifest, file: file.to_owned(), settings, running: None, error }
}

/// Shows the failure at the plugin that was installed from this file.
fn blame(state: &mut State, file: &Path, error: &str) {
    for installed in state.installed.values_mut().filter(|installed| installed.file == *file) {
        installed.error = Some(error.to_owned());
    }
}

fn watcher(directory: &Path, changed: Arc<Notify>) -> notify::Result<notify::RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if !matches!(event, Ok(notify::Event { kind: notify::EventKind::Access(_), .. })) {
            changed.notify_one();
        }
    })?;
    watcher.watch(directory, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
