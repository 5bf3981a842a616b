//! Keeping what runs equal to what lies in the directory.

use std::{mem, path::Path, sync::Arc, time::Duration};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{sync::Notify, time::Instant};

use super::{
    Error, Installed, Plugins, State,
    activate::{Candidate, parse},
    directory::{self, Found, Stamp},
};

/// A copy in progress makes many events; the file is read once they have ceased for so long.
const SETTLE: Duration = Duration::from_millis(100);
/// Events that never cease must not keep the directory from being read.
const SETTLE_AT_MOST: Duration = Duration::from_secs(2);
/// How often the directory is read without an event: some file systems send none.
const POLL: Duration = Duration::from_secs(5);

impl Plugins {
    /// Watches the directory until the server stops. Whatever is deleted from now on was removed, so nobody may watch
    /// before it is seen what is missing.
    pub fn watch(self: &Arc<Self>) {
        let changed = Arc::new(Notify::new());
        let mut watcher = self.watcher(&changed);
        // There was a time since the directory was read.
        changed.notify_one();
        let (plugins, stop) = (Arc::clone(self), self.stop.clone());
        self.tasks.spawn(async move {
            let mut is_told = false;
            loop {
                tokio::select! {
                    () = changed.notified() => settle(&changed).await,
                    () = tokio::time::sleep(POLL) => {}
                    () = stop.cancelled() => return,
                }
                match plugins.reconcile().await {
                    Ok(is_another) => {
                        if is_another {
                            // The one before watches what is no longer there.
                            drop(watcher.take());
                            watcher = plugins.watcher(&changed);
                            changed.notify_one();
                        }
                        if mem::take(&mut is_told) {
                            tracing::info!("the plugin directory can be used again");
                        }
                    }
                    Err(_) if is_told => {}
                    Err(error) => {
                        tracing::error!("{error}; the plugins stay as they are until it can be");
                        is_told = true;
                    }
                }
            }
        });
    }

    /// It watches as long as it is kept.
    fn watcher(&self, changed: &Arc<Notify>) -> Option<RecommendedWatcher> {
        let watcher = watcher(&self.settings.directory, Arc::clone(changed)).inspect_err(|error| {
            tracing::warn!(
                "the plugin directory is only read every {} s, as it cannot be watched: {error}",
                POLL.as_secs()
            );
        });
        watcher.ok()
    }

    /// Loads files that are new or changed and stops plugins whose file is gone. A file that does not load is reported
    /// once, and the version before it goes on. Answers whether the directory is another than the time before.
    pub(super) async fn reconcile(&self) -> Result<bool, Error> {
        let mut state = self.state.lock().await;
        let before = state.directory.take();
        let found = self.scan(&state).await?;
        state.directory = Some(found.identity);
        let is_another = before != state.directory;
        let mut gone = state.gone(&found.files);
        // A file that was refused because another had the same plugin may have its turn now.
        let is_read_again = |file: &Path| !gone.is_empty() && !state.is_owned(file);
        let forgotten: Vec<_> = found.files.iter().filter(|file| is_read_again(file)).cloned().collect();
        state.lose(&mut gone, &found, is_another);
        for name in gone {
            let Some(installed) = state.installed.remove(&name) else { continue };
            if state.unreadable.contains_key(&installed.file) {
                self.damage_is_gone(&mut state, installed).await;
            } else {
                self.file_is_gone(installed).await;
            }
        }
        state.forget_files(&found.files, &forgotten);
        for file in found.files {
            // The stamp comes first: what is written while the file is read makes it look changed again.
            let Some(stamp) = Stamp::of(&file).await else { continue };
            if !state.files.is_changed(&file, &stamp) {
                state.file_is_well(&file);
                continue;
            }
            let told = state.unreadable.get(&file).cloned();
            // One that cannot be read is tried again and again, and told of once.
            if let Err(error) = self.reload(&mut state, &file, stamp).await
                && !(matches!(error, Error::File { .. }) && told == Some(error.to_string()))
            {
                tracing::error!(file = %file.display(), "the plugin is not loaded: {error}");
            }
        }
        state.blame_files(&self.settings.directory);
        Ok(is_another)
    }

    /// Reads the directory. When files are gone others may be going, so who is gone is said once no more go: a
    /// directory that is being emptied looks in the middle as if some plugins were removed.
    async fn scan(&self, state: &State) -> Result<Found, Error> {
        let mut found = directory::scan(&self.settings.directory).await?;
        let mut gone = state.gone(&found.files);
        let until = Instant::now() + SETTLE_AT_MOST;
        while !gone.is_empty() && Instant::now() < until {
            tokio::time::sleep(SETTLE).await;
            found = directory::scan(&self.settings.directory).await?;
            let before = mem::replace(&mut gone, state.gone(&found.files));
            if gone == before {
                break;
            }
        }
        Ok(found)
    }

    async fn reload(&self, state: &mut State, file: &Path, stamp: Stamp) -> Result<(), Error> {
        let read = async {
            let bytes = directory::read(file, self.settings.max_file_bytes).await?;
            Ok::<_, Error>((parse(Arc::clone(&bytes), self.settings.max_file_bytes).await?, bytes))
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
        self.file_is_read(&manifest.name).await;
        let known = state.files.has_content(file, &manifest.sha256);
        state.files.note(file, stamp, &manifest.sha256);
        if known {
            state.file_is_well(file);
            return Ok(());
        }
        state.unreadable.remove(file);
        if let Some(other) = state.installed.get(&manifest.name).filter(|other| other.has_file() && other.file != *file)
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
        installed.is_lost = false;
    }
}

fn watcher(directory: &Path, changed: Arc<Notify>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if !matches!(event, Ok(notify::Event { kind: notify::EventKind::Access(_), .. })) {
            changed.notify_one();
        }
    })?;
    watcher.watch(directory, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
