//! Reading an object: piece by piece, so that one download takes little memory.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
};

use bytes::Bytes;

use super::threads::DiskThreads;
use crate::objects::{Error, Object};

/// Bytes that are read at a time.
const PIECE: u64 = 128 * 1024;

/// An object that is open: it can be read to its end, whatever is put in its place meanwhile.
#[derive(Debug)]
pub struct Stored {
    pub object: Object,
    pub(super) file: File,
    pub(super) threads: DiskThreads,
}

impl Stored {
    /// So many of its bytes, from `start` on.
    #[must_use]
    pub fn reader(self, start: u64, length: u64) -> Reader {
        Reader { file: Some(self.file), at: start, left: length, threads: self.threads }
    }
}

/// Bytes of an object, one piece after the other.
#[derive(Debug)]
pub struct Reader {
    /// Not there while a piece is read, and after an error.
    file: Option<File>,
    at: u64,
    left: u64,
    threads: DiskThreads,
}

impl Reader {
    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let (at, length) = (self.at, self.left.min(PIECE));
        let Some(mut file) = self.file.take().filter(|_| length > 0) else { return Ok(None) };
        let read = self.threads.run(move || {
            let mut piece = vec![0; usize::try_from(length).map_err(io::Error::other)?];
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut piece)?;
            Ok((file, Bytes::from(piece)))
        });
        let (file, piece) = read.await?;
        (self.file, self.at, self.left) = (Some(file), at + length, self.left - length);
        Ok(Some(piece))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may be the last of a long object that was deleted meanwhile.
        if let Some(file) = self.file.take() {
            self.threads.later(move || drop(file));
        }
    }
}
