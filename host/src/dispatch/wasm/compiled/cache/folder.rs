//! A folder that nobody else writes to, and files that are whole or not there.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Makes the folder for this user only. One that was open to others is closed and emptied, as anybody may have put
/// there what is in it; one of another user is refused.
pub(super) fn open_private(folder: &Path) -> io::Result<()> {
    create(folder)?;
    let is_ours = close(folder)?;
    if !is_ours {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Writes a file that has its name only once it is whole and on the disk.
pub(super) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    let (temporary, mut out) = temporary(file.parent().unwrap_or(Path::new(".")))?;
    let written = out.write_all(content).and_then(|()| out.sync_all()).and_then(|()| fs::rename(&temporary, file));
    written.inspect_err(|_| {
        // What stays nevertheless goes at the next start.
        let _ = fs::remove_file(&temporary);
    })
}

fn temporary(folder: &Path) -> io::Result<(PathBuf, File)> {
    let path = folder.join(format!(".{:016x}.tmp", rand::random::<u64>()));
    Ok((path.clone(), File::create_new(path)?))
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Whether nobody else could write to it until now.
#[cfg(unix)]
fn close(folder: &Path) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    // A new file belongs to the user that this process runs as, whom the standard library does not tell otherwise.
    let (probe, file) = temporary(folder)?;
    let us = file.metadata()?.uid();
    fs::remove_file(probe)?;
    let found = fs::metadata(folder)?;
    if found.uid() != us {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder belongs to another user"));
    }
    if found.mode() & 0o077 == 0 {
        return Ok(true);
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    Ok(false)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Elsewhere the folder is as private as the data directory, in which it lies.
#[cfg(not(unix))]
fn close(_folder: &Path) -> io::Result<bool> {
    Ok(true)
}
