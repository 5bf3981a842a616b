//! Which machine the numbers are from.

use std::{
    fs,
    path::{Path, PathBuf},
    thread::available_parallelism,
};

use serde::Serialize;

/// What a reader of a report wants to know of the machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    /// Of the folder with the data.
    pub(crate) file_system: String,
    /// Whether server and generator have cores of their own.
    pub(crate) pinned: bool,
}

impl Machine {
    /// The one that this runs on, with data in `folder`.
    pub(crate) fn here(folder: &Path, pinned: bool) -> Self {
        let read = |file| fs::read_to_string(file).unwrap_or_default();
        let cpu = read("/proc/cpuinfo");
        let name = cpu.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(':'));
        Self {
            processor: name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned()),
            cores: available_parallelism().map_or(1, std::num::NonZero::get),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            file_system: file_system(&read("/proc/mounts"), folder),
            pinned,
        }
    }

    /// In one line.
    pub(crate) fn line(&self) -> String {
        let Self { processor, cores, kernel, file_system, pinned } = self;
        let pinned = if *pinned { "server and generator on a core each" } else { "not pinned" };
        format!("{processor}, {cores} cores, Linux {kernel}, {file_system}, {pinned}")
    }

    /// Says aloud what makes the numbers worthless.
    pub(crate) fn warn(&self) {
        if cfg!(debug_assertions) {
            eprintln!("warning: this is a debug build, whose numbers say nothing: use `cargo xtask bench`");
        }
        if matches!(&*self.file_system, "tmpfs" | "ramfs") {
            eprintln!("warning: data are on {}, so syncs are not those of a disk: use --data-root", self.file_system);
        }
        if !self.pinned {
            eprintln!("warning: server and generator are not pinned to cores of their own and disturb each other");
        }
    }
}

fn file_system(mounts: &str, folder: &Path) -> String {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| PathBuf::from(folder));
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((Path::new(fields.next()?), fields.next()?))
    });
    // The last of the deepest: it covers those mounted before it.
    let deepest =
        mounts.filter(|(point, _)| folder.starts_with(point)).max_by_key(|(point, _)| point.components().count());
    deepest.map_or_else(|| "an unknown file system".to_owned(), |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_deepest_mount() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /run tmpfs rw 0 0\nb /run/c xfs rw 0 0\n";
        assert_eq!(file_system(mounts, Path::new("/run/c/d")), "xfs");
        assert_eq!(file_system(mounts, Path::new("/run/cd")), "tmpfs");
        assert_eq!(file_system(mounts, Path::new("/home")), "ext4");
        assert_eq!(file_system("", Path::new("/home")), "an unknown file system");
    }
}
