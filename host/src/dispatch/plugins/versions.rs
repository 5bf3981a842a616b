//! The versions of each plugin that ran here last, to go back to: each component, and beside it a record with the
//! configuration that it ran with. They lie in the data directory, out of reach of the watched one.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::fs;

use super::{Error, directory};
use crate::{
    dispatch::wasm::{self, Manifest},
    model::Timestamp,
};

/// Of the record; another one is not read.
const FORMAT: u32 = 1;
const COMPONENT: &str = "wasm";
const RECORD: &str = "json";
/// Lies beside the versions of a plugin that was removed: its file was deleted while the server ran, or the operator
/// said so.
const REMOVED: &str = "removed";
/// What a folder ends with that is being deleted. It begins with a dot, as no plugin's does.
const GONE: &str = ".gone";

/// A version that ran here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KeptVersion {
    pub version: String,
    /// Of the component, and its identity: a version may be built more than once.
    pub sha256: String,
    pub size: u64,
    /// What it ran with last.
    pub config: Value,
    /// What it was granted then.
    #[serde(default)]
    pub grants: Vec<String>,
    /// When it came to run, the last time.
    pub since: Timestamp,
    /// Of the last time that the server itself took it back.
    pub failure: Option<Failure>,
}

/// Why a version was taken back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    pub date: Timestamp,
    pub cause: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    format: u32,
    #[serde(flatten)]
    version: KeptVersion,
}

/// Where versions are kept.
#[derive(Clone, Debug)]
pub(super) struct Versions {
    folder: PathBuf,
    /// Of one plugin, the running one included.
    count: usize,
}

impl Versions {
    pub(super) const fn new(folder: PathBuf, count: usize) -> Self {
        Self { folder, count }
    }

    /// The plugins of which there are any, or a mark.
    pub(super) async fn plugins(&self) -> Result<Vec<String>, Error> {
        let mut plugins = self.entries().await?;
        plugins.retain(|name| wasm::is_name(name));
        Ok(plugins)
    }

    async fn entries(&self) -> Result<Vec<String>, Error> {
        let failed = |source| Error::Directory { directory: self.folder.clone(), source };
        let mut entries = match fs::read_dir(&self.folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut names = Vec::new();
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            names.extend(entry.file_name().into_string());
        }
        Ok(names)
    }

    /// The versions of a plugin, the one that came to run last first. What cannot be read is reported and left out.
    pub(super) async fn list(&self, plugin: &str) -> Result<Vec<KeptVersion>, Error> {
        let folder = self.folder.join(plugin);
        let failed = |source| Error::Directory { directory: folder.clone(), source };
        let mut entries = match fs::read_dir(&folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut versions = Vec::new();
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            let file = entry.path();
            if file.extension() == Some(OsStr::new(RECORD)) {
                match read_record(&file).await {
                    Ok(version) => versions.push(version),
                    Err(error) => tracing::warn!(file = %file.display(), "a kept version is left out: {error}"),
                }
            }
        }
        versions.sort_unstable_by(|one, other| (other.since.0, &other.sha256).cmp(&(one.since.0, &one.sha256)));
        Ok(versions)
    }

