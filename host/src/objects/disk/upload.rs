//! An object on its way to the disk: its bytes go to a file beside the others, which takes its place in one step when
//! it is whole, and is gone when it does not get so far.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::{
    failed, paths,
    remains::{self, Remains},
    room,
    threads::DiskThreads,
    trailer::Trailer,
    writeback::{Window, Writeback},
};
use crate::{
    clock::Clock,
    objects::{Error, Key, MediaType, Object},
};

/// Of a bucket: where what is not whole lies.
pub(super) const INCOMING: &str = ".incoming";
/// Bytes that are written at a time, so that one upload takes little memory.
const PIECE: usize = 128 * 1024;
/// Hexadecimal digits of the hash that make the tag of an object.
const TAG: usize = 32;
/// Whoever removes the last object of a folder removes the folder, perhaps just when another is put into it.
const ATTEMPTS: usize = 16;

/// Bytes that come one after the other.
#[derive(Debug)]
pub struct Upload {
    /// Not there while a piece is written.
    file: Option<Written>,
    piece: Vec<u8>,
    size: u64,
    hash: Sha256,
    most: u64,
    bucket: PathBuf,
    clock: Clock,
    threads: DiskThreads,
}

/// How much an upload may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of the object.
    pub(super) most: u64,
    /// Bytes that stay free on the disk.
    pub(super) least_free: u64,
}

/// A file that is removed when it is dropped.
#[derive(Debug)]
struct Written {
    /// There until it gets its place.
    file: Option<NamedTempFile>,
    writeback: Writeback,
    remains: Remains,
    /// Bytes that are left to others.
    least_free: u64,
}

impl Upload {
    /// Into the folder of a bucket, which is there; `limits` has the bytes of the object, and those that are left on
    /// the disk. For a thread that may block.
    pub(super) fn begin(bucket: PathBuf, limits: Limits, clock: Clock, threads: DiskThreads) -> io::Result<Self> {
        let incoming = bucket.join(INCOMING);
        let begin = || tempfile::Builder::new().prefix(".").tempfile_in(&incoming);
        let file = begin().or_else(|error| match error.kind() {
            // Not with its parents: a bucket that is gone stays so.
            io::ErrorKind::NotFound => match fs::create_dir(&incoming) {
                // Another upload was first.
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                Ok(()) | Err(_) => begin(),
            },
            _ => Err(error),
        })?;
        let Limits { most, least_free } = limits;
        let (file, remains) = (Some(file), threads.remains().clone());
        let mut written = Written { file, writeback: Writeback::default(), remains, least_free };
        room::check(written.file()?, least_free)?;
        let file = Some(written);
        Ok(Self { file, piece: Vec::new(), size: 0, hash: Sha256::new(), most, bucket, clock, threads })
    }

    /// Bytes that came so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Takes more bytes, and hashes them where it runs. After an error there is nothing to go on with.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.most {
            return Err(Error::TooLarge);
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.hash.update(now);
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let (written, piece) = (self.file.take().ok_or_else(broken)?, std::mem::take(&mut self.piece));
        let (written, mut piece, window) = self.threads.run(move || written.add(piece)).await?;
        piece.clear();
        (self.file, self.piece) = (Some(written), piece);
        match window {
            Some(window) => self.settle(window).await,
            None => Ok(()),
        }
    }

    async fn settle(&mut self, window: Window) -> Result<(), Error> {
        // The file stays here meanwhile: whoever gives up waiting has it removed where the disk is written.
        let turn = self.threads.turn_to_settle().await?;
        let mut written = self.file.take().ok_or_else(broken)?;
        let settle = move || window.settle(written.file()?).map(|()| written);
        self.file = Some(self.threads.beside(turn, settle).await?);
        Ok(())
    }

    /// Puts the object in its place. It is on the disk when this returns.
    pub async fn finish(mut self, key: &Key, media_type: &MediaType) -> Result<Object, Error> {
        // As above.
        let turn = self.threads.turn_to_sync().await?;
        let (written, piece) = (self.file.take().ok_or_else(broken)?, std::mem::take(&mut self.piece));
        let (bucket, key, media_type, size) = (self.bucket.clone(), key.clone(), media_type.clone(), self.size);
        let (modified, hash) = (self.clock.now(), std::mem::take(&mut self.hash));
        self.threads
            .beside(turn, move || {
                let (mut written, ..) = written.add(piece)?;
                let mut etag = hex(&hash.finalize());
                etag.truncate(TAG);
                let (key_text, media_type) = (key.as_str().to_owned(), media_type.as_str().to_owned());
                let object = Object { key: key_text, size, media_type, etag, modified };
                written.file()?.write_all(&Trailer::new(&object).to_bytes())?;
                written.file()?.sync_all()?;
                written.place(&bucket, &paths::of(&key))?;
                Ok(object)
            })
            .await
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // What has not come to its end is removed, which waits for the disk.
        if let Some(written) = self.file.take() {
            self.threads.later(move || drop(written));
        }
    }
}

impl Written {
    fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().map(NamedTempFile::as_file_mut).ok_or_else(had_failed)
    }

    fn add(mut self, piece: Vec<u8>) -> io::Result<(Self, Vec<u8>, Option<Window>)> {
        self.file()?.write_all(&piece)?;
        let window = self.writeback.add(piece.len() as u64);
        if window.is_some() {
            let least_free = self.least_free;
            room::check(self.file()?, least_free)?;
        }
        Ok((self, piece, window))
    }

    /// Renames it, with the folders above, and has the disk know.
    fn place(&mut self, bucket: &Path, path: &Path) -> io::Result<()> {
        let place = bucket.join(path);
        let folder = place.parent().unwrap_or(bucket);
        let mut attempts = 1..ATTEMPTS;
        let replaced = loop {
            make_folders(bucket, path)?;
            let replaced = remains::of(&place);
            let Some(file) = self.file.take() else { return Err(had_failed()) };
            let Err(failure) = file.persist(&place) else { break replaced };
            self.file = Some(failure.file);
            let is_folder_gone = failure.error.kind() == io::ErrorKind::NotFound && bucket.is_dir();
            if !is_folder_gone || attempts.next().is_none() {
                return Err(failure.error);
            }
        };
        sync_folder(folder)?;
        self.remains.take(replaced);
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let (file, name) = file.into_parts();
            drop(name);
            self.remains.take(Some(file));
        }
    }
}

fn broken() -> Error {
    failed(&had_failed())
}

fn had_failed() -> io::Error {
    io::Error::other("the upload had failed before")
}

fn make_folders(bucket: &Path, path: &Path) -> io::Result<()> {
    let mut folder = bucket.to_owned();
    for part in path.parent().into_iter().flat_map(Path::iter) {
        let above = folder.clone();
        folder.push(part);
        match fs::create_dir(&folder) {
            Ok(()) => sync_folder(&above)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Its folder was removed just now; the rename fails, too, and is tried again.
            Err(error) if error.kind() == io::ErrorKind::NotFound && above != bucket => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// So that what was renamed or removed in it stays so.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        // Removed meanwhile, with all that was in it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
