//! Where the disk is read and written. Whoever moves an object may run on threads that give way to others; but one that
//! holds what the file system locks must not, or everybody would wait for it, and messages are written to the same
//! disk.

use std::{io, sync::Arc, thread::available_parallelism};

use tokio::{
    runtime::Builder,
    sync::{OwnedSemaphorePermit as Turn, Semaphore},
    task::{JoinError, spawn_blocking},
};

use super::{failed, remains::Remains};
use crate::{objects::Error, side::SideRuntime};

/// Workers, on a machine with few cores: now and then one waits for the disk.
const FEWEST: usize = 4;
/// Pieces of uploads that the disk is waited for at a time. One after the other they are as fast, and whoever else
/// wants something on the disk waits behind one.
const SETTLING: usize = 1;
/// What is made safe on the disk at a time: it takes many such changes at once in about the time of one.
const SYNCS: usize = 8;
/// Buckets that are walked through at a time, which may be long.
const WALKS: usize = 2;

/// Threads that do nothing else. They give way as the one does that opened the store.
#[derive(Clone, Debug)]
pub(super) struct DiskThreads {
    /// Its workers do the work themselves, as many pieces at a time as there are cores.
    workers: Arc<SideRuntime>,
    settling: Arc<Semaphore>,
    syncs: Arc<Semaphore>,
    walks: Arc<Semaphore>,
    remains: Remains,
}

impl DiskThreads {
    pub(super) fn start() -> io::Result<Self> {
        let count = available_parallelism().map_or(FEWEST, |cores| cores.get().max(FEWEST));
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(count).thread_name("talaria-disk").enable_time();
        let workers = SideRuntime::start(&mut builder)?;
        let remains = Remains::new(workers.clone());
        let [settling, syncs, walks] = [SETTLING, SYNCS, WALKS].map(|count| Arc::new(Semaphore::new(count)));
        Ok(Self { workers: Arc::new(workers), settling, syncs, walks, remains })
    }

    /// Has a piece of work done that waits for the disk seldom.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        done(self.workers.spawn(async move { work() }).await)
    }

    /// A turn to wait for the disk.
    pub(super) async fn turn_to_settle(&self) -> Result<Turn, Error> {
        turn(&self.settling).await
    }

    /// A turn to make something safe on the disk.
    pub(super) async fn turn_to_sync(&self) -> Result<Turn, Error> {
        turn(&self.syncs).await
    }

    /// Has a change made beside it that is on the disk for good when it is done.
    pub(super) async fn sync<T: Send + 'static>(
        &self,
        change: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.beside(self.turn_to_sync().await?, change).await
    }

    /// Has work done beside it that goes through a whole bucket.
    pub(super) async fn walk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.beside(turn(&self.walks).await?, work).await
    }

    /// Where files go that have no name any more.
    pub(super) const fn remains(&self) -> &Remains {
        &self.remains
    }

    /// Has work done beside it, some time.
    pub(super) fn later(&self, work: impl FnOnce() + Send + 'static) {
        drop(self.workers.spawn(begin(work)));
    }

    /// Has work done beside it that waits for the disk.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let work = move || {
            let done = work();
            // Not before it is done, even when nobody waits for it any longer.
            drop(turn);
            done
        };
        done(self.workers.spawn(begin(work)).await.and_then(|done| done))
    }
}

async fn turn(turns: &Arc<Semaphore>) -> Result<Turn, Error> {
    Arc::clone(turns).acquire_owned().await.map_err(|_| Error::unavailable("the store is closed"))
}

/// It is one of the workers that begins a thread, when one is wanted: a thread gives way as the one does that began it.
async fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    spawn_blocking(work).await
}

fn done<T>(done: Result<io::Result<T>, JoinError>) -> Result<T, Error> {
    let done = done.map_err(|_| Error::unavailable("the work on the disk broke off"))?;
    done.map_err(|error| failed(&error))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::Barrier;

    use rustix::{
        process::{getpriority_process, setpriority_process},
        thread::gettid,
    };
    use tokio_util::task::TaskTracker;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn they_give_way_to_nobody_whoever_asks() {
        let niceness = || Ok(getpriority_process(Some(gettid()))?);
        let (before, threads) = (niceness().unwrap(), DiskThreads::start().unwrap());
        let asking = std::thread::spawn(move || {
            setpriority_process(Some(gettid()), before + 1).unwrap();
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(async { (threads.run(niceness).await.unwrap(), threads.walk(niceness).await.unwrap()) })
        });
        let asked = spawn_blocking(|| asking.join().unwrap()).await.unwrap();
        assert_eq!(asked, (before, before));
    }

    #[tokio::test]
    async fn who_waits_for_the_disk_holds_no_worker() {
        let threads = DiskThreads::start().unwrap();
        let (disk, all_wait) = (Arc::new(Barrier::new(SYNCS + 1)), Arc::new(Barrier::new(SYNCS + 1)));
        let change = || {
            let (disk, all_wait) = (Arc::clone(&disk), Arc::clone(&all_wait));
            move || {
                all_wait.wait();
                disk.wait();
                Ok(())
            }
        };
        let syncs = TaskTracker::new();
        for _ in 0..SYNCS {
            let (threads, change) = (threads.clone(), change());
            syncs.spawn(async move { threads.sync(change).await.unwrap() });
        }
        spawn_blocking({
            let all_wait = Arc::clone(&all_wait);
            move || all_wait.wait()
        })
        .await
        .unwrap();
        assert_eq!(threads.run(|| Ok("written")).await.unwrap(), "written");
        disk.wait();
        syncs.close();
        syncs.wait().await;
    }
}
