//! The index of messages by target, by pair, by sequence and by contact, written in bulk.
//!
//! Each of a thousand busy conversations has its own page at the end of its run of the index, so an entry written with
//! its message costs a page of log, several times the message itself. The entries of recent messages are therefore kept
//! in memory ([`Recent`]) and written later, sorted, so that those of a conversation share a page. They live in two
//! generations: the active one grows with each commit; when it is full it is frozen and written piece by piece with the
//! commits that follow, so that none of them is long.
//!
//! Invariants: every message whose id is above `indexed_through` in the database is in [`Recent`], which is filled from
//! there at start; a message whose id is below what was ever frozen is indexed at once. An entry leaves [`Recent`] only
//! after the commit that indexed it, so a reader that asks [`Recent`] first and the database then misses nothing, but
//! may see an entry twice.

use std::{cmp::Reverse, ops::Range, sync::Arc};

use parking_lot::RwLock;
use rusqlite::{CachedStatement, Connection};

use super::{
    contacts, key,
    runs::{Run, runs},
    sequences::{Conversation, Sequences},
    system,
};
use crate::{
    model::{MessageId, Sequence, message::Message},
    store::{Error, Result, embedded::search::Feed},
};

/// Index entries written in a commit for each of its messages. A message needs four at most, so a frozen generation is
/// done before the active one is full.
const PACE: usize = 5;
/// Index entries written in a commit more than that, while somebody waits for the index.
const HURRY: usize = 4096;

/// What the index knows of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store::embedded) struct Entry {
    pub(in crate::store::embedded) target: i64,
    pub(in crate::store::embedded) sender: i64,
    pub(super) date: i64,
    pub(in crate::store::embedded) id: i64,
    pub(super) sequence: i64,
}

/// The entries that may not be in the database yet, shared with the readers.
#[derive(Default)]
pub(in crate::store::embedded) struct Recent(RwLock<Generations>);

#[derive(Default)]
struct Generations {
    active: Vec<Entry>,
    frozen: Arc<[Entry]>,
}

/// The writer's side.
pub(in crate::store::embedded) struct Indexer {
    recent: Arc<Recent>,
    /// Entries of the active generation at which it is frozen.
    capacity: usize,
    sequences: Sequences,
    /// Of the open transaction.
    fresh: Vec<Entry>,
    /// The greatest id that was ever frozen.
    frozen_through: i64,
    /// The greatest id that was not indexed when the run began: of a generation with such ids, the run before may have
    /// written a part.
    recovered_through: i64,
    pending: Option<Pending>,
    /// Somebody waits for the index.
    hurried: bool,
    /// For the words of messages, which are indexed by another thread.
    feed: Option<Arc<Feed>>,
    /// The open transaction has something for it.
    is_fed: bool,
}

/// A frozen generation on its way into the database.
struct Pending {
    by_target: Arc<[Entry]>,
    /// Private messages only.
    by_pair: Vec<Entry>,
    /// The last message of each sender in each group.
    by_sender: Vec<Entry>,
    by_sequence: Vec<Run>,
    /// The last message of each private conversation.
    by_contact: Vec<Entry>,
    /// How many were written, of the first list, then of the others in their order.
    written: usize,
    /// The same when the open transaction began.
    committed: usize,
}

/// How far a transaction had come.
#[derive(Clone, Copy)]
pub(in crate::store::embedded) struct Mark {
    fresh: usize,
    sequences: usize,
}

impl Recent {
    fn len(&self) -> usize {
        let generations = self.0.read();
        generations.active.len() + generations.frozen.len()
    }

    pub(in crate::store::embedded) fn list(&self, is_wanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let (active, frozen): (Vec<_>, _) = {
            let generations = self.0.read();
            let active = generations.active.iter().filter(|entry| is_wanted(entry)).copied().collect();
            (active, Arc::clone(&generations.frozen))
        };
        let mut entries = active;
        entries.extend(frozen.iter().filter(|entry| is_wanted(entry)));
        entries
    }
}

impl Entry {
    /// `None` for a target outside the range of ids.
    pub(super) fn of(message: &Message) -> Option<Self> {
        Some(Self {
            target: key(message.target)?,
            sender: message.sender.0,
            date: message.delivery_date.0,
            id: message.id.0,
            sequence: message.sequence.0,
        })
    }

    pub(super) fn conversation(&self) -> Conversation {
        Conversation::of(self.sender, self.target)
    }
}

