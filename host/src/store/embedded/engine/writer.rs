//! The one thread that writes. It commits together whatever was queued while the commit before ran, and answers the
//! callers only when their commit is on the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rusqlite::{CachedStatement, Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{
    answers::Answers,
    cache::{Caches, Stale},
    failure::closed,
    options::Options,
};
use crate::{
    model::{Sequence, message::Message, outbox::Change},
    store::{
        Error, Result,
        embedded::{
            messages::{self, index::Indexer},
            outbox::Outbox,
            versions::GroupDates,
        },
    },
};

/// The queue's front end. Its thread ends when it is closed or dropped.
pub(in crate::store::embedded) struct Writer {
    /// `None` only while it is being dropped. Itself it has no bound: a write that had to wait for room would not have
    /// its place in the order of the commits yet, and one that has its place cannot wait.
    queue: Option<mpsc::UnboundedSender<Job>>,
    /// What bounds the queue instead, for the writes whose order is nobody's concern.
    room: Arc<Semaphore>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The task that answers; it ends after the thread.
    answering: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

/// What a job may use: the open transaction, a list for what it makes stale in the caches, and the index of messages,
/// which must know those that the job inserts.
pub(in crate::store::embedded) struct Write<'a> {
    pub(in crate::store::embedded) connection: &'a Connection,
    pub(in crate::store::embedded) stale: &'a mut Vec<Stale>,
    pub(in crate::store::embedded) indexer: &'a mut Indexer,
    pub(in crate::store::embedded) outbox: &'a mut Outbox,
    pub(in crate::store::embedded) group_dates: &'a mut GroupDates,
}

pub(super) enum Job {
    /// The frequent one: one statement that leaves nothing behind when it fails, and no box.
    Message {
        message: Arc<Message>,
        result: Option<Result<Sequence>>,
        reply: oneshot::Sender<Result<Sequence>>,
    },
    Other(Box<dyn Task>),
    Stop,
}

/// A write of several statements, all or none.
pub(super) trait Task: Send {
    fn apply(&mut self, write: &mut Write<'_>);

    /// Called after the commit, on a task of the runtime, so it must not block; `lost` tells why the commit failed.
    fn answer(self: Box<Self>, lost: Option<&str>);
}

struct Pending<T, F> {
    work: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    /// Given back when the write is done.
    room: Option<OwnedSemaphorePermit>,
}

impl Writer {
    pub(in crate::store::embedded) fn start(
        connection: Connection,
        caches: Arc<Caches>,
        (indexer, outbox, group_dates): (Indexer, Outbox, GroupDates),
        options: &Options,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::unbounded_channel();
        let room = Arc::new(Semaphore::new(options.write_queue.clamp(1, Semaphore::MAX_PERMITS)));
        let batch = options.batch.max(1);
        let (answers, answering) = Answers::start();
        let worker = Worker {
            connection,
            caches,
            indexer,
            outbox,
            group_dates,
            jobs,
            answers,
            batch,
            window: options.window,
            previous: 0,
            stale: Vec::new(),
        };
        let thread = Builder::new().name("store-write".into()).spawn(move || worker.run())?;
        Ok(Self { queue: Some(queue), room, thread: Mutex::new(Some(thread)), answering: Mutex::new(answering) })
    }

    /// Stores a message: the call takes its place among the commits, and the future comes when it is durable.
    ///
    /// There are as many of these as there are senders who wait for their answers, and each holds its message meanwhile
    /// anyway: the bound of the queue would save nothing.
    pub(in crate::store::embedded) fn insert_message(
        &self,
        message: Arc<Message>,
    ) -> impl Future<Output = Result<Sequence>> + Send + use<> {
        let (reply, answer) = oneshot::channel();
        let queued = self.queue(Job::Message { message, result: None, reply });
        async move { answered(queued, answer).await }
    }

    /// Carries out `work` in a transaction, all or nothing; returns when it is durable. While too many of these wait,
    /// it waits before it is queued.
    pub(in crate::store::embedded) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    {
        // At once when there is room: to wait for it may also mean to let other tasks run first.
        let room = match Arc::clone(&self.room).try_acquire_owned() {
            Ok(room) => room,
            Err(_) => Arc::clone(&self.room).acquire_owned().await.map_err(|_| closed())?,
        };
        self.enter(work, Some(room)).await
    }

