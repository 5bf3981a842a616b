//! Where the disk is read and written. Whoever moves an object may run on threads that give way to others; but one that holds
//! what the file system locks must not, or everybody would wait for it, and messages are written to the same disk.

use std::{io, sync::Arc, thread::available_parallelism};

use tokio::{runtime::Handle, sync::Semaphore};

use super::failed;
use crate::objects::Error;

/// On a machine with few cores, where most of it is waiting.
const FEWEST: usize = 4;

/// Threads that may block, of the runtime on which the store was opened.
#[derive(Clone, Debug)]
pub(super) struct DiskThreads {
    runtime: Handle,
    /// Work under way: as much as there are cores. Each piece of it is short, and chats want threads as well.
    turns: Arc<Semaphore>,
}

impl DiskThreads {
    /// For a thread of a runtime.
    pub(super) fn here() -> Self {
        let turns = available_parallelism().map_or(FEWEST, |cores| cores.get().max(FEWEST));
        Self { runtime: Handle::current(), turns: Arc::new(Semaphore::new(turns)) }
    }

    /// Has it done there.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let turn =
            Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::unavailable("the store is closed"))?;
        let work = move || {
            let done = work();
            // Not before it is done, even when nobody waits for it any longer.
            drop(turn);
            done
        };
        match self.runtime.spawn_blocking(work).await {
            Ok(done) => done.map_err(|error| failed(&error)),
            Err(_) => Err(Error::unavailable("the work on the disk broke off")),
        }
    }
}
