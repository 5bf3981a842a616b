//! Finding objects by their keys: a walk through the folder of a bucket.

use std::{
    collections::BinaryHeap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{paths, trailer::Trailer};
use crate::objects::Object;

/// What is looked for.
pub(super) struct Wanted {
    pub(super) prefix: String,
    pub(super) after: Option<String>,
    pub(super) limit: usize,
}

/// The objects, by the bytes of their keys. For a thread that may block: it reads the names of all objects, and the
/// files of those that are answered.
pub(super) fn list(bucket: &Path, wanted: &Wanted) -> io::Result<Vec<Object>> {
    let mut walk = Walk { bucket, wanted, found: BinaryHeap::new() };
    walk.folder(Path::new(""))?;
    let found = walk.found.into_sorted_vec().into_iter();
    Ok(found.filter_map(|(_, path)| read(&bucket.join(path))).collect())
}

struct Walk<'call> {
    bucket: &'call Path,
    wanted: &'call Wanted,
    /// The first ones so far, the last of them on top.
    found: BinaryHeap<(String, PathBuf)>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(self.bucket.join(folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if self.may_hold(&path) {
                    match self.folder(&path) {
                        // Removed meanwhile.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        walked => walked?,
                    }
                }
            } else if let Some(key) = paths::key(&path) {
                self.file(key.as_str(), path);
            }
        }
        Ok(())
    }

    /// Whether keys in this folder may begin with what is looked for.
    fn may_hold(&self, folder: &Path) -> bool {
        let prefix = self.wanted.prefix.as_bytes();
        paths::beginning(folder).is_some_and(|beginning| {
            let beginning = beginning.as_slice();
            beginning.starts_with(prefix) || prefix.starts_with(beginning)
        })
    }

    fn file(&mut self, key: &str, path: PathBuf) {
        let Wanted { prefix, after, limit } = self.wanted;
        if !key.starts_with(prefix.as_str()) || after.as_deref().is_some_and(|after| key <= after) {
            return;
        }
        if self.found.len() == *limit {
            match self.found.peek() {
                Some((last, _)) if last.as_str() > key => drop(self.found.pop()),
                _ => return,
            }
        }
        self.found.push((key.to_owned(), path));
    }
}

/// What is gone meanwhile, or damaged, is not there.
fn read(path: &Path) -> Option<Object> {
    let trailer = File::open(path).and_then(|mut file| Trailer::read(&mut file));
    match trailer {
        Ok(Some(trailer)) => Some(trailer.into_object()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Ok(None) => {
            tracing::warn!(path = %path.display(), "an object is damaged, and passed by");
            None
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), "an object cannot be read, and is passed by: {error}");
            None
        }
    }
}
