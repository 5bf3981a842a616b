//! Plugins that ran here and have no file that can be read any more: they stay known, so that nobody takes them for
//! removed, until the operator says that they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fmt, io,
    path::{Path, PathBuf},
};

use super::{Error, Installed, Plugins, State, activate::parse, directory, versions::Versions};
use crate::{
    dispatch::wasm::{self, Manifest, ManifestError},
    model::plugin::PluginSettings,
};

/// Why a plugin that is known is not among the files.
#[derive(Clone, Debug, Default)]
pub(super) struct Absence {
    /// The file that cannot be read and may be its, and why; none when it is gone.
    damage: Option<(PathBuf, String)>,
    /// Whether the manifest is that of the version that ran last. When that cannot be read either, it has the name
    /// alone.
    pub(super) is_known: bool,
}

impl Absence {
    pub(super) const fn is_damage(&self) -> bool {
        self.damage.is_some()
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.damage {
            None => f.write_str("its file is gone")?,
            Some((file, cause)) => write!(f, "{} cannot be read, and may be its file: {cause}", file.display())?,
        }
        if self.is_known { Ok(()) } else { f.write_str("; nothing is kept of what ran here") }
    }
}

impl State {
    /// Sees anew which file that cannot be read may be whose. By its name one is known at best: another counts as that
    /// of each plugin that is absent.
    pub(super) fn blame_files(&mut self, directory: &Path) {
        let mut unreadable = self.unreadable.clone();
        unreadable.retain(|file, _| !self.is_owned(file));
        let known: Vec<_> = self.installed.keys().cloned().collect();
        for (name, installed) in &mut self.installed {
            let Some(absence) = &mut installed.absence else { continue };
            absence.damage = file_of(name, &unreadable, &known);
            let own = absence.damage.as_ref().filter(|(file, _)| is_called(file, name));
            installed.file = own.map_or_else(|| directory.join(format!("{name}.wasm")), |(file, _)| file.clone());
        }
    }
}

impl Plugins {
    /// Lets the next start do without a plugin that it would miss, while no server runs: to be called with the
    /// directory of plugins and that of the versions. The settings, the data and the versions of the plugin stay for
    /// when it comes back. Answers whether there are versions.
    pub async fn forget(directory: &Path, versions: PathBuf, name: &str) -> Result<bool, Error> {
        if !wasm::is_name(name) {
            return Err(ManifestError::BadName(name.to_owned()).into());
        }
        if let Some(file) = find_file(directory, name).await? {
            return Err(Error::HasFile { plugin: name.to_owned(), file });
        }
        let versions = Versions::new(versions, 0);
        let is_kept = versions.plugins().await?.iter().any(|kept| kept == name);
        versions.mark_removed(name).await?;
        Ok(is_kept)
    }

    /// Enters the plugins that ran here and are not among the files, at the start. What was deleted while the server
    /// ran was removed, and is not among them.
    pub(super) async fn enter_absent(&self) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        let settings = self.store.list_plugins().await?.into_iter().map(|settings| (settings.name.clone(), settings));
        let mut settings: BTreeMap<_, _> = settings.collect();
        let mut known: BTreeSet<_> = settings.keys().cloned().collect();
        known.extend(self.versions.plugins().await?);
        known.retain(|name| !state.installed.contains_key(name));
        for name in known {
            let is_there = state.unreadable.keys().any(|file| is_called(file, &name));
            if self.versions.is_removed(&name).await && !is_there {
                continue;
            }
            let settings = settings.remove(&name).unwrap_or_else(|| self.new_settings(&name));
            let installed = self.absent(&name, settings).await;
            state.installed.insert(name, installed);
        }
        state.blame_files(&self.settings.directory);
        Ok(())
    }

    /// Has the log say which plugins are absent, and what to do: to be called once it is known that the server starts
    /// without them.
    pub async fn tell_of_absent(&self) {
        let state = self.state.lock().await;
        for (plugin, installed) in state.installed.iter().filter(|(_, installed)| installed.settings.enabled) {
            if let Some(absence) = &installed.absence {
                tracing::warn!(
                    plugin,
                    file = %installed.file.display(),
                    "an installed plugin does not run: {absence}; `talaria plugin install` or `rollback` puts it back, `disable` or `remove` lets the server be without it"
                );
            }
        }
    }

    /// What is known of a plugin without its file.
    pub(super) async fn absent(&self, name: &str, settings: PluginSettings) -> Installed {
        let manifest = self.last_manifest(name).await.unwrap_or_else(|error| {
            tracing::warn!(plugin = name, "the version that ran last cannot be read: {error}");
            None
        });
        let absence = Absence { damage: None, is_known: manifest.is_some() };
        let manifest = manifest.unwrap_or_else(|| Manifest::unknown(name));
        Installed { absence: Some(absence), ..Installed::not_running(manifest, Path::new(""), settings, None) }
    }

    async fn last_manifest(&self, name: &str) -> Result<Option<Manifest>, Error> {
        let Some(last) = self.versions.list(name).await?.into_iter().next() else { return Ok(None) };
        // It was within the limit when it came, whatever the limit is now.
        let component = self.versions.read(name, &last.sha256, u64::MAX).await?;
        Ok(Some(parse(component, u64::MAX).await?))
    }
}

/// The file of a plugin, or one that would be taken for its at the next start.
async fn find_file(directory: &Path, name: &str) -> Result<Option<PathBuf>, Error> {
    let files = match directory::components(directory).await {
        Err(Error::Directory { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        files => files?,
    };
    for file in files {
        let holds = async || {
            let component = directory::read(&file, u64::MAX).await?;
            Ok::<_, Error>(parse(component, u64::MAX).await?.name == name)
        };
        // Of one that cannot be read, the name is all that counts.
        if is_called(&file, name) || holds().await.unwrap_or_default() {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn is_called(file: &Path, name: &str) -> bool {
    file.file_stem() == Some(OsStr::new(name))
}

/// The one that is called as the plugin is, or else one that is called as none is.
fn file_of(name: &str, unreadable: &BTreeMap<PathBuf, String>, known: &[String]) -> Option<(PathBuf, String)> {
    let own = unreadable.iter().find(|(file, _)| is_called(file, name));
    let any = || unreadable.iter().find(|(file, _)| !known.iter().any(|name| is_called(file, name)));
    own.or_else(any).map(|(file, cause)| (file.clone(), cause.clone()))
}
