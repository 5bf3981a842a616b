//! Plugins that ran here and have no file any more, while there are files that cannot be read.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use super::{Error, Plugins};
use crate::{dispatch::wasm::Manifest, model::plugin::Mode};

/// A plugin whose file may be one that cannot be read.
#[derive(Clone, Debug)]
pub struct Missing {
    pub name: String,
    /// Of the version that ran last, unless it cannot be read either.
    pub manifest: Option<Manifest>,
    pub mode: Mode,
    pub file: PathBuf,
    /// Why it cannot be read.
    pub cause: String,
}

impl Plugins {
    /// Those that are not disabled. Whose a file is that cannot be read is known by its name at best: another counts as that of
    /// each plugin that is missing.
    pub async fn missing(&self) -> Result<Vec<Missing>, Error> {
        let state = self.state.lock().await;
        let mut unreadable = state.unreadable.clone();
        unreadable.retain(|file, _| !state.is_owned(file));
        if unreadable.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.versions.plugins().await?;
        let mut missing = Vec::new();
        for name in known.iter().filter(|name| !state.installed.contains_key(*name)) {
            let settings = self.store.find_plugin(name).await?;
            let Some((file, cause)) = file_of(name, &unreadable, &known) else { continue };
            if settings.as_ref().is_some_and(|settings| !settings.enabled) {
                continue;
            }
            let manifest = self.last_manifest(name).await.unwrap_or_else(|error| {
                tracing::warn!(plugin = %name, "the version that ran last cannot be read: {error}");
                None
            });
            let mode = settings.map_or(Mode::Full, |settings| settings.mode);
            let (file, cause) = (file.to_owned(), cause.to_owned());
            missing.push(Missing { name: name.clone(), manifest, mode, file, cause });
        }
        Ok(missing)
    }

    async fn last_manifest(&self, name: &str) -> Result<Option<Manifest>, Error> {
        let Some(last) = self.versions.list(name).await?.into_iter().next() else { return Ok(None) };
        // It was within the limit when it came, whatever the limit is now.
        let component = self.versions.read(name, &last.sha256, u64::MAX).await?;
        self.parse_manifest(component, u64::MAX).await.map(Some)
    }
}

/// The one that is called as the plugin is, or else one that is called as none is.
fn file_of<'a>(name: &str, unreadable: &'a BTreeMap<PathBuf, String>, known: &[String]) -> Option<(&'a Path, &'a str)> {
    let is_called = |file: &Path, name: &str| file.file_stem() == Some(OsStr::new(name));
    let own = unreadable.iter().find(|(file, _)| is_called(file, name));
    let any = || unreadable.iter().find(|(file, _)| !known.iter().any(|name| is_called(file, name)));
    own.or_else(any).map(|(file, cause)| (file.as_path(), cause.as_str()))
}
