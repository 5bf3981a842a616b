//! What is left of a long file when its name is gone goes back to the disk piece by piece. A disk that is told what is
//! free (its file system is mounted with `discard`) does nothing else meanwhile: a fifth of a second for a gibibyte, in
//! which no message is written. A file that has another name, or that anybody reads, stays as it is: it is not for us
//! to shorten. That can be told on Linux, of file systems that lie on a disk of the machine; elsewhere such a file goes
//! back when it is closed.

use std::{
    collections::HashSet,
    fs::{File, Metadata, OpenOptions},
    io,
    path::Path,
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::sleep,
};

/// Bytes that go back at a time.
const STEP: u64 = 8 << 20;
/// Between two steps, for others.
const PAUSE: Duration = Duration::from_millis(10);
/// Until it is looked again whether somebody reads the file.
const READING: Duration = Duration::from_secs(1);
/// Files that are open for it. Any more go back at once.
const MOST: usize = 64;

/// What will remain of a file when its name is gone.
pub(super) fn of(path: &Path) -> Option<File> {
    OpenOptions::new().write(true).open(path).ok()
}

/// Where files go that have no name any more. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Remains {
    workers: Handle,
    places: Arc<Semaphore>,
    /// One file is shortened at a time.
    turn: Arc<Semaphore>,
    taken: Arc<Mutex<HashSet<Identity>>>,
}

/// A file, whatever its names: device and inode.
type Identity = (u64, u64);

/// Held while a file is taken.
#[derive(Debug)]
struct Place {
    _permit: OwnedSemaphorePermit,
    taken: Arc<Mutex<HashSet<Identity>>>,
    identity: Identity,
}

impl Remains {
    pub(super) fn new(workers: Handle) -> Self {
        let [places, turn] = [MOST, 1].map(|count| Arc::new(Semaphore::new(count)));
        Self { workers, places, turn, taken: Arc::default() }
    }

    /// Closes a file in its time. That its name is gone must be on the disk by then, or a crash could bring it back
    /// without its end.
    pub(super) fn take(&self, file: Option<File>) {
        let Some(file) = file else { return };
        if let Some(place) = self.place(&file) {
            let turn = Arc::clone(&self.turn);
            self.workers.spawn(async move {
                if let Err(error) = give_back(file, &turn).await {
                    tracing::debug!("the rest of a long file goes back at once: {error}");
                }
                drop(place);
            });
        }
    }

    /// None for a short one, nor for one that somebody else brought, who was about to replace or delete it as well.
    fn place(&self, file: &File) -> Option<Place> {
        let identity = identity(&file.metadata().ok().filter(|metadata| metadata.len() > STEP)?)?;
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let is_new = self.taken.lock().insert(identity);
        is_new.then(|| Place { _permit: permit, taken: Arc::clone(&self.taken), identity })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken.lock().remove(&self.identity);
    }
}

/// All that waits for the disk is done on threads that may, and so is the closing when something fails.
async fn give_back(mut file: File, turn: &Semaphore) -> io::Result<()> {
    // Somebody may have found the name just before it went, and not have come to open the file.
    sleep(READING).await;
    loop {
        let turn = turn.acquire().await.map_err(io::Error::other)?;
        let step = spawn_blocking(move || {
            let left = if is_alone(&file)? { Some(shorten(&file)?) } else { None };
            Ok::<_, io::Error>((file, left))
        });
        let (same, left) = step.await??;
        file = same;
        match left {
            Some(0) => return Ok(()),
            // Before the next step, whosever it is.
            Some(_) => sleep(PAUSE).await,
            None => {
                drop(turn);
                sleep(READING).await;
            }
        }
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
const fn identity(_metadata: &Metadata) -> Option<Identity> {
    None
}

/// Whether its file system is one that has a disk: ext, XFS, Btrfs or F2FS. Of one over another or over a network,
/// others may see the file by another way.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn lies_on_disk(file: &File) -> io::Result<bool> {
    const ON_A_DISK: [rustix::fs::FsWord; 4] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010];

    Ok(ON_A_DISK.contains(&rustix::fs::fstatfs(file)?.f_type))
}

