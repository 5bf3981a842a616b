//! Where the disk is read and written. Whoever moves an object may run on threads that give way to others; but one that holds
//! what the file system locks must not, or everybody would wait for it, and messages are written to the same disk.

use std::{io, sync::Arc, thread::available_parallelism};

use tokio::{
    runtime::Handle,
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};

use super::failed;
use crate::objects::Error;

/// On a machine with few cores, where most of it is waiting.
const FEWEST: usize = 4;
/// Buckets that are walked through at a time, which may be long.
const WALKS: usize = 2;

/// Threads that may block, of the runtime on which the store was opened.
#[derive(Clone, Debug)]
pub(super) struct DiskThreads {
    runtime: Handle,
    /// Pieces of work under way: as many as there are cores, for chats want some of them as well.
    turns: Arc<Semaphore>,
    walks: Arc<Semaphore>,
}

impl DiskThreads {
    /// For a thread of a runtime.
    pub(super) fn here() -> Self {
        let turns = available_parallelism().map_or(FEWEST, |cores| cores.get().max(FEWEST));
        let [turns, walks] = [turns, WALKS].map(|count| Arc::new(Semaphore::new(count)));
        Self { runtime: Handle::current(), turns, walks }
    }

    /// Has a piece of work done there.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.within(&self.turns, work).await
    }

    /// Has it done there beside all else: it goes through a whole bucket.
    pub(super) async fn walk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.within(&self.walks, work).await
    }

    /// Has it done there some time.
    pub(super) fn later(&self, work: impl FnOnce() + Send + 'static) {
        drop(self.runtime.spawn(spawn(work)));
    }

    async fn within<T: Send + 'static>(
        &self,
        turns: &Arc<Semaphore>,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let broken = |_| Error::unavailable("the work on the disk broke off");
        let turn = Arc::clone(turns).acquire_owned().await.map_err(|_| Error::unavailable("the store is closed"))?;
        let work = move || {
            let done = work();
            // Not before it is done, even when nobody waits for it any longer.
            drop(turn);
            done
        };
        let done = self.runtime.spawn(spawn(work)).await.map_err(broken)?.map_err(broken)?;
        done.map_err(|error| failed(&error))
    }
}

/// It is a task of the runtime that begins a thread, when one is wanted: a thread gives way as the one does that began it.
async fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    spawn_blocking(work).await
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::{
        process::{getpriority_process, setpriority_process},
        thread::gettid,
    };

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn they_give_way_to_nobody_whoever_asks() {
        let niceness = || Ok(getpriority_process(Some(gettid()))?);
        let (before, threads) = (niceness().unwrap(), DiskThreads::here());
        let asking = std::thread::spawn(move || {
            setpriority_process(Some(gettid()), before + 1).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(threads.run(niceness))
        });
        let asked = spawn_blocking(|| asking.join().unwrap()).await.unwrap();
        assert_eq!(asked.unwrap(), before);
    }
}
