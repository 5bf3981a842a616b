//! The plugin directory: reading and replacing files, and telling which of them changed.

use std::{
    collections::HashMap,
    fs::Metadata,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use tokio::fs;

use super::Error;
use crate::dispatch::wasm::ManifestError;

/// What each file looked like when it was last read.
#[derive(Debug, Default)]
pub(super) struct Files(HashMap<PathBuf, (Stamp, String)>);

/// How a file looks from outside. It is taken before the file is read: what changes while it is read looks changed
/// later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Where a link leads, which may be to another file of the same date and length. Not of a file itself: the numbers
    /// of one that stays are others each time in some file systems.
    linked: Option<Identity>,
}

impl Stamp {
    /// `None` when there is no such file.
    pub(super) async fn of(file: &Path) -> Option<Self> {
        let found = fs::metadata(file).await.ok()?;
        let is_link = fs::symlink_metadata(file).await.ok()?.is_symlink();
        let linked = is_link.then(|| Identity::of(&found));
        Some(Self { length: found.len(), modified: found.modified().ok(), linked })
    }
}

impl Files {
    /// Whether the file looks other than when it was read.
    pub(super) fn is_changed(&self, file: &Path, stamp: &Stamp) -> bool {
        self.0.get(file).is_none_or(|(known, _)| known != stamp)
    }

    /// Whether the content that was read last had this hash.
    pub(super) fn has_content(&self, file: &Path, sha256: &str) -> bool {
        self.0.get(file).is_some_and(|(_, known)| known == sha256)
    }

    /// Whether what was read last was no component.
    pub(super) fn is_damaged(&self, file: &Path) -> bool {
        self.has_content(file, "")
    }

    /// Remembers how the file looked before it was read, and the hash of what was in it; none of what is no component.
    pub(super) fn note(&mut self, file: &Path, stamp: Stamp, sha256: &str) {
        self.0.insert(file.to_owned(), (stamp, sha256.to_owned()));
    }

    /// Forgets the files that do not pass, by their paths and hashes, so that they are read again.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Path, &str) -> bool) {
        self.0.retain(|file, (_, sha256)| keep(file, sha256));
    }
}

/// What lies in the directory, and which directory that was.
pub(super) struct Found {
    pub(super) identity: Identity,
    /// The components, sorted.
    pub(super) files: Vec<PathBuf>,
}

/// Tells a file or a directory from another in its place, such as the empty one where a file system is mounted no
/// longer: device and inode, where there are such numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Identity(Option<(u64, u64)>);

impl Identity {
    fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        let numbers = {
            use std::os::unix::fs::MetadataExt as _;
            Some((found.dev(), found.ino()))
        };
        #[cfg(not(unix))]
        let numbers = None;
        Self(numbers)
    }
}

/// Reads the directory.
pub(super) async fn scan(directory: &Path) -> Result<Found, Error> {
    let failed = |source| Error::Directory { directory: directory.to_owned(), source };
    let identity = async || fs::metadata(directory).await.map(|found| Identity::of(&found)).map_err(failed);
    let first = identity().await?;
    let files = components(directory).await?;
    // The files would be those of the one, and the identity that of the other.
    if identity().await? != first {
        return Err(failed(io::Error::other("another came into its place meanwhile")));
    }
    Ok(Found { identity: first, files })
}

/// The components in the directory, sorted. A link to a file is one, as volumes of Kubernetes have them.
pub(super) async fn components(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Directory { directory: directory.to_owned(), source };
    let mut entries = fs::read_dir(directory).await.map_err(failed)?;
    let mut files = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(failed)? {
        let path = entry.path();
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden
            && path.extension().is_some_and(|extension| extension == "wasm")
            && is_file(&entry).await.map_err(failed)?
        {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// A link that leads nowhere counts, as what it led to was not removed; one that leads to a file beside it does not, as
/// that counts.
async fn is_file(entry: &fs::DirEntry) -> io::Result<bool> {
    let kind = entry.file_type().await?;
    if !kind.is_symlink() {
        return Ok(kind.is_file());
    }
    let path = entry.path();
    let Ok(file) = fs::canonicalize(&path).await else { return Ok(true) };
    let directory = fs::canonicalize(path.parent().unwrap_or(Path::new("."))).await?;
    Ok(file.parent() != Some(&directory) && fs::metadata(&file).await.map_or(true, |found| found.is_file()))
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

/// A file that is written and not yet in its place.
pub(super) struct Staged {
    file: PathBuf,
    temporary: PathBuf,
}

/// Writes a file beside its place, durably.
pub(super) async fn stage(file: &Path, bytes: &[u8]) -> Result<Staged, Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let staged = Staged { file: file.to_owned(), temporary: file.with_file_name(format!(".{name}.new")) };
    let written = async {
        let mut out = fs::File::create(&staged.temporary).await?;
        tokio::io::AsyncWriteExt::write_all(&mut out, bytes).await?;
        out.sync_all().await
    };
    written.await.map_err(|source| Error::File { file: file.to_owned(), source })?;
    Ok(staged)
}

impl Staged {
    /// Puts the file in its place: a crash leaves either the old content or the new.
    pub(super) async fn commit(self) -> Result<Option<Stamp>, Error> {
        let placed = async {
            fs::rename(&self.temporary, &self.file).await?;
            sync(self.file.parent().unwrap_or(Path::new("."))).await
        };
        placed.await.map_err(|source| Error::File { file: self.file.clone(), source })?;
        Ok(Stamp::of(&self.file).await)
    }
}

/// A rename lasts only once its folder is on the disk.
pub(super) async fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder).await?.sync_all().await
}

/// Deletes the file; one that is gone already is fine.
pub(super) async fn delete(file: &Path) -> Result<(), Error> {
    match fs::remove_file(file).await {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::File { file: file.to_owned(), source }),
        _ => Ok(()),
    }
}
