//! What is left of a long file when its name is gone goes back to the disk piece by piece. A disk that is told what is free (its file
//! system is mounted with `discard`) does nothing else meanwhile: a fifth of a second for a gibibyte, in which no message is written.
//! A file that has another name, or that anybody reads, stays as it is: it is not for us to shorten.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    sync::Arc,
    time::Duration,
};

use tokio::{runtime::Handle, sync::Semaphore, task::spawn_blocking, time::sleep};

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
}

impl Remains {
    pub(super) fn new(workers: Handle) -> Self {
        Self { workers, places: Arc::new(Semaphore::new(MOST)), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Closes a file in its time. That its name is gone must be on the disk by then, or a crash could bring it back without its end.
    pub(super) fn take(&self, file: Option<File>) {
        let is_long = |file: &File| file.metadata().is_ok_and(|metadata| metadata.len() > STEP);
        let Some(file) = file.filter(is_long) else { return };
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            let turn = Arc::clone(&self.turn);
            self.workers.spawn(async move {
                if let Err(error) = give_back(file, &turn).await {
                    tracing::debug!("the rest of a long file goes back at once: {error}");
                }
                drop(place);
            });
        }
    }
}

/// All that waits for the disk is done on threads that may, and so is the closing when something fails.
async fn give_back(mut file: File, turn: &Semaphore) -> io::Result<()> {
    loop {
        let asked = spawn_blocking(move || is_alone(&file).map(|is_alone| (file, is_alone)));
        let (same, is_alone) = asked.await??;
        file = same;
        if is_alone {
            break;
        }
        sleep(READING).await;
    }
    let _turn = turn.acquire().await.map_err(io::Error::other)?;
    loop {
        let shortened = spawn_blocking(move || shorten(&file).map(|left| (file, left)));
        let (same, left) = shortened.await??;
        if left == 0 {
            return Ok(());
        }
        file = same;
        sleep(PAUSE).await;
    }
}

/// Whether nobody has it open but us. An error when it has a name, or when the system cannot say.
#[cfg(target_os = "linux")]
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
    if file.metadata()?.nlink() > 0 {
        return Err(io::Error::other("it has another name"));
    }
    // A lease is granted to who has the file alone. If somebody opened it in that moment, we would be told by a signal: not by the usual
    // one, which would end us, but by one that does nothing.
    set(F_SETSIG, libc::SIGURG)?;
    match set(libc::F_SETLEASE, libc::F_WRLCK) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        granted => granted.and_then(|()| set(libc::F_SETLEASE, libc::F_UNLCK)).map(|()| true),
    }
}

#[cfg(not(target_os = "linux"))]
fn is_alone(_file: &File) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}

/// How many bytes are left after a step.
fn shorten(file: &File) -> io::Result<u64> {
    let left = file.metadata()?.len().saturating_sub(STEP);
    file.set_len(left).map(|()| left)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::*;

    /// A file of two steps, and another handle of it.
    fn named() -> (TempDir, PathBuf, File) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        file.set_len(2 * STEP).unwrap();
        (folder, path, file)
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
        let (_folder, _, file) = named();
        assert_eq!([STEP, 0].map(|_| shorten(&file).unwrap()), [STEP, 0]);
    }

    #[tokio::test]
    async fn it_goes_back_when_nobody_reads_it_any_more() {
        let (_folder, path, file) = named();
        drop(file);
        let (reader, file) = (File::open(&path).unwrap(), of(&path).unwrap());
        // The same open file, so that it is no other that has it open.
        let seen = file.try_clone().unwrap();
        fs::remove_file(&path).unwrap();
        let remains = Remains::new(Handle::current());
        remains.take(Some(file));
        sleep(Duration::from_millis(50)).await;
        assert_eq!(seen.metadata().unwrap().len(), 2 * STEP);
        drop(reader);
        is_closed(&remains).await;
        assert_eq!(seen.metadata().unwrap().len(), 0);
    }

    #[tokio::test]
    async fn what_has_another_name_stays() {
        let (folder, path, _) = named();
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
        let (_folder, path, file) = named();
        fs::remove_file(&path).unwrap();
        remains.take(of(&path).or_else(|| file.try_clone().ok()));
        sleep(Duration::from_millis(50)).await;
        assert_eq!(file.metadata().unwrap().len(), 2 * STEP);
        assert!(is_alone(&file).unwrap());
    }
}
