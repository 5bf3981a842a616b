//! Deleting old messages for good. Only what is indexed is deleted, so that nothing is indexed that is gone.

use rusqlite::{Connection, params};

use super::{REACTED, SYSTEM, contacts, index::Entry, last_sent, runs, sequences::Conversation, system};
use crate::{
    model::MessageId,
    store::{Result, embedded::engine::Write},
};

pub(super) enum Step {
    Deleted(usize),
    /// Some of them are not indexed yet. Each further step brings that on.
    Unindexed,
}

pub(super) fn step(write: &mut Write<'_>, below: MessageId, limit: usize) -> Result<Step> {
    let connection = write.connection;
    let through: i64 =
        connection.prepare_cached("SELECT indexed_through FROM message_index")?.query_row([], |row| row.get(0))?;
    let old = old(connection, below, limit)?;
    if old.last().is_some_and(|(entry, _)| entry.id > through) {
        write.indexer.hurry();
        return Ok(Step::Unindexed);
    }
    for (entry, flags) in &old {
        delete(connection, entry, *flags, below)?;
    }
    if !old.is_empty() {
        write.indexer.wake_search();
    }
    Ok(Step::Deleted(old.len()))
}

/// By id, with their flags.
fn old(connection: &Connection, below: MessageId, limit: usize) -> Result<Vec<(Entry, i64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT target, sender, delivery_date, id, sequence, flags FROM messages
         WHERE id < ?1 AND id < (SELECT max(id) FROM messages) ORDER BY id LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map([below.0, limit], |row| {
        let (target, sender, date) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let entry = Entry { target, sender, date, id: row.get(3)?, sequence: row.get(4)? };
        Ok((entry, row.get::<_, i64>(5)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn delete(connection: &Connection, entry: &Entry, flags: i64, below: MessageId) -> Result<()> {
    let Entry { target, sender, date, id, sequence } = *entry;
    connection.prepare_cached("DELETE FROM messages WHERE id = ?1")?.execute([id])?;
    connection
        .prepare_cached("DELETE FROM messages_by_target WHERE target = ?1 AND delivery_date = ?2 AND id = ?3")?
        .execute([target, date, id])?;
    connection
        .prepare_cached(
            "DELETE FROM messages_by_pair WHERE sender = ?1 AND target = ?2 AND delivery_date = ?3 AND id = ?4",
        )?
        .execute([sender, target, date, id])?;
    contacts::step_back(connection, entry)?;
    if target < 0 && !has_messages(connection, target)? {
        last_sent::forget(connection, target)?;
    }
    if flags & SYSTEM != 0 {
        system::delete(connection, entry)?;
    }
    if flags & REACTED != 0 {
        connection.prepare_cached("DELETE FROM message_reactions WHERE message = ?1")?.execute([id])?;
    }
    delete_runs(connection, entry.conversation(), sequence, below)
}

/// As the index knows it, which is written before who sent what.
fn has_messages(connection: &Connection, target: i64) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM messages_by_target WHERE target = ?1")?.exists([target])?)
}

/// The runs up to a sequence that hold nothing younger: a message that was held has an old id among young ones. The
/// last run stays, because it tells the last place; who reads it passes over what is gone.
fn delete_runs(connection: &Connection, conversation: Conversation, sequence: i64, below: MessageId) -> Result<()> {
    let Conversation { first, second } = conversation;
    let mut statement = connection.prepare_cached(
        "SELECT last, ids FROM messages_by_sequence WHERE first = ?1 AND second = ?2 AND last <= ?3
         AND last < (SELECT max(last) FROM messages_by_sequence WHERE first = ?1 AND second = ?2)",
    )?;
    let mut rows = statement.query(params![first, second, sequence])?;
    let mut old = Vec::new();
    while let Some(row) = rows.next()? {
        let last: i64 = row.get(0)?;
        let ids = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        if runs::read(last, ids)?.all(|(_, id)| id < below.0) {
            old.push(last);
        }
    }
    let mut delete =
        connection.prepare_cached("DELETE FROM messages_by_sequence WHERE first = ?1 AND second = ?2 AND last = ?3")?;
    for last in old {
        delete.execute([first, second, last])?;
    }
    Ok(())
}
