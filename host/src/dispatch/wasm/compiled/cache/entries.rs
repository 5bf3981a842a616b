//! The entries of the cache as files: listing, deleting, and making room.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{CODE, SEAL};

/// The files of the folder.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .filter(|file| !matches!(file, Ok(path) if path.is_dir()))
        .collect()
}

/// Deletes an entry, its seal first: code without a seal is not used.
pub(super) fn delete(code: &Path) {
    for file in [code.with_extension(SEAL), code.to_owned()] {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(file = %file.display(), "a compiled component cannot be deleted: {error}");
            }
            _ => {}
        }
    }
}

/// Deletes what was not used for longest, until the rest takes no more than `room`.
pub(super) fn prune(folder: &Path, room: u64) -> io::Result<()> {
    let mut entries = Vec::new();
    for code in files(folder)?.into_iter().filter(|file| file.extension() == Some(OsStr::new(CODE))) {
        let length = fs::metadata(&code)?.len();
        // Without a seal it is never used.
        let used = fs::metadata(code.with_extension(SEAL)).and_then(|seal| seal.modified());
        entries.push((used.unwrap_or(SystemTime::UNIX_EPOCH), length, code));
    }
    entries.sort_unstable();
    let mut taken: u64 = entries.iter().map(|(_, length, _)| length).sum();
    for (_, length, code) in entries {
        if taken <= room {
            break;
        }
        delete(&code);
        taken -= length;
    }
    Ok(())
}
