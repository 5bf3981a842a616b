//! Follows the messages and indexes their words, batch by batch, when there is time.

use std::{
    sync::{Arc, mpsc::Receiver},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Feed,
    index::{self, Entry, Index},
};
use crate::store::{Error, Result};

/// Messages in a transaction of the index at most. Each transaction makes a segment of it, so many small ones cost
/// more.
const BATCH: u32 = 4096;

/// Messages a second that are many. While so many come, words wait: to index one costs a seventh of what it takes to
/// store and deliver it, and somebody waits for that.
const MANY: u64 = 1000;
/// Messages that wait so at most: further ones are indexed at once.
const BACKLOG: u64 = 1_000_000;
/// How long messages are counted.
const LOOK: Duration = Duration::from_secs(1);

pub(super) struct Follower {
    pub(super) data: Connection,
    pub(super) index: Index,
    pub(super) feed: Arc<Feed>,
    pub(super) wakes: Receiver<()>,
    /// Nothing of what comes before this message is left in the index.
    first: i64,
    load: Load,
}

/// How many messages come.
struct Load {
    since: Instant,
    /// Messages that had been stored then.
    stored: u64,
    /// Whether there were many before that.
    is_high: bool,
    /// Messages that were followed since the start, of those that were stored since then and before.
    followed: u64,
}

/// Whether more may be left to do.
type IsUnfinished = bool;

impl Follower {
    pub(super) fn new(data: Connection, index: Index, feed: Arc<Feed>, wakes: Receiver<()>) -> Self {
        let load = Load { since: Instant::now(), stored: 0, is_high: false, followed: 0 };
        Self { data, index, feed, wakes, first: i64::MIN, load }
    }

    /// Catches up at once and whenever it is woken, until the feed is closed.
    pub(super) fn run(mut self) {
        self.feed.set_done(self.index.progress.queue_through);
        loop {
            self.catch_up();
            if self.feed.is_closed() || self.wakes.recv().is_err() {
                return;
            }
        }
    }

    fn catch_up(&mut self) {
        while !self.feed.is_closed() {
            if self.load.is_too_high(self.feed.stored()) {
                // Woken or not, it looks again.
                let _ = self.wakes.recv_timeout(LOOK);
                continue;
            }
            match self.step() {
                Ok(true) => {}
                Ok(false) => return,
                // It is tried again when the next messages come; until then a search looks through more messages.
                Err(error) => {
                    if matches!(error, Error::Corrupt(_)) {
                        index::mark_damaged(&self.index.path);
                    }
                    return tracing::warn!(%error, "words cannot be indexed");
                }
            }
        }
    }

    fn step(&mut self) -> Result<IsUnfinished> {
        let is_unfinished = [self.follow()?, self.dequeue()?, self.forget_purged()?];
        Ok(is_unfinished.contains(&true))
    }

    fn follow(&mut self) -> Result<IsUnfinished> {
        let (after, through) = (self.index.progress.searched_through, index::indexed_through(&self.data)?);
        if after >= through {
            return Ok(false);
        }
        let mut statement = self.data.prepare_cached(
            "SELECT id, sender, target, text, recall_date IS NULL AND deletion_date IS NULL FROM messages
             WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
        )?;
        let mut rows = statement.query([after, through, BATCH.into()])?;
        let mut terms = String::new();
        self.index.advance(|transaction, progress| {
            let mut followed = 0;
            while let Some(row) = rows.next()? {
                followed += 1;
                progress.searched_through = row.get(0)?;
                if let (Some(text), true) = (row.get(3)?, row.get(4)?) {
                    index::insert(transaction, &entry(row, text)?, &mut terms)?;
                }
            }
            self.load.followed += u64::from(followed);
            if followed < BATCH {
                progress.searched_through = through;
            }
            Ok(followed == BATCH)
        })
    }

    /// What is queued beyond that which was followed is followed anyway.
    fn dequeue(&mut self) -> Result<IsUnfinished> {
        let mut statement = self
            .data
            .prepare_cached("SELECT number, message FROM search_queue WHERE number > ?1 ORDER BY number LIMIT ?2")?;
        let queued: Vec<(i64, i64)> = statement
            .query_map([self.index.progress.queue_through, BATCH.into()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let Some((last, _)) = queued.last().copied() else { return Ok(false) };
        let mut terms = String::new();
        let data = &self.data;
        self.index.advance(|transaction, progress| {
            for (_, message) in queued.iter().filter(|(_, message)| *message <= progress.searched_through) {
                index::remove(transaction, *message)?;
                if let Some(entry) = find(data, *message)? {
                    index::insert(transaction, &entry, &mut terms)?;
                }
            }
            progress.queue_through = last;
            Ok(())
        })?;
        self.feed.set_done(last);
        Ok(true)
    }

    /// Messages are purged from the oldest on.
    fn forget_purged(&mut self) -> Result<IsUnfinished> {
        let first: Option<i64> =
            self.data.prepare_cached("SELECT min(id) FROM messages")?.query_row([], |row| row.get(0))?;
        let Some(first) = first.filter(|first| *first != self.first) else { return Ok(false) };
        let is_unfinished =
            self.index.advance(|transaction, _| Ok(index::remove_before(transaction, first, BATCH)? > 0))?;
        if !is_unfinished {
            self.first = first;
        }
        Ok(is_unfinished)
    }
}

impl Load {
    fn is_too_high(&mut self, stored: u64) -> bool {
        let elapsed = self.since.elapsed();
        if elapsed >= LOOK {
            self.is_high = (stored - self.stored) as f64 > MANY as f64 * elapsed.as_secs_f64();
            (self.since, self.stored) = (Instant::now(), stored);
        }
        self.is_high && stored.saturating_sub(self.followed) < BACKLOG
    }
}

fn find(data: &Connection, message: i64) -> Result<Option<Entry>> {
    let mut statement = data.prepare_cached(
        "SELECT id, sender, target, text FROM messages
         WHERE id = ?1 AND text IS NOT NULL AND recall_date IS NULL AND deletion_date IS NULL",
    )?;
    Ok(statement.query_row([message], |row| entry(row, row.get(3)?)).optional()?)
}

fn entry(row: &Row<'_>, text: String) -> rusqlite::Result<Entry> {
    Ok(Entry { id: row.get(0)?, sender: row.get(1)?, target: row.get(2)?, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(milliseconds: u64, followed: u64) -> Load {
        let since = Instant::now().checked_sub(Duration::from_millis(milliseconds)).unwrap();
        Load { since, stored: 0, is_high: false, followed }
    }

    #[test]
    fn words_wait_while_many_messages_come() {
        assert!(!load(10_000, 0).is_too_high(9_000));
        let mut busy = load(10_000, 0);
        assert!(busy.is_too_high(12_000));
        assert!(busy.is_too_high(12_000), "it has just looked");
        busy.since = Instant::now().checked_sub(LOOK).unwrap();
        assert!(!busy.is_too_high(12_100), "it is quiet again");
        assert!(!load(100, 0).is_too_high(50_000), "too soon to tell");
    }

    #[test]
    fn they_do_not_wait_for_ever() {
        assert!(!load(10_000, 0).is_too_high(BACKLOG));
        assert!(load(10_000, 500_000).is_too_high(BACKLOG));
    }
}
