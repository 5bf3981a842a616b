//! What is left of a long file when its name is gone goes back to the disk piece by piece. A disk that is told what is free (its file
//! system is mounted with `discard`) does nothing else meanwhile: a fifth of a second for a gibibyte, in which no message is written.
//! Whoever reads such a file reads it to its end: readers share a lock on it, and it is shortened by whom has it alone.

use std::{
    fs::{File, OpenOptions, TryLockError},
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
/// How often a name may lead to what has just lost it.
const ATTEMPTS: usize = 16;

/// Opens a file that can be read to its end, whatever becomes of its name.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut file = File::open(path)?;
    for _ in 1..ATTEMPTS {
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            // Where no file can be locked, none is shortened.
            Ok(()) | Err(TryLockError::Error(_)) if file.metadata()?.len() > 0 => break,
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // It goes back, or has gone.
        file = File::open(path)?;
    }
    Ok(file)
}

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

    /// Closes a file in its time.
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

async fn give_back(file: File, turn: &Semaphore) -> io::Result<()> {
    while let Err(taken) = file.try_lock() {
        match taken {
            TryLockError::WouldBlock => sleep(READING).await,
            TryLockError::Error(error) => return Err(error),
        }
    }
    let _turn = turn.acquire().await.map_err(io::Error::other)?;
    let file = Arc::new(file);
    loop {
        let shortened = Arc::clone(&file);
        if spawn_blocking(move || shorten(&shortened)).await?? == 0 {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
}

/// How many bytes are left after a step.
fn shorten(file: &File) -> io::Result<u64> {
    let left = file.metadata()?.len().saturating_sub(STEP);
    file.set_len(left).map(|()| left)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Two handles of a file that has no name, and two steps to go.
    fn nameless() -> (File, File) {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(2 * STEP).unwrap();
        let other = of(file.path()).unwrap();
        (file.into_file(), other)
    }

    async fn comes_to(file: &File, length: u64) {
        let comes = async {
            while file.metadata().unwrap().len() != length {
                sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), comes).await.expect("it is shortened");
    }

    #[test]
    fn it_goes_back_in_steps() {
        let (file, _) = nameless();
        assert_eq!([STEP, 0].map(|_| shorten(&file).unwrap()), [STEP, 0]);
    }

    #[tokio::test]
    async fn it_goes_back_when_nobody_reads_it() {
        let (reader, file) = nameless();
        let seen = file.try_clone().unwrap();
        reader.lock_shared().unwrap();
        let remains = Remains::new(Handle::current());
        remains.take(Some(file));
        sleep(Duration::from_millis(50)).await;
        assert_eq!(seen.metadata().unwrap().len(), 2 * STEP);
        drop(reader);
        comes_to(&seen, 0).await;
    }

    #[tokio::test]
    async fn more_than_are_kept_open_go_back_at_once() {
        let remains = Remains { places: Arc::new(Semaphore::new(0)), ..Remains::new(Handle::current()) };
        let (seen, file) = nameless();
        remains.take(Some(file));
        sleep(Duration::from_millis(50)).await;
        // It was closed, and the other handle has the lock of it for the asking.
        assert_eq!(seen.metadata().unwrap().len(), 2 * STEP);
        seen.try_lock().unwrap();
    }

    #[test]
    fn what_goes_back_is_not_what_a_name_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        let old = of(&path).unwrap();
        old.lock().unwrap();
        let replaced = std::thread::spawn({
            let (path, other) = (path.clone(), folder.path().join("b"));
            move || {
                fs::write(&other, "new").unwrap();
                fs::rename(&other, &path).unwrap();
            }
        });
        replaced.join().unwrap();
        assert_eq!(open(&path).and_then(io::read_to_string).unwrap(), "new");
        fs::remove_file(&path).unwrap();
        assert_eq!(open(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_is_empty_all_the_same_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "").unwrap();
        assert_eq!(open(&path).and_then(io::read_to_string).unwrap(), "");
    }
}
