//! The last sequence of each conversation. The writer alone asks for the next one, within its transaction, so there are
//! no gaps; what a transaction took is given back when it is undone.
//!
//! Two generations bound the memory: a conversation that had a message since the older one was begun is in one of them.
//! They are exchanged only when the younger one has more conversations than there are messages outside of the index. So
//! what is in neither has no such message, and the index knows its last sequence.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::index::Entry;
use crate::store::Result;

/// Conversations in the younger generation, at least, before they are exchanged: some megabytes.
const CAPACITY: usize = 1 << 16;

/// Two users, or a group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::store::embedded) struct Conversation {
    /// The lesser of two users, or the negative of a group's id.
    pub(in crate::store::embedded) first: i64,
    /// The greater user; 0 for a group.
    pub(in crate::store::embedded) second: i64,
}

pub(super) struct Sequences {
    young: HashMap<Conversation, i64>,
    old: HashMap<Conversation, i64>,
    /// What the open transaction changed in `young`, with what was there before.
    journal: Vec<(Conversation, Option<i64>)>,
}

impl Conversation {
    /// `target` as in the table of messages.
    pub(in crate::store::embedded) fn of(sender: i64, target: i64) -> Self {
        if target < 0 {
            Self { first: target, second: 0 }
        } else {
            Self { first: sender.min(target), second: sender.max(target) }
        }
    }
}

impl Sequences {
    /// `unindexed`: the messages that the index may not know.
    pub(super) fn open(connection: &Connection, unindexed: &[Entry]) -> rusqlite::Result<Self> {
        let mut young: HashMap<Conversation, i64> = HashMap::new();
        for entry in unindexed {
            let conversation = entry.conversation();
            let last = match young.get(&conversation) {
                Some(last) => *last,
                // One that came late may be indexed before those with a lesser sequence.
                None => indexed(connection, conversation)?,
            };
            young.insert(conversation, last.max(entry.sequence));
        }
        Ok(Self { young, old: HashMap::new(), journal: Vec::new() })
    }

    /// 0 for a conversation without messages.
    pub(super) fn last(&mut self, connection: &Connection, conversation: Conversation) -> Result<i64> {
        match self.young.get(&conversation).or_else(|| self.old.get(&conversation)) {
            Some(last) => Ok(*last),
            None => Ok(indexed(connection, conversation)?),
        }
    }

    pub(super) fn take(&mut self, conversation: Conversation, sequence: i64) {
        let before = self.young.insert(conversation, sequence);
        self.journal.push((conversation, before));
    }

    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    pub(super) fn undo(&mut self, mark: usize) {
        for (conversation, before) in self.journal.drain(mark..).rev() {
            match before {
                Some(before) => self.young.insert(conversation, before),
                None => self.young.remove(&conversation),
            };
        }
    }

    /// `unindexed` counts the messages that the index may not know.
    pub(super) fn committed(&mut self, unindexed: impl FnOnce() -> usize) {
        let fresh = self.journal.len();
        self.journal.clear();
        if self.young.len() >= CAPACITY && self.young.len() >= unindexed() + fresh {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

/// What the index knows; 0 when that is nothing.
pub(super) fn indexed(connection: &Connection, conversation: Conversation) -> rusqlite::Result<i64> {
    let last = "SELECT last FROM messages_by_sequence WHERE first = ?1 AND second = ?2 ORDER BY last DESC LIMIT 1";
    let mut statement = connection.prepare_cached(last)?;
    let last = statement.query_row([conversation.first, conversation.second], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE_AND_BOB: Conversation = Conversation { first: 1, second: 2 };

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE messages_by_sequence (first, second, last, ids)").unwrap();
        connection
    }

    #[test]
    fn both_directions_are_one_conversation() {
        assert_eq!(Conversation::of(2, 1), ALICE_AND_BOB);
        assert_eq!(Conversation::of(1, 2), ALICE_AND_BOB);
        assert_ne!(Conversation::of(1, -2), Conversation::of(2, -1));
        assert_eq!(Conversation::of(1, -2), Conversation::of(9, -2));
    }

    #[test]
    fn what_is_undone_is_given_back() {
        let database = database();
        let mut sequences = Sequences::open(&database, &[]).unwrap();
        assert_eq!(sequences.last(&database, ALICE_AND_BOB).unwrap(), 0);
        sequences.take(ALICE_AND_BOB, 1);
        let mark = sequences.mark();
        sequences.take(ALICE_AND_BOB, 2);
        sequences.take(ALICE_AND_BOB, 3);
        sequences.undo(mark);
        assert_eq!(sequences.last(&database, ALICE_AND_BOB).unwrap(), 1);
        sequences.committed(|| 0);
        sequences.take(ALICE_AND_BOB, 2);
        sequences.undo(0);
        assert_eq!(sequences.last(&database, ALICE_AND_BOB).unwrap(), 1);
    }

    #[test]
    fn conversations_are_forgotten_only_when_the_index_knows_them() {
        let database = database();
        database.execute_batch("INSERT INTO messages_by_sequence VALUES (1, 2, 7, x'')").unwrap();
        let mut sequences = Sequences::open(&database, &[]).unwrap();
        sequences.take(ALICE_AND_BOB, 8);
        let fill = |sequences: &mut Sequences, unindexed: usize| {
            for user in 10..10 + i64::try_from(CAPACITY).unwrap() {
                sequences.take(Conversation::of(user, user), 1);
            }
            sequences.committed(|| unindexed);
        };
        fill(&mut sequences, usize::MAX / 2);
        fill(&mut sequences, usize::MAX / 2);
        assert_eq!(sequences.last(&database, ALICE_AND_BOB).unwrap(), 8, "the index may not know it");
        sequences.committed(|| 0);
        assert_eq!(sequences.last(&database, ALICE_AND_BOB).unwrap(), 8, "in the older generation");
        fill(&mut sequences, 0);
        sequences.committed(|| 0);
        assert!(sequences.young.len() + sequences.old.len() <= 2 * CAPACITY + 1, "memory is bounded");
        assert_eq!(sequences.last(&database, ALICE_AND_BOB).unwrap(), 7, "found in the index");
    }
}
