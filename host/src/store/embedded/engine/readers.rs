//! Threads that read, each with its own connection, and their bounded queue. A read that takes too long is interrupted:
//! the threads are few, every lookup that no cache answers needs one, and while a read goes on the log of the database
//! cannot begin anew.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use super::failure::closed;
use crate::store::Result;

/// Steps of SQLite's machine between two looks at the clock: a fraction of a millisecond, unless the disk is slow.
const STEPS: i32 = 10_000;
/// How long the reads that are there at the end may still take together.
const GRACE: Duration = Duration::from_secs(1);

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
    /// Once it is closed: when the last reads are interrupted.
    end: OnceLock<Instant>,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

/// When the reads of a thread are interrupted.
struct Budget {
    limit: Duration,
    /// Of the read that is under way; `None` is never.
    until: Mutex<Option<Instant>>,
    queue: Arc<Queue>,
}

impl Readers {
    /// `limit`: of reads that wait; `time`: that one read may take.
    pub(in crate::store::embedded) fn start(
        connections: Vec<Connection>,
        limit: usize,
        time: Duration,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let threads = connections
            .into_iter()
            .enumerate()
            .map(|(number, connection)| {
                let budget = Budget { limit: time, until: Mutex::default(), queue: Arc::clone(&queue) };
                Builder::new().name(format!("store-read-{number}")).spawn(move || work(&connection, budget))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { queue, slots: Arc::new(Semaphore::new(limit.max(1))), threads: Mutex::new(threads) })
    }

    /// Runs `read` on one of the threads. It sees every write that was answered before. It fails as
    /// [`Error::Unavailable`](crate::store::Error::Unavailable) when it is interrupted.
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

    /// Refuses new reads, finishes those that are queued unless they take long, and ends the threads. Blocks.
    pub(in crate::store::embedded) fn close(&self) {
        self.slots.close();
        self.queue.end.get_or_init(|| Instant::now() + GRACE);
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

fn work(connection: &Connection, budget: Budget) {
    let budget = Arc::new(budget);
    let watch = Arc::clone(&budget);
    if let Err(error) = connection.progress_handler(STEPS, Some(move || watch.is_spent())) {
        tracing::error!(%error, "reads cannot be interrupted");
    }
    while let Some(job) = budget.queue.next() {
        *budget.until.lock() = Instant::now().checked_add(budget.limit);
        // A panic is a bug of one read; its caller hears that the store is unavailable, the others must not suffer.
        if catch_unwind(AssertUnwindSafe(|| job(connection))).is_err() {
            tracing::error!("a read panicked");
        }
    }
}

impl Budget {
    /// Asked by SQLite every so many steps; true interrupts the statement.
    fn is_spent(&self) -> bool {
        let now = Instant::now();
        if self.queue.end.get().is_some_and(|end| now > *end) {
            return true;
        }
        let is_late = self.until.lock().is_some_and(|until| now > until);
        if is_late {
            metrics::counter!("talaria_store_reads_interrupted_total").increment(1);
            tracing::warn!(limit = ?self.limit, "a read was interrupted because it took too long");
        }
        is_late
    }
}
