//! The plugin directory: reading and replacing files, and telling which of them changed.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use bytes::Bytes;
use tokio::fs;

use super::Error;
use crate::dispatch::wasm::ManifestError;

/// What each file looked like when it was last read.
#[derive(Debug, Default)]
pub(super) struct Files(HashMap<PathBuf, Stamp>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Of the content that was read.
    sha256: String,
}

impl Files {
    /// Whether the file may have changed since [`Self::note`].
    pub(super) async fn is_changed(&self, file: &Path) -> bool {
        let Ok(found) = fs::metadata(file).await else { return true };
        self.0.get(file).is_none_or(|stamp| stamp.length != found.len() || stamp.modified != found.modified().ok())
    }

    /// Whether the content that was read last had this hash.
    pub(super) fn has_content(&self, file: &Path, sha256: &str) -> bool {
        self.0.get(file).is_some_and(|stamp| stamp.sha256 == sha256)
    }

    /// Remembers how the file looks now.
    pub(super) async fn note(&mut self, file: &Path, sha256: &str) {
        if let Ok(found) = fs::metadata(file).await {
            let stamp = Stamp { length: found.len(), modified: found.modified().ok(), sha256: sha256.to_owned() };
            self.0.insert(file.to_owned(), stamp);
        }
    }

    pub(super) fn forget(&mut self, file: &Path) {
        self.0.remove(file);
    }

    /// Forgets files that are gone.
    pub(super) fn retain(&mut self, present: &[PathBuf]) {
        self.0.retain(|file, _| present.contains(file));
    }
}

/// The components in the directory, sorted.
pub(super) async fn scan(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Directory { directory: directory.to_owned(), source };
    let mut entries = fs::read_dir(directory).await.map_err(failed)?;
    let mut files = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(failed)? {
        let path = entry.path();
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && path.extension().is_some_and(|extension| extension == "wasm") && path.is_file() {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Reads a component that is not too large.
pub(super) async fn read(file: &Path, limit: u64) -> Result<Arc<[u8]>, Error> {
    let failed = |source| Error::File { file: file.to_owned(), source };
    let size = fs::metadata(file).await.map_err(failed)?.len();
    if size > limit {
        return Err(ManifestError::TooLarge { size, limit }.into());
    }
    Ok(fs::read(file).await.map_err(failed)?.into())
}

/// Writes the file so that a crash leaves either the old content or the new.
pub(super) async fn replace(file: &Path, bytes: Bytes) -> Result<(), Error> {
    let failed = |source| Error::File { file: file.to_owned(), source };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let temporary = file.with_file_name(format!(".{name}.new"));
    let written = async {
        let mut out = fs::File::create(&temporary).await?;
        tokio::io::AsyncWriteExt::write_all(&mut out, &bytes).await?;
        out.sync_all().await?;
        fs::rename(&temporary, file).await
    };
    written.await.map_err(failed)
}

/// Deletes the file; one that is gone already is fine.
pub(super) async fn delete(file: &Path) -> Result<(), Error> {
    match fs::remove_file(file).await {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::File { file: file.to_owned(), source })
        }
        _ => Ok(()),
    }
}