impl Indexer {
    /// Finds what the run before left unindexed.
    pub(in crate::store::embedded) fn open(
        connection: &Connection,
        capacity: usize,
        feed: Option<Arc<Feed>>,
    ) -> rusqlite::Result<Self> {
        let frozen_through = connection.query_row("SELECT indexed_through FROM message_index", [], |row| row.get(0))?;
        let mut statement =
            connection.prepare("SELECT target, sender, delivery_date, id, sequence FROM messages WHERE id > ?1")?;
        let active = statement
            .query_map([frozen_through], |row| {
                let (target, sender, date) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Entry { target, sender, date, id: row.get(3)?, sequence: row.get(4)? })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let recovered_through = active.iter().map(|entry| entry.id).max().unwrap_or(frozen_through);
        let sequences = Sequences::open(connection, &active)?;
        let recent = Arc::new(Recent(RwLock::new(Generations { active, frozen: Arc::default() })));
        let capacity = capacity.max(1);
        Ok(Self {
            recent,
            capacity,
            sequences,
            fresh: Vec::new(),
            frozen_through,
            recovered_through,
            pending: None,
            hurried: false,
            feed,
            is_fed: false,
        })
    }

    /// The place that a message gets. It is taken by [`Self::add`].
    pub(in crate::store::embedded) fn next(&mut self, connection: &Connection, message: &Message) -> Result<Sequence> {
        let target = key(message.target).ok_or_else(no_target)?;
        let last = self.sequences.last(connection, Conversation::of(message.sender.0, target))?;
        Ok(Sequence(last + 1))
    }

    /// Called by a job that waits until all is indexed: its commit brings that on, and so does each in which it is
    /// called.
    pub(in crate::store::embedded) fn hurry(&mut self) {
        self.hurried = true;
    }

    /// Called when the open transaction deleted messages.
    pub(in crate::store::embedded) fn wake_search(&mut self) {
        self.is_fed = true;
    }

    /// How far the open transaction has come.
    pub(in crate::store::embedded) fn mark(&self) -> Mark {
        Mark { fresh: self.fresh.len(), sequences: self.sequences.mark() }
    }

    /// Forgets what came after the mark, when the transaction is undone to there.
    pub(in crate::store::embedded) fn undo(&mut self, mark: Mark) {
        self.fresh.truncate(mark.fresh);
        self.sequences.undo(mark.sequences);
    }

    pub(in crate::store::embedded) fn recent(&self) -> Arc<Recent> {
        Arc::clone(&self.recent)
    }

    /// Called for each message that was inserted in the open transaction. A failure must undo the transaction.
    pub(in crate::store::embedded) fn add(
        &mut self,
        connection: &Connection,
        message: &Message,
        sequence: Sequence,
    ) -> Result<()> {
        let entry = Entry { sequence: sequence.0, ..Entry::of(message).ok_or_else(no_target)? };
        self.sequences.take(entry.conversation(), entry.sequence);
        if message.is_system {
            system::insert(connection, &entry)?;
        }
        if entry.id > self.frozen_through {
            self.fresh.push(entry);
            return Ok(());
        }
        insert_by_target(&mut prepare_by_target(connection)?, &entry)?;
        if is_private(&entry) {
            insert_by_pair(&mut prepare_by_pair(connection)?, &entry)?;
            contacts::write(connection, &entry)?;
        } else {
            insert_by_sender(&mut prepare_by_sender(connection)?, &entry)?;
        }
        runs(vec![entry]).iter().try_for_each(|run| run.write(connection, false))?;
        self.text_changed(connection, message.id)
    }

    /// Called when the open transaction changed the text of a message. A failure must undo the transaction.
    pub(in crate::store::embedded) fn text_changed(&mut self, connection: &Connection, id: MessageId) -> Result<()> {
        if let Some(feed) = &self.feed {
            feed.changed(connection, id.0)?;
            self.is_fed = true;
        }
        Ok(())
    }

    /// Called before the commit: writes a part of the frozen generation. A failure must undo the transaction.
    pub(in crate::store::embedded) fn fold(&mut self, connection: &Connection) -> Result<()> {
        let Some(pending) = &mut self.pending else { return Ok(()) };
        let budget = self.fresh.len() * PACE + if self.hurried { HURRY } else { 0 };
        let written = pending.write(connection, budget, self.recovered_through)?;
        if written && pending.is_done() {
            connection
                .prepare_cached("UPDATE message_index SET indexed_through = ?1")?
                .execute([self.frozen_through])?;
        }
        Ok(())
    }

    /// Called when the transaction is durable, before its callers are told.
    pub(in crate::store::embedded) fn committed(&mut self) {
        self.sequences.committed(|| self.recent.len());
        if let Some(pending) = &mut self.pending {
            pending.committed = pending.written;
        }
        let is_done = self.pending.as_ref().is_some_and(Pending::is_done);
        if let Some(feed) = &self.feed {
            feed.add_stored(self.fresh.len());
            if std::mem::take(&mut self.is_fed) || is_done {
                feed.wake();
            }
        }
        let hurried = std::mem::take(&mut self.hurried);
        if self.fresh.is_empty() && !is_done && !hurried {
            return;
        }
        let is_full = {
            let mut generations = self.recent.0.write();
            generations.active.append(&mut self.fresh);
            if is_done {
                generations.frozen = Arc::default();
            }
            generations.active.len() >= if hurried { 1 } else { self.capacity }
        };
        if is_done {
            self.pending = None;
        }
        if self.pending.is_none() && is_full {
            self.freeze();
        }
    }

    fn freeze(&mut self) {
        // Nobody else changes the generations, so readers need not wait while a copy is sorted.
        let pending = Pending::new(self.recent.0.read().active.clone());
        self.frozen_through = pending.through().max(self.frozen_through);
        {
            let mut generations = self.recent.0.write();
            generations.active.clear();
            generations.frozen = Arc::clone(&pending.by_target);
        }
        self.pending = Some(pending);
    }

    /// Called when the transaction was undone.
    pub(in crate::store::embedded) fn lost(&mut self) {
        self.undo(Mark { fresh: 0, sequences: 0 });
        if let Some(pending) = &mut self.pending {
            pending.written = pending.committed;
        }
    }
}

impl Pending {
    fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable_by_key(|entry| (entry.target, entry.date, entry.id));
        let mut by_pair: Vec<_> = entries.iter().filter(|entry| is_private(entry)).copied().collect();
        by_pair.sort_unstable_by_key(|entry| (entry.sender, entry.target, entry.date, entry.id));
        let mut by_sender: Vec<_> = entries.iter().filter(|entry| !is_private(entry)).copied().collect();
        by_sender.sort_unstable_by_key(|entry| (entry.target, entry.sender, Reverse(entry.date)));
        by_sender.dedup_by_key(|entry| (entry.target, entry.sender));
        let by_sequence = runs(entries.clone());
        let by_contact = contacts::last(by_pair.clone());
        Self { by_target: entries.into(), by_pair, by_sender, by_sequence, by_contact, written: 0, committed: 0 }
    }

