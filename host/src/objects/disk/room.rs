//! Room on the disk that files leave to others: the messages may be on the same one.

use std::{fs::File, io};

/// An error when fewer than so many bytes are left, for those without privileges, on the disk where the file is.
#[cfg(unix)]
pub(super) fn check(file: &File, least: u64) -> io::Result<()> {
    let found = rustix::fs::fstatvfs(file)?;
    // Some file systems do not know their size.
    let is_known = found.f_blocks > 0;
    let is_short = is_known && found.f_bavail.saturating_mul(found.f_frsize) < least;
    if is_short { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

#[cfg(not(unix))]
pub(super) const fn check(_file: &File, _least: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_disk_is_full_before_its_last_byte() {
        let file = tempfile::tempfile().unwrap();
        check(&file, 1).unwrap();
        assert_eq!(check(&file, u64::MAX).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