    /// As [`Self::run`], for what stores a message: the call takes its place among the commits.
    pub(in crate::store::embedded) fn run_in_order<T, F>(
        &self,
        work: F,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    {
        self.enter(work, None)
    }

    fn enter<T, F>(
        &self,
        work: F,
        room: Option<OwnedSemaphorePermit>,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let pending = Pending { work: Some(work), result: None, reply, room };
        let queued = self.queue(Job::Other(Box::new(pending)));
        async move { answered(queued, answer).await }
    }

    /// At once, so that the order of the calls is the order of the commits whatever the callers' scheduler does.
    fn queue(&self, job: Job) -> Result<()> {
        self.queue.as_ref().and_then(|queue| queue.send(job).ok()).ok_or_else(closed)
    }

    /// Writes that would not have to wait.
    #[cfg(test)]
    pub(in crate::store::embedded) fn free_room(&self) -> usize {
        self.room.available_permits()
    }

    /// Finishes what was queued before and ends the thread; later writes are refused.
    pub(in crate::store::embedded) async fn close(&self) {
        // An error means that the thread has ended already.
        let _ = self.queue(Job::Stop);
        if let Some(queue) = &self.queue {
            queue.closed().await;
        }
        let answering = self.answering.lock().take();
        if let Some(answering) = answering {
            // An error means that its runtime is gone.
            let _ = answering.await;
        }
    }

    /// Waits until the thread has ended. Blocks.
    pub(in crate::store::embedded) fn join(&self) {
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        self.join();
    }
}

struct Worker {
    connection: Connection,
    caches: Arc<Caches>,
    indexer: Indexer,
    outbox: Outbox,
    group_dates: GroupDates,
    jobs: mpsc::UnboundedReceiver<Job>,
    answers: Answers,
    batch: usize,
    window: Duration,
    /// Writes in the commit before.
    previous: usize,
    /// Kept for its allocation.
    stale: Vec<Stale>,
}

impl Worker {
    fn run(mut self) {
        let mut batch = Vec::with_capacity(self.batch);
        while self.jobs.blocking_recv_many(&mut batch, self.batch) > 0 {
            self.collect(&mut batch);
            if batch.iter().any(|job| matches!(job, Job::Stop)) {
                // Nothing more comes in, and what is in is still drained.
                self.jobs.close();
                batch.retain(|job| !matches!(job, Job::Stop));
            }
            if !batch.is_empty() {
                self.commit(&mut batch);
            }
        }
        self.finish();
    }

    /// Gives others a moment to join the commit. Not when the one before had a single write: who writes alone waits for
    /// each answer before the next, and would wait for nobody.
    fn collect(&mut self, batch: &mut Vec<Job>) {
        if self.window.is_zero() || batch.len() >= self.batch || self.previous < 2 {
            return;
        }
        std::thread::park_timeout(self.window);
        while batch.len() < self.batch
            && let Ok(job) = self.jobs.try_recv()
        {
            batch.push(job);
        }
    }

