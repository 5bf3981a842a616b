//! What the writer tells the thread that indexes words.

use std::sync::{
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    mpsc::{Receiver, SyncSender, sync_channel},
};

use rusqlite::Connection;

use crate::store::Result;

/// The writer's end.
pub(in crate::store::embedded) struct Feed {
    wakes: SyncSender<()>,
    /// Messages that were stored since the start.
    stored: AtomicU64,
    /// The last number of the queue that was dealt with.
    done: AtomicI64,
    closed: AtomicBool,
}

impl Feed {
    pub(super) fn new() -> (Self, Receiver<()>) {
        // One that waits is as good as many.
        let (wakes, woken) = sync_channel(1);
        (Self { wakes, stored: AtomicU64::new(0), done: AtomicI64::new(0), closed: AtomicBool::new(false) }, woken)
    }

    /// Within the transaction that changes a message's text, or that brings one with an id below those that may be
    /// indexed.
    pub(in crate::store::embedded) fn changed(&self, connection: &Connection, message: i64) -> Result<()> {
        connection.prepare_cached("DELETE FROM search_queue WHERE number <= ?1")?.execute([self.done()])?;
        connection.prepare_cached("INSERT INTO search_queue (message) VALUES (?1)")?.execute([message])?;
        Ok(())
    }

    /// After the commit of what is to be indexed.
    pub(in crate::store::embedded) fn wake(&self) {
        // Full: it has not yet begun what it was woken for before.
        let _ = self.wakes.try_send(());
    }

    /// After the commit of so many messages.
    pub(in crate::store::embedded) fn add_stored(&self, messages: usize) {
        self.stored.fetch_add(messages as u64, Ordering::Relaxed);
    }

    pub(super) fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }

    pub(super) fn set_done(&self, number: i64) {
        self.done.store(number, Ordering::Relaxed);
    }

    fn done(&self) -> i64 {
        self.done.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wake();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}