    fn through(&self) -> i64 {
        self.by_target.iter().map(|entry| entry.id).max().unwrap_or(0)
    }

    fn is_done(&self) -> bool {
        self.written == self.len()
    }

    fn len(&self) -> usize {
        self.by_target.len()
            + self.by_pair.len()
            + self.by_sender.len()
            + self.by_sequence.len()
            + self.by_contact.len()
    }

    /// Writes the next entries, at most so many; false when none were left.
    fn write(&mut self, connection: &Connection, budget: usize, recovered_through: i64) -> Result<bool> {
        let start = self.written;
        let end = (start + budget).min(self.len());
        let mut offset = 0;
        let first = part(&self.by_target, offset, start..end);
        if !first.is_empty() {
            let mut statement = prepare_by_target(connection)?;
            first.iter().try_for_each(|entry| insert_by_target(&mut statement, entry))?;
        }
        offset += self.by_target.len();
        let second = part(&self.by_pair, offset, start..end);
        if !second.is_empty() {
            let mut statement = prepare_by_pair(connection)?;
            second.iter().try_for_each(|entry| insert_by_pair(&mut statement, entry))?;
        }
        offset += self.by_pair.len();
        let third = part(&self.by_sender, offset, start..end);
        if !third.is_empty() {
            let mut statement = prepare_by_sender(connection)?;
            third.iter().try_for_each(|entry| insert_by_sender(&mut statement, entry))?;
        }
        offset += self.by_sender.len();
        for run in part(&self.by_sequence, offset, start..end) {
            run.write(connection, run.first_id <= recovered_through)?;
        }
        offset += self.by_sequence.len();
        for entry in part(&self.by_contact, offset, start..end) {
            contacts::write(connection, entry)?;
        }
        self.written = end;
        Ok(end > start)
    }
}

/// The part of `list` within `range`, where positions count through all lists one after the other and this one begins
/// at `offset`.
fn part<T>(list: &[T], offset: usize, range: Range<usize>) -> &[T] {
    let place = |at: usize| at.saturating_sub(offset).min(list.len());
    &list[place(range.start)..place(range.end)]
}

fn no_target() -> Error {
    Error::Engine("a message's target must not be negative".into())
}

pub(super) fn is_private(entry: &Entry) -> bool {
    entry.target >= 0
}

// What a run that was killed had written of a frozen generation is written again by the next: hence OR IGNORE.

fn prepare_by_target(connection: &Connection) -> Result<CachedStatement<'_>> {
    Ok(connection.prepare_cached("INSERT OR IGNORE INTO messages_by_target VALUES (?1, ?2, ?3)")?)
}

fn insert_by_target(statement: &mut CachedStatement<'_>, entry: &Entry) -> Result<()> {
    statement.execute([entry.target, entry.date, entry.id])?;
    Ok(())
}

fn prepare_by_pair(connection: &Connection) -> Result<CachedStatement<'_>> {
    Ok(connection.prepare_cached("INSERT OR IGNORE INTO messages_by_pair VALUES (?1, ?2, ?3, ?4)")?)
}

fn insert_by_pair(statement: &mut CachedStatement<'_>, entry: &Entry) -> Result<()> {
    statement.execute([entry.sender, entry.target, entry.date, entry.id])?;
    Ok(())
}

fn prepare_by_sender(connection: &Connection) -> Result<CachedStatement<'_>> {
    Ok(connection.prepare_cached(
        "INSERT INTO group_senders VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET delivery_date = max(delivery_date, excluded.delivery_date)",
    )?)
}

fn insert_by_sender(statement: &mut CachedStatement<'_>, entry: &Entry) -> Result<()> {
    statement.execute([entry.target, entry.sender, entry.date])?;
    Ok(())
}
