//! Keeping what runs equal to what lies in the directory.

use std::{path::Path, sync::Arc, time::Duration};

use notify::{RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::{
    Error, Installed, Plugins, State,
    activate::Candidate,
    directory::{self, Stamp},
};

/// A copy in progress makes many events; the file is read once they have ceased for so long.
const SETTLE: Duration = Duration::from_millis(100);
/// Events that never cease must not keep the directory from being read.
const SETTLE_AT_MOST: Duration = Duration::from_secs(2);
/// How often the directory is read without an event: some file systems send none.
const POLL: Duration = Duration::from_secs(5);

impl Plugins {
    /// Watches the directory until the server stops.
    pub(super) fn watch(self: &Arc<Self>) {
        let changed = Arc::new(Notify::new());
        let watcher = watcher(&self.settings.directory, Arc::clone(&changed));
        if let Err(error) = &watcher {
            tracing::warn!(
                "the plugin directory is only read every {} s, as it cannot be watched: {error}",
                POLL.as_secs()
            );
        }
        let (plugins, stop) = (Arc::clone(self), self.stop.clone());
        self.tasks.spawn(async move {
            // It watches as long as it is kept.
            let _watcher = watcher;
            loop {
                tokio::select! {
                    () = changed.notified() => settle(&changed).await,
                    () = tokio::time::sleep(POLL) => {}
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
        let gone: Vec<_> = state
            .installed
            .iter()
            .filter(|(_, installed)| installed.has_file() && !present.contains(&installed.file))
            .map(|(name, _)| name.clone())
            .collect();
        // A file that was refused because another had the same plugin may have its turn now.
        let is_read_again = |state: &State, file: &Path| !gone.is_empty() && !state.is_owned(file);
        let forgotten: Vec<_> = present.iter().filter(|file| is_read_again(&state, file)).cloned().collect();
        state
            .files
            .retain(|file| present.iter().any(|found| found == file) && !forgotten.iter().any(|found| found == file));
        state.unreadable.retain(|file, _| present.contains(file));
        for name in gone {
            if let Some(installed) = state.installed.remove(&name) {
                self.file_is_gone(installed).await;
            }
        }
        for file in present {
            // The stamp comes first: what is written while the file is read makes it look changed again.
            let Some(stamp) = Stamp::of(&file).await.filter(|stamp| state.files.is_changed(&file, stamp)) else {
                continue;
            };
            if let Err(error) = self.reload(&mut state, &file, stamp).await {
                tracing::error!(file = %file.display(), "the plugin is not loaded: {error}");
            }
        }
        state.blame_files(&self.settings.directory);
        Ok(())
    }

    async fn reload(&self, state: &mut State, file: &Path, stamp: Stamp) -> Result<(), Error> {
        let read = async {
            let bytes = directory::read(file, self.settings.max_file_bytes).await?;
            Ok::<_, Error>((self.parse_manifest(Arc::clone(&bytes), self.settings.max_file_bytes).await?, bytes))
        };
        let (manifest, bytes) = match read.await {
            Ok(read) => read,
            Err(error) => {
                blame(state, file, &error.to_string());
                state.unreadable.insert(file.to_owned(), error.to_string());
                // Told once: the file is read again when it changes. One that cannot be read at all may be so later.
                if !matches!(error, Error::File { .. }) {
                    state.files.note(file, stamp, "");
                }
                return Err(error);
            }
        };
        state.unreadable.remove(file);
        let known = state.files.has_content(file, &manifest.sha256);
        state.files.note(file, stamp, &manifest.sha256);
        if known {
            return Ok(());
        }
        if let Some(other) =
            state.installed.get(&manifest.name).filter(|other| other.absence.is_none() && other.file != *file)
        {
            return Err(Error::TwoFiles { plugin: manifest.name, file: file.to_owned(), other: other.file.clone() });
        }
        self.make_way(state, file, &manifest.name).await;
        let settings = self.settings_of(&manifest).await?;
        if !settings.enabled {
            let installed = Installed::not_running(manifest, file, settings, None);
            state.installed.insert(installed.manifest.name.clone(), installed);
            return Ok(());
        }
        let loaded = async {
            // Only here, so that one that is not trusted is shown by its name: it may be essential.
            self.check_trust(&manifest)?;
            let plugin = self.load(&manifest, Arc::clone(&bytes), &settings).await?;
            let (file, settings, since) = (file.to_owned(), settings.clone(), self.clock.now());
            let candidate = Candidate { plugin, bytes, file, settings, since, is_proven: false };
            let beside = self.version_beside(state, &candidate.settings).await;
            let handover = self.hand_over(state, &candidate).await?;
            Ok::<_, Error>((candidate, handover, beside))
        };
        match loaded.await {
            Ok((candidate, handover, beside)) => {
                self.activate(state, candidate, handover, beside).await;
                Ok(())
            }
            Err(error) => {
                let text = error.to_string();
                let running = state.installed.remove(&manifest.name).and_then(|installed| installed.running);
                let installed = Installed { running, ..Installed::not_running(manifest, file, settings, Some(text)) };
                state.installed.insert(installed.manifest.name.clone(), installed);
                Err(error)
            }
        }
    }

    /// Stops a plugin whose file holds another one now.
    async fn make_way(&self, state: &mut State, file: &Path, name: &str) {
        let is_replaced = |installed: &Installed| installed.holds(file) && installed.manifest.name != name;
        let replaced =
            state.installed.iter().find(|(_, installed)| is_replaced(installed)).map(|(name, _)| name.clone());
        if let Some(installed) = replaced.and_then(|name| state.installed.remove(&name)) {
            self.file_is_gone(installed).await;
        }
    }

    /// To delete a plugin's file while the server runs is to remove it, which is remembered: a file that is gone at the next start
    /// without that was not to go.
    async fn file_is_gone(&self, mut installed: Installed) {
        let plugin = &installed.manifest.name;
        tracing::warn!(plugin, file = %installed.file.display(), "the plugin's file is gone, by which it is removed");
        if let Err(error) = self.versions.mark_removed(plugin).await {
            tracing::error!(plugin, "it cannot be remembered that the plugin was removed: {error}");
        }
        self.deactivate(&mut installed);
    }
}

/// Waits until a copy in progress has ceased to make events.
async fn settle(changed: &Notify) {
    let quiet = async { while tokio::time::timeout(SETTLE, changed.notified()).await.is_ok() {} };
    // Read anyway after a while; what is written later makes events of its own.
    let _ = tokio::time::timeout(SETTLE_AT_MOST, quiet).await;
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
