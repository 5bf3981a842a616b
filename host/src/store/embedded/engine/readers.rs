//! Threads that read, each with its own connection, and their bounded queue.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{Builder, JoinHandle},
};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use super::failure::closed;
use crate::store::Result;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The pool. Its threads end when it is closed or dropped.
pub(in crate::store::embedded) struct Readers {
    queue: Arc<Queue>,
    /// One permit a queued or running read.
    slots: Arc<Semaphore>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Readers {
    pub(in crate::store::embedded) fn start(connections: Vec<Connection>, limit: usize) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let threads = connections
            .into_iter()
            .enumerate()
            .map(|(number, connection)| {
                let queue = Arc::clone(&queue);
                Builder::new().name(format!("store-read-{number}")).spawn(move || queue.work(&connection))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { queue, slots: Arc::new(Semaphore::new(limit.max(1))), threads: Mutex::new(threads) })
    }

    /// Runs `read` on one of the threads. It sees every write that was answered before.
    pub(in crate::store::embedded) async fn run<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| closed())?;
        let (reply, answer) = oneshot::channel();
        self.queue.push(Box::new(move |connection| {
            if !reply.is_closed() {
                let result = read(connection);
                drop(slot);
                // The caller may be gone, and with it the interest in the answer.
                let _ = reply.send(result);
            }
        }));
        answer.await.map_err(|_| closed())?
    }

    /// Refuses new reads, finishes those that are queued and ends the threads. Blocks.
    pub(in crate::store::embedded) fn close(&self) {
        self.slots.close();
        self.queue.state.lock().closed = true;
        self.queue.ready.notify_all();
        for thread in self.threads.lock().drain(..) {
            // A reader does not panic: its jobs are caught.
            let _ = thread.join();
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.close();
    }
}

impl Queue {
    fn push(&self, job: Job) {
        let mut state = self.state.lock();
        if state.closed {
            return;
        }
        state.jobs.push_back(job);
        drop(state);
        self.ready.notify_one();
    }

    fn work(&self, connection: &Connection) {
        while let Some(job) = self.next() {
            // A panic is a bug of one read; its caller hears that the store is unavailable, the others must not suffer.
            if catch_unwind(AssertUnwindSafe(|| job(connection))).is_err() {
                tracing::error!("a read panicked");
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.state.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            self.ready.wait(&mut state);
        }
    }
}
