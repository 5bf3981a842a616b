//! What it means when files are gone while the server runs. Whoever deletes one removes its plugin, which is
//! remembered: a file that is gone at the next start without that was not to go. What may have another cause is no
//! removal, as nobody would miss the plugin then, and what it guards would be open.

use std::path::{Path, PathBuf};

use super::{Installed, Plugins, State, directory::Found};

impl State {
    /// The plugins whose file is not among those that were found.
    pub(super) fn gone(&self, present: &[PathBuf]) -> Vec<String> {
        let is_gone = |installed: &Installed| installed.has_file() && !present.contains(&installed.file);
        self.installed.iter().filter(|(_, installed)| is_gone(installed)).map(|(name, _)| name.clone()).collect()
    }

    /// Keeps the plugins whose files went with the directory, instead of taking them for removed: another is in its
    /// place, as when a file system is mounted no longer, or it was emptied. To empty it of its one plugin is the usual
    /// way to remove that.
    pub(super) fn lose(&mut self, gone: &mut Vec<String>, found: &Found, is_another: bool) {
        let is_emptied = gone.len() > 1 && found.files.is_empty();
        if gone.is_empty() || !(is_another || is_emptied) {
            return;
        }
        tracing::error!(
            plugins = gone.join(" "),
            "the plugin directory was {}: the plugins whose files went with it stay as they are; put the files back, or remove plugins with `talaria plugin remove`",
            if is_another { "replaced" } else { "emptied" }
        );
        for name in gone.drain(..) {
            if let Some(installed) = self.installed.get_mut(&name) {
                installed.is_lost = true;
            }
        }
    }

    /// Forgets of the files that are not `present` how they looked; but those that were lost may come back as they
    /// were.
    pub(super) fn forget_files(&mut self, present: &[PathBuf], forgotten: &[PathBuf]) {
        let Self { installed, files, unreadable, .. } = self;
        let is_awaited = |file: &Path, sha256: &str| installed.values().any(|installed| installed.awaits(file, sha256));
        let is_there = |file: &Path| present.iter().any(|found| found == file);
        files.retain(|file, sha256| match is_there(file) {
            true => !forgotten.iter().any(|forgotten| forgotten == file),
            false => is_awaited(file, sha256),
        });
        unreadable.retain(|file, _| is_there(file));
    }

    /// The file is as it was when it was read last: whoever lost it has it again, and one that could not be read
    /// meanwhile can be.
    pub(super) fn file_is_well(&mut self, file: &Path) {
        let Self { installed, files, unreadable, .. } = self;
        if !files.is_damaged(file) && unreadable.remove(file).is_some() {
            let runs = |blamed: &Installed| {
                let running = blamed.running.as_ref().filter(|_| blamed.file == file);
                running.is_some_and(|running| files.has_content(file, &running.manifest.sha256))
            };
            installed.values_mut().filter(|blamed| runs(blamed)).for_each(|blamed| blamed.error = None);
        }
        let is_back = |lost: &Installed| lost.is_lost && lost.file == file;
        for lost in installed.values_mut().filter(|lost| is_back(lost)) {
            lost.is_lost = !files.has_content(file, &lost.manifest.sha256);
            if !lost.is_lost {
                tracing::info!(plugin = lost.manifest.name, file = %file.display(), "the plugin's file is back");
            }
        }
    }
}

impl Installed {
    /// Whether it lost this file, with this content.
    fn awaits(&self, file: &Path, sha256: &str) -> bool {
        self.is_lost && self.file == file && self.manifest.sha256 == sha256
    }

    /// What the operator has to know of one whose file was lost.
    pub(super) fn loss(&self) -> Option<String> {
        let lost = || "its file went with the plugin directory, and it stays as it was until the next start".to_owned();
        self.is_lost.then(lost)
    }
}

impl Plugins {
    /// Stops a plugin whose file was deleted, or holds another one now.
    pub(super) async fn file_is_gone(&self, mut installed: Installed) {
        let plugin = &installed.manifest.name;
        tracing::warn!(plugin, file = %installed.file.display(), "the plugin's file is gone, by which it is removed");
        if let Err(error) = self.versions.mark_removed(plugin).await {
            tracing::error!(plugin, "it cannot be remembered that the plugin was removed: {error}");
        }
        self.deactivate(&mut installed);
    }

    /// Stops a plugin whose file was damaged before it was deleted. Who did that may have been rid of the damage, so it
    /// is missed.
    pub(super) async fn damage_is_gone(&self, state: &mut State, mut installed: Installed) {
        let name = installed.manifest.name.clone();
        tracing::warn!(plugin = name, file = %installed.file.display(), "the plugin's file, which was damaged, is gone");
        self.deactivate(&mut installed);
        let absent = self.absent(&name, installed.settings).await;
        state.installed.insert(name, absent);
    }

    /// A file of the plugin was read, whatever comes of it: from now on it is missed when it is gone.
    pub(super) async fn file_is_read(&self, plugin: &str) {
        if let Err(error) = self.versions.unmark_removed(plugin).await {
            tracing::error!(plugin, "it cannot be remembered that the plugin is back: {error}");
        }
    }
}
