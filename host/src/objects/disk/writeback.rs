//! Has the disk write an upload while it comes, and waits for it. Left to itself the system keeps all of it until the
//! end, and whatever else must be on the disk, messages above all, then waits behind a file; told to write without
//! being waited for, it takes more than the disk can, with the same end.

use std::{fs::File, io};

/// Bytes that are written at a time: much to a disk, and a moment of its time.
const WINDOW: u64 = 1 << 20;

/// How much of a file the disk was to write.
#[derive(Debug, Default)]
pub(super) struct Writeback {
    written: u64,
    begun: u64,
}

/// A part of a file that the disk shall have before more comes.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Window {
    start: u64,
    bytes: u64,
}

impl Writeback {
    /// So many bytes more were written to the end of the file.
    pub(super) fn add(&mut self, bytes: u64) -> Option<Window> {
        self.written += bytes;
        let window = Window { start: self.begun, bytes: self.written - self.begun };
        (window.bytes >= WINDOW).then(|| {
            self.begun = self.written;
            window
        })
    }
}

impl Window {
    /// Returns when the disk has taken it, so far as this system can say. Other than a sync it asks the disk for no
    /// promise, and takes nobody else's files along.
    #[cfg(all(target_os = "linux", target_pointer_width = "64", not(target_arch = "powerpc64")))]
    pub(super) fn settle(&self, file: &File) -> io::Result<()> {
        use std::os::fd::AsRawFd as _;

        /// `SYNC_FILE_RANGE_WAIT_BEFORE`, `_WRITE` and `_WAIT_AFTER`.
        const WRITE_AND_WAIT: libc::c_uint = 1 | 2 | 4;

        let [start, bytes] = [self.start, self.bytes].map(u64::cast_signed);
        #[expect(unsafe_code, reason = "a call of the system for which no library has a safe one")]
        // SAFETY: it is given numbers only, and the file is open for as long as it takes.
        let done = unsafe { libc::syscall(libc::SYS_sync_file_range, file.as_raw_fd(), start, bytes, WRITE_AND_WAIT) };
        match done {
            0 => Ok(()),
            _ => match io::Error::last_os_error() {
                // Some systems do not have it or do not let it happen; there the end takes longer. Whatever else it is
                // may be of the disk, and is told only once.
                error if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) => Ok(()),
                error => Err(error),
            },
        }
    }

    #[cfg(not(all(target_os = "linux", target_pointer_width = "64", not(target_arch = "powerpc64"))))]
    pub(super) const fn settle(&self, _file: &File) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn each_byte_is_in_one_window() {
        let mut writeback = Writeback::default();
        let window = |start, bytes| Some(Window { start, bytes });
        let expected =
            [(WINDOW - 1, None), (1, window(0, WINDOW)), (3, None), (2 * WINDOW, window(WINDOW, 2 * WINDOW + 3))];
        for (bytes, window) in expected {
            assert_eq!(writeback.add(bytes), window);
        }
    }

    #[test]
    fn a_file_settles() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"some").unwrap();
        Window { start: 0, bytes: 4 }.settle(&file).unwrap();
    }
}
