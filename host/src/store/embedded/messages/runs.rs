//! The index by sequence: one row for a run of messages of a conversation with consecutive sequences, which makes it
//! cheap where conversations are busy. No sequence is in two rows.

use rusqlite::{Connection, params};

use super::{index::Entry, sequences::Conversation};
use crate::store::{Error, Result};

/// Ids in a row at most.
const MAX_RUN: usize = 64;

/// A row.
pub(super) struct Run {
    conversation: Conversation,
    /// Of the last message.
    last: i64,
    /// Eight bytes each, big-endian.
    ids: Vec<u8>,
    /// The least of the ids.
    pub(super) first_id: i64,
}

/// The rows for these messages, in the order of the table.
pub(super) fn runs(mut entries: Vec<Entry>) -> Vec<Run> {
    entries.sort_unstable_by_key(|entry| (entry.conversation(), entry.sequence));
    let mut runs: Vec<Run> = Vec::new();
    for entry in entries {
        let conversation = entry.conversation();
        match runs.last_mut() {
            Some(run)
                if run.conversation == conversation
                    && run.last + 1 == entry.sequence
                    && run.ids.len() < MAX_RUN * size_of::<i64>() =>
            {
                run.last = entry.sequence;
                run.first_id = run.first_id.min(entry.id);
                run.ids.extend(entry.id.to_be_bytes());
            }
            _ => runs.push(Run {
                conversation,
                last: entry.sequence,
                ids: entry.id.to_be_bytes().to_vec(),
                first_id: entry.id,
            }),
        }
    }
    runs
}

impl Run {
    /// `again`: parts of it may be there, written by a run of the server that was killed.
    pub(super) fn write(&self, connection: &Connection, again: bool) -> Result<()> {
        let Conversation { first, second } = self.conversation;
        if again {
            let count = (self.ids.len() / size_of::<i64>()).cast_signed() as i64;
            connection
                .prepare_cached(
                    "DELETE FROM messages_by_sequence WHERE first = ?1 AND second = ?2 AND last BETWEEN ?3 AND ?4",
                )?
                .execute([first, second, self.last - count + 1, self.last])?;
        }
        connection
            .prepare_cached("INSERT INTO messages_by_sequence VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![first, second, self.last, self.ids])?;
        Ok(())
    }
}

/// The sequences and ids of a row.
pub(in crate::store::embedded) fn read(last: i64, ids: &[u8]) -> Result<impl Iterator<Item = (i64, i64)>> {
    let (ids, []) = ids.as_chunks::<{ size_of::<i64>() }>() else {
        return Err(Error::Corrupt("a run of messages".into()));
    };
    let first = last - i64::try_from(ids.len()).unwrap_or(i64::MAX) + 1;
    Ok((first..).zip(ids.iter().map(|id| i64::from_be_bytes(*id))))
}
