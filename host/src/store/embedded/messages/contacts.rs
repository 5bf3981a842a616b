//! The index of private conversations by user: the last message of each. A conversation that is busy costs two rows for
//! each time that the index is written, not for each message.

use std::cmp::Reverse;

use rusqlite::{Connection, OptionalExtension, params};

use super::{index::Entry, runs, sequences::Conversation};
use crate::store::Result;

/// The last message of a conversation, as the index knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Last {
    pub(super) sequence: i64,
    pub(super) message: i64,
}

/// The last entry of each private conversation.
pub(super) fn last(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by_key(|entry| (entry.conversation(), Reverse(entry.sequence)));
    entries.dedup_by_key(|entry| entry.conversation());
    entries
}

/// For both of its users, unless a later one is there.
pub(super) fn write(connection: &Connection, entry: &Entry) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO private_conversations VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET last_sequence = excluded.last_sequence, last_message = excluded.last_message
         WHERE excluded.last_sequence > last_sequence",
    )?;
    for (user, contact) in sides(entry) {
        statement.execute([user, contact, entry.sequence, entry.id])?;
    }
    Ok(())
}

/// A message is gone. Where it was the last one, the one before it is; without any the conversation goes. As a rule
/// there is none, as the older ones went first; but one that was held comes last with an old id.
pub(super) fn step_back(connection: &Connection, entry: &Entry) -> Result<()> {
    let mut is_last = connection
        .prepare_cached("SELECT 1 FROM private_conversations WHERE user = ?1 AND contact = ?2 AND last_message = ?3")?;
    let mut before = None;
    for (user, contact) in sides(entry) {
        if !is_last.exists([user, contact, entry.id])? {
            continue;
        }
        let found = match before {
            Some(found) => found,
            None => *before.insert(newest(connection, entry.conversation())?),
        };
        match found {
            Some(Last { sequence, message }) => connection
                .prepare_cached(
                    "UPDATE private_conversations SET last_sequence = ?3, last_message = ?4
                     WHERE user = ?1 AND contact = ?2",
                )?
                .execute([user, contact, sequence, message])?,
            None => connection
                .prepare_cached("DELETE FROM private_conversations WHERE user = ?1 AND contact = ?2")?
                .execute([user, contact])?,
        };
    }
    Ok(())
}

/// The last message of a conversation that is there, as the index by sequence knows it.
fn newest(connection: &Connection, Conversation { first, second }: Conversation) -> Result<Option<Last>> {
    let mut statement = connection.prepare_cached(
        "SELECT last, ids FROM messages_by_sequence WHERE first = ?1 AND second = ?2 ORDER BY last DESC",
    )?;
    let mut is_there = connection.prepare_cached("SELECT 1 FROM messages WHERE id = ?1")?;
    let mut rows = statement.query([first, second])?;
    while let Some(row) = rows.next()? {
        let ids = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let mut newest = None;
        for (sequence, message) in runs::read(row.get(0)?, ids)? {
            if is_there.exists([message])? {
                newest = Some(Last { sequence, message });
            }
        }
        if newest.is_some() {
            return Ok(newest);
        }
    }
    Ok(None)
}

pub(super) fn find(connection: &Connection, user: i64, contact: i64) -> Result<Option<Last>> {
    let mut statement = connection.prepare_cached(
        "SELECT last_sequence, last_message FROM private_conversations WHERE user = ?1 AND contact = ?2",
    )?;
    let row = |row: &rusqlite::Row<'_>| Ok(Last { sequence: row.get(0)?, message: row.get(1)? });
    Ok(statement.query_row([user, contact], row).optional()?)
}

/// Contacts by last message, the greatest id first.
pub(super) fn list(connection: &Connection, user: i64, before: i64, limit: usize) -> Result<Vec<(i64, Last)>> {
    let mut statement = connection.prepare_cached(
        "SELECT contact, last_sequence, last_message FROM private_conversations
         WHERE user = ?1 AND last_message < ?2 ORDER BY last_message DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![user, before, limit], |row| {
        Ok((row.get(0)?, Last { sequence: row.get(1)?, message: row.get(2)? }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The contacts with whom there is a message above another.
pub(in crate::store::embedded) fn list_since(connection: &Connection, user: i64, message: i64) -> Result<Vec<i64>> {
    let mut statement =
        connection.prepare_cached("SELECT contact FROM private_conversations WHERE user = ?1 AND last_message > ?2")?;
    Ok(statement.query_map([user, message], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The users of a private message, each with the other; for a note to oneself that is one.
fn sides(entry: &Entry) -> impl Iterator<Item = (i64, i64)> {
    let (sender, target) = (entry.sender, entry.target);
    let both = (target >= 0).then_some([(sender, target), (target, sender)]);
    both.into_iter().flatten().take(if sender == target { 1 } else { 2 })
}