    fn commit(&mut self, batch: &mut Vec<Job>) {
        let start = Instant::now();
        self.previous = batch.len();
        // A panic is a bug of one write. It costs this commit, whose transaction is undone below; a thread that ended
        // of it would cost every write to come.
        let mut write = Write {
            connection: &self.connection,
            stale: &mut self.stale,
            indexer: &mut self.indexer,
            outbox: &mut self.outbox,
            group_dates: &mut self.group_dates,
        };
        let transaction = AssertUnwindSafe(|| transact(&mut write, batch));
        let outcome = catch_unwind(transaction)
            .unwrap_or_else(|_| Err(Error::Unavailable("a write panicked and took its commit with it".into())));
        if outcome.is_err() && !self.connection.is_autocommit() {
            // When this fails too, the next transaction cannot begin, and its callers are told.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        // The caches first: who hears of a change from the outbox asks at once, and must not get what was there before.
        for stale in self.stale.drain(..) {
            self.caches.remove(&stale);
        }
        self.group_dates.settled();
        if outcome.is_ok() {
            self.indexer.committed();
            self.outbox.committed();
        } else {
            self.indexer.lost();
            self.outbox.lost();
        }
        metrics::histogram!("talaria_store_commit_seconds").record(start.elapsed());
        #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
        {
            metrics::histogram!("talaria_store_commit_rows").record(batch.len() as f64);
            metrics::gauge!("talaria_store_queue_depth").set(self.jobs.len() as f64);
        }
        let lost = outcome.err().map(|error| error.to_string());
        if let Some(reason) = &lost {
            tracing::error!(reason, writes = batch.len(), "a commit failed");
        }
        self.answers.give(batch.drain(..), lost);
    }

    /// Leaves one file behind, without a log to replay.
    fn finish(self) {
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);") {
            tracing::warn!(%error, "the last checkpoint failed; the log is replayed at the next start");
        }
    }
}

async fn answered<T>(queued: Result<()>, answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    queued?;
    answer.await.map_err(|_| closed())?
}

/// One transaction for all jobs. A job that fails leaves no trace and does not fail the others.
fn transact(write: &mut Write<'_>, batch: &mut [Job]) -> Result<()> {
    let connection = write.connection;
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut insert = None;
    for job in batch {
        match job {
            Job::Message { message, result, .. } => {
                let inserted = insert_message(connection, &mut insert, write.indexer, message);
                match &inserted {
                    Ok(sequence) => {
                        write.indexer.add(connection, message, *sequence)?;
                        write.outbox.changed(Change::MessageStored(message.id));
                    }
                    Err(_) => ensure_open(connection)?,
                }
                *result = Some(inserted);
            }
            Job::Other(task) => {
                task.apply(write);
                ensure_open(connection)?;
            }
            Job::Stop => {}
        }
    }
    drop(insert);
    write.indexer.fold(connection)?;
    write.outbox.write(connection)?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// The statement is fetched once a batch, not once a message.
fn insert_message<'a>(
    connection: &'a Connection,
    statement: &mut Option<CachedStatement<'a>>,
    indexer: &mut Indexer,
    message: &Message,
) -> Result<Sequence> {
    let statement = match statement {
        Some(statement) => statement,
        None => statement.insert(connection.prepare_cached(messages::INSERT)?),
    };
    let sequence = indexer.next(connection, message)?;
    messages::insert(statement, message, sequence)?;
    Ok(sequence)
}

/// Some failures (disk full, no memory, I/O) undo the whole transaction, and then nobody may be told of success.
fn ensure_open(connection: &Connection) -> Result<()> {
    if connection.is_autocommit() {
        return Err(Error::Unavailable("a write failed and took the others of its commit with it".into()));
    }
    Ok(())
}

impl Job {
    /// Tells the caller how it went; `lost` says why the commit failed.
    pub(super) fn answer(self, lost: Option<&str>) {
        match self {
            Self::Message { message, result, reply } => {
                // The caller may change it once it is told, without a copy.
                drop(message);
                let result = settle(result, lost);
                // A caller that went away does not undo the write.
                let _ = reply.send(result);
            }
            Self::Other(task) => task.answer(lost),
            Self::Stop => {}
        }
    }
}

impl<T, F> Task for Pending<T, F>
where
    T: Send,
    F: FnOnce(&mut Write<'_>) -> Result<T> + Send,
{
    fn apply(&mut self, write: &mut Write<'_>) {
        if let Some(work) = self.work.take() {
            self.result = Some(in_savepoint(write, work));
        }
    }

    fn answer(self: Box<Self>, lost: Option<&str>) {
        let Self { result, reply, room, .. } = *self;
        // First, so that whoever is answered finds room.
        drop(room);
        let _ = reply.send(settle(result, lost));
    }
}

/// What a write comes to when its commit was, or was not, lost.
fn settle<T>(result: Option<Result<T>>, lost: Option<&str>) -> Result<T> {
    match (result, lost) {
        (Some(Err(error)), _) => Err(error),
        (_, Some(reason)) => Err(Error::Unavailable(reason.into())),
        (Some(Ok(value)), None) => Ok(value),
        (None, None) => Err(Error::Unavailable("the write was not carried out".into())),
    }
}

fn in_savepoint<T>(write: &mut Write<'_>, work: impl FnOnce(&mut Write<'_>) -> Result<T>) -> Result<T> {
    let connection = write.connection;
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let (mark, entered) = (write.indexer.mark(), write.outbox.mark());
    let result = work(write);
    if connection.is_autocommit() {
        return result;
    }
    if result.is_err() {
        write.indexer.undo(mark);
        write.outbox.undo(entered);
    }
    if let Err(error) = release(connection, result.is_err()) {
        // Half a job may be in the transaction now, so all of it goes; `ensure_open` notices.
        connection.execute_batch("ROLLBACK")?;
        return Err(error.into());
    }
    result
}

fn release(connection: &Connection, undo: bool) -> rusqlite::Result<()> {
    if undo {
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    Ok(())
}
