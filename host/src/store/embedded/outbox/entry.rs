//! Entering events: collected while a transaction is open, written as its last rows. Messages that follow one another share a
//! row, so entering them costs hardly more than their ids.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::{Connection, params};
use tokio::sync::watch;

use crate::{
    clock::Clock,
    model::{MessageId, OutboxPosition, outbox::NewEvent},
    store::Result,
};

/// What the writer shares with the rest of the store.
pub(in crate::store::embedded) struct OutboxFeed {
    wants_messages: AtomicBool,
    end: watch::Sender<OutboxPosition>,
}

/// The writer's side.
pub(in crate::store::embedded) struct Outbox {
    feed: Arc<OutboxFeed>,
    clock: Clock,
    /// Of the open transaction, in order.
    entered: Vec<Entered>,
    /// The last position that is taken, the open transaction's included once they are written.
    last: i64,
}

enum Entered {
    Message(MessageId),
    Other(NewEvent),
}

impl OutboxFeed {
    pub(super) fn enter_messages(&self, wanted: bool) {
        self.wants_messages.store(wanted, Ordering::Release);
    }

    pub(super) fn end(&self) -> watch::Receiver<OutboxPosition> {
        self.end.subscribe()
    }
}

impl Outbox {
    pub(in crate::store::embedded) fn open(connection: &Connection, clock: Clock) -> rusqlite::Result<Self> {
        let last = connection.query_row("SELECT coalesce(max(last), 0) FROM outbox", [], |row| row.get(0))?;
        let (end, _) = watch::channel(OutboxPosition(last));
        let feed = Arc::new(OutboxFeed { wants_messages: AtomicBool::new(false), end });
        Ok(Self { feed, clock, entered: Vec::new(), last })
    }

    pub(in crate::store::embedded) fn feed(&self) -> Arc<OutboxFeed> {
        Arc::clone(&self.feed)
    }

    /// Called for each message that was inserted in the open transaction.
    pub(in crate::store::embedded) fn message(&mut self, id: MessageId) {
        if self.feed.wants_messages.load(Ordering::Acquire) {
            self.entered.push(Entered::Message(id));
        }
    }

    pub(super) fn event(&mut self, event: NewEvent) {
        self.entered.push(Entered::Other(event));
    }

    /// How far the open transaction has come.
    pub(in crate::store::embedded) fn mark(&self) -> usize {
        self.entered.len()
    }

    /// Forgets what came after the mark, when the transaction is undone to there.
    pub(in crate::store::embedded) fn undo(&mut self, mark: usize) {
        self.entered.truncate(mark);
    }

    /// Called before the commit. A failure must undo the transaction.
    pub(in crate::store::embedded) fn write(&mut self, connection: &Connection) -> Result<()> {
        if self.entered.is_empty() {
            return Ok(());
        }
        let date = self.clock.now().0;
        let mut insert = connection.prepare_cached("INSERT INTO outbox VALUES (?1, ?2, ?3, ?4)")?;
        let mut run = Vec::new();
        let mut last = self.last;
        for entered in &self.entered {
            match entered {
                Entered::Message(id) => run.extend(id.0.to_be_bytes()),
                Entered::Other(_) if !run.is_empty() => {
                    insert.execute(params![last, date, None::<&str>, run])?;
                    run.clear();
                }
                Entered::Other(_) => {}
            }
            last += 1;
            if let Entered::Other(event) = entered {
                insert.execute(params![last, date, event.kind, &*event.payload])?;
            }
        }
        if !run.is_empty() {
            insert.execute(params![last, date, None::<&str>, run])?;
        }
        self.last = last;
        Ok(())
    }

    /// Called when the transaction is durable.
    pub(in crate::store::embedded) fn committed(&mut self) {
        if !self.entered.is_empty() {
            self.entered.clear();
            self.feed.end.send_replace(OutboxPosition(self.last));
        }
    }

    /// Called when the transaction was undone.
    pub(in crate::store::embedded) fn lost(&mut self) {
        self.entered.clear();
        self.last = self.feed.end.borrow().0;
    }
}
