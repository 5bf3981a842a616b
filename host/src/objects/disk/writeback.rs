//! Has the disk begin with an upload while it comes. Left to itself the system keeps all of it until the end, and everything
//! else that must be on the disk, messages above all, then waits behind a file.

use std::fs::File;

/// Bytes that may wait: a moment of a disk's time, and enough for it to write in one go.
#[cfg(target_os = "linux")]
const WINDOW: u64 = 4 << 20;

/// How much of a file the disk has been told to write.
#[derive(Debug, Default)]
pub(super) struct Writeback {
    written: u64,
    told: u64,
}

impl Writeback {
    /// So many bytes more were written to the end of the file.
    #[cfg(target_os = "linux")]
    pub(super) fn add(&mut self, file: &File, bytes: u64) {
        use rustix::fs::{Advice, fadvise};
        use std::num::NonZeroU64;

        self.written += bytes;
        let waiting = self.written - self.told;
        if waiting >= WINDOW {
            // Linux begins to write what it shall not keep, waits for nothing, and keeps what is not written yet. Where that
            // is refused, the end takes longer.
            let _ = fadvise(file, self.told, NonZeroU64::new(waiting), Advice::DontNeed);
            self.told = self.written;
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) const fn add(&mut self, _file: &File, _bytes: u64) {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_of_every_byte_once() {
        let file = tempfile::tempfile().unwrap();
        let mut writeback = Writeback::default();
        for (bytes, told) in [(WINDOW - 1, 0), (1, WINDOW), (3, WINDOW), (2 * WINDOW, 3 * WINDOW + 3)] {
            writeback.add(&file, bytes);
            assert_eq!(writeback.told, told);
        }
    }
}