/// Whether nobody has it open but us. An error when it has a name, or when the system cannot say.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn is_alone(file: &File) -> io::Result<bool> {
    use std::os::{fd::AsRawFd as _, unix::fs::MetadataExt as _};

    /// Linux has it, which libc does not know.
    const F_SETSIG: libc::c_int = 10;
    let set = |command, argument: libc::c_int| {
        #[expect(unsafe_code, reason = "a call of the system for which no library has a safe one")]
        // SAFETY: it is given numbers only, and the file is open for as long as it takes.
        let done = unsafe { libc::fcntl(file.as_raw_fd(), command, argument) };
        if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    };
    if !lies_on_disk(file)? {
        return Err(io::Error::other("its file system lies on no disk"));
    }
    if file.metadata()?.nlink() > 0 {
        return Err(io::Error::other("it has another name"));
    }
    // A lease is granted to who has the file alone. If somebody opened it in that moment, we would be told by a signal:
    // not by the usual one, which would end us, but by one that does nothing.
    set(F_SETSIG, libc::SIGURG)?;
    match set(libc::F_SETLEASE, libc::F_WRLCK) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        granted => granted.and_then(|()| set(libc::F_SETLEASE, libc::F_UNLCK)).map(|()| true),
    }
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn is_alone(_file: &File) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}

/// How many bytes are left after a step.
fn shorten(file: &File) -> io::Result<u64> {
    let left = file.metadata()?.len().saturating_sub(STEP);
    file.set_len(left).map(|()| left)
}

#[cfg(test)]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::*;

    /// A file of two steps, in a folder of a disk; skips aloud where there is none.
    fn named() -> Option<(TempDir, PathBuf)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        file.set_len(2 * STEP).unwrap();
        if !lies_on_disk(&file).unwrap() {
            eprintln!("skipped: {} lies on no disk", path.display());
            return None;
        }
        Some((folder, path))
    }

    /// When it has been taken and has no place any more, it is closed.
    async fn is_closed(remains: &Remains) {
        let closed = async {
            while remains.places.available_permits() < MOST {
                sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), closed).await.expect("it is closed");
    }

    #[test]
    fn it_goes_back_in_steps() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(2 * STEP).unwrap();
        assert_eq!([STEP, 0].map(|_| shorten(&file).unwrap()), [STEP, 0]);
    }

    #[tokio::test]
    async fn it_goes_back_when_nobody_reads_it_any_more() {
        let Some((_folder, path)) = named() else { return };
        let (reader, file) = (File::open(&path).unwrap(), of(&path).unwrap());
        // The same open file, so that it is no other that has it open.
        let seen = file.try_clone().unwrap();
        fs::remove_file(&path).unwrap();
        let remains = Remains::new(Handle::current());
        remains.take(Some(file));
        sleep(READING + Duration::from_millis(200)).await;
        assert_eq!(seen.metadata().unwrap().len(), 2 * STEP);
        drop(reader);
        is_closed(&remains).await;
        assert_eq!(seen.metadata().unwrap().len(), 0);
    }

    #[tokio::test]
    async fn who_replaces_and_who_deletes_do_not_wait_for_each_other() {
        let Some((_folder, path)) = named() else { return };
        let [one, other] = [(); 2].map(|()| of(&path));
        fs::remove_file(&path).unwrap();
        let remains = Remains::new(Handle::current());
        [one, other].into_iter().for_each(|file| remains.take(file));
        assert_eq!(remains.places.available_permits(), MOST - 1);
        is_closed(&remains).await;
        assert!(remains.taken.lock().is_empty());
    }

    #[tokio::test]
    async fn what_has_another_name_stays() {
        let Some((folder, path)) = named() else { return };
        let remains = Remains::new(Handle::current());
        let [link, symlink] = ["b", "c"].map(|name| folder.path().join(name));
        fs::hard_link(&path, &link).unwrap();
        std::os::unix::fs::symlink(&link, &symlink).unwrap();
        for name in [path, symlink] {
            let file = of(&name);
            fs::remove_file(&name).unwrap();
            remains.take(file);
            is_closed(&remains).await;
            assert_eq!(fs::metadata(&link).unwrap().len(), 2 * STEP);
        }
    }

    #[tokio::test]
    async fn more_than_are_kept_open_go_back_at_once() {
        let remains = Remains { places: Arc::new(Semaphore::new(0)), ..Remains::new(Handle::current()) };
        let Some((_folder, path)) = named() else { return };
        let [seen, file] = [(); 2].map(|()| of(&path));
        fs::remove_file(&path).unwrap();
        remains.take(file);
        assert!(is_alone(&seen.unwrap()).unwrap());
    }
}