    /// Keeps a version that runs from now on, and forgets those that ran too long ago. One that ran last with the same
    /// configuration, as after a restart, is the same still; the one of the hash `spared` stays. Answers all that are
    /// kept.
    pub(super) async fn keep(
        &self,
        manifest: &Manifest,
        component: &[u8],
        (config, grants): (&Value, &[String]),
        spared: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<KeptVersion>, Error> {
        self.unmark_removed(&manifest.name).await?;
        let mut versions = self.list(&manifest.name).await?;
        let is_same = |version: &KeptVersion| version.sha256 == manifest.sha256 && version.config == *config;
        if versions.first().is_some_and(is_same) {
            return Ok(versions);
        }
        let folder = self.folder.join(&manifest.name);
        create_private(&folder).await.map_err(|source| Error::Directory { directory: folder.clone(), source })?;
        let before = versions.iter().position(|version| version.sha256 == manifest.sha256);
        let failure = before.and_then(|index| versions.remove(index).failure);
        let version = KeptVersion {
            version: manifest.version.clone(),
            sha256: manifest.sha256.clone(),
            size: manifest.size,
            config: config.clone(),
            grants: grants.to_vec(),
            since: now,
            failure,
        };
        // The component first: a record stands for a component that is there.
        let file = self.file(&manifest.name, &manifest.sha256, COMPONENT);
        if before.is_none() {
            directory::stage(&file, component).await?.commit().await?;
        }
        self.write_record(&manifest.name, &version).await?;
        versions.insert(0, version);
        for old in versions.split_off(self.count.min(versions.len())) {
            if spared == Some(&*old.sha256) {
                versions.push(old);
            } else {
                self.forget(&manifest.name, &old.sha256).await?;
            }
        }
        Ok(versions)
    }

    /// The component of a version.
    pub(super) async fn read(&self, plugin: &str, sha256: &str, limit: u64) -> Result<Arc<[u8]>, Error> {
        directory::read(&self.file(plugin, sha256, COMPONENT), limit).await
    }

    /// Remembers that a version was taken back. One that is kept no longer needs no mark.
    pub(super) async fn mark(&self, plugin: &str, sha256: &str, failure: Failure) -> Result<(), Error> {
        let found = self.list(plugin).await?.into_iter().find(|version| version.sha256 == sha256);
        match found {
            Some(version) => self.write_record(plugin, &KeptVersion { failure: Some(failure), ..version }).await,
            None => Ok(()),
        }
    }

    /// Remembers that a plugin was removed, until it is back. Its versions stay.
    pub(super) async fn mark_removed(&self, plugin: &str) -> Result<(), Error> {
        let folder = self.folder.join(plugin);
        create_private(&folder).await.map_err(|source| Error::Directory { directory: folder, source })?;
        directory::stage(&self.removed(plugin), b"").await?.commit().await?;
        Ok(())
    }

    /// The plugin is back: from now on it is missed when it is gone.
    pub(super) async fn unmark_removed(&self, plugin: &str) -> Result<(), Error> {
        directory::delete(&self.removed(plugin)).await
    }

    /// Whether a plugin was removed and has not been back since.
    pub(super) async fn is_removed(&self, plugin: &str) -> bool {
        fs::try_exists(self.removed(plugin)).await.unwrap_or_default()
    }

    fn removed(&self, plugin: &str) -> PathBuf {
        self.folder.join(plugin).join(REMOVED)
    }

    /// Forgets all versions of a plugin, at once: with half of them, and the mark deleted first, it would be missed at
    /// the next start.
    pub(super) async fn delete(&self, plugin: &str) -> Result<(), Error> {
        let folder = self.folder.join(plugin);
        let gone = self.folder.join(format!(".{plugin}{GONE}"));
        let renamed = async {
            // That of a deletion that was cut short would be in the way.
            remove(&gone).await?;
            match fs::rename(&folder, &gone).await {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                renamed => renamed?,
            }
            directory::sync(&self.folder).await
        };
        renamed.await.map_err(|source| Error::Directory { directory: folder.clone(), source })?;
        clear(&gone).await;
        Ok(())
    }

    /// Ends deletions that were cut short.
    pub(super) async fn clear_up(&self) -> Result<(), Error> {
        for name in self.entries().await?.iter().filter(|name| name.starts_with('.') && name.ends_with(GONE)) {
            clear(&self.folder.join(name)).await;
        }
        Ok(())
    }

    async fn forget(&self, plugin: &str, sha256: &str) -> Result<(), Error> {
        directory::delete(&self.file(plugin, sha256, RECORD)).await?;
        directory::delete(&self.file(plugin, sha256, COMPONENT)).await
    }

    async fn write_record(&self, plugin: &str, version: &KeptVersion) -> Result<(), Error> {
        let file = self.file(plugin, &version.sha256, RECORD);
        let record = Record { format: FORMAT, version: version.clone() };
        let text = serde_json::to_vec_pretty(&record)
            .map_err(|error| Error::File { file: file.clone(), source: error.into() })?;
        directory::stage(&file, &text).await?.commit().await?;
        Ok(())
    }

    fn file(&self, plugin: &str, sha256: &str, extension: &str) -> PathBuf {
        self.folder.join(plugin).join(format!("{sha256}.{extension}"))
    }
}

/// Deletes a folder that nothing reads any more. What is left of it is deleted at the next start.
async fn clear(folder: &Path) {
    if let Err(error) = remove(folder).await {
        tracing::warn!(folder = %folder.display(), "what was deleted still takes space: {error}");
    }
}

/// Deletes the folder; one that is gone already is fine.
async fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

async fn read_record(file: &Path) -> io::Result<KeptVersion> {
    let record: Record = serde_json::from_slice(&fs::read(file).await?)?;
    let component = file.with_extension(COMPONENT);
    if record.format != FORMAT {
        return Err(io::Error::other(format!("its format is {}, not {FORMAT}", record.format)));
    }
    if component.file_stem() != Some(OsStr::new(&record.version.sha256)) || !fs::try_exists(&component).await? {
        return Err(io::Error::other("its component is missing"));
    }
    Ok(record.version)
}

/// Configurations may hold secrets.
#[cfg(unix)]
async fn create_private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await
}

#[cfg(not(unix))]
async fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder).await
}

#[cfg(test)]
mod tests;
