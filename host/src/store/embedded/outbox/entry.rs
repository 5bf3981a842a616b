//! Entering events: collected while a transaction is open, written as its last rows. Messages that follow one another
//! share a row, so entering them costs hardly more than their ids.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use rusqlite::{Connection, params};
use tokio::sync::watch;

use crate::{
    clock::Clock,
    model::{
        OutboxPosition,
        outbox::{Change, Changes, NewEvent},
    },
    store::{Error, Result},
};

/// The kind of the rows that hold any change but a stored message.
pub(super) const CHANGE: &str = "change";

/// What the writer shares with the rest of the store.
pub(in crate::store::embedded) struct OutboxFeed {
    wanted: AtomicU32,
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
    Changed(Change),
    Other(NewEvent),
}

impl OutboxFeed {
    pub(super) fn enter_changes(&self, wanted: Changes) {
        self.wanted.store(wanted.0, Ordering::Release);
    }

    pub(super) fn end(&self) -> watch::Receiver<OutboxPosition> {
        self.end.subscribe()
    }
}

impl Outbox {
    pub(in crate::store::embedded) fn open(connection: &Connection, clock: Clock) -> rusqlite::Result<Self> {
        let last = connection.query_row("SELECT coalesce(max(last), 0) FROM outbox", [], |row| row.get(0))?;
        let (end, _) = watch::channel(OutboxPosition(last));
        let feed = Arc::new(OutboxFeed { wanted: AtomicU32::new(Changes::NONE.0), end });
        Ok(Self { feed, clock, entered: Vec::new(), last })
    }

    pub(in crate::store::embedded) fn feed(&self) -> Arc<OutboxFeed> {
        Arc::clone(&self.feed)
    }

    /// Called for each change that the open transaction makes.
    pub(in crate::store::embedded) fn changed(&mut self, change: Change) {
        if Changes(self.feed.wanted.load(Ordering::Acquire)).meet(change.kind()) {
            self.entered.push(Entered::Changed(change));
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
            if let Entered::Changed(Change::MessageStored(id)) = entered {
                run.extend(id.0.to_be_bytes());
                last += 1;
                continue;
            }
            if !run.is_empty() {
                insert.execute(params![last, date, None::<&str>, run])?;
                run.clear();
            }
            last += 1;
            match entered {
                Entered::Changed(change) => {
                    let data = serde_json::to_vec(change).map_err(|error| Error::Engine(error.into()))?;
                    insert.execute(params![last, date, CHANGE, data])?;
                }
                Entered::Other(event) => {
                    insert.execute(params![last, date, event.kind, &*event.payload])?;
                }
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
