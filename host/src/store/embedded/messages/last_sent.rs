//! When users sent their last message to a target.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, OptionalExtension};

use super::index::Recent;
use crate::{
    model::{GroupId, Timestamp, UserId},
    store::Result,
};

/// `target` is a key of the indexes.
pub(super) fn list(
    connection: &Connection,
    recent: &Recent,
    target: i64,
    senders: &[UserId],
) -> Result<Vec<(UserId, Timestamp)>> {
    let senders: HashSet<i64> = senders.iter().map(|sender| sender.0).collect();
    let mut last = BTreeMap::new();
    let mut note = |sender: i64, date: i64| {
        let noted = last.entry(UserId(sender)).or_insert(Timestamp(date));
        *noted = Timestamp(date).max(*noted);
    };
    // The recent ones before the database: what leaves the one in between is in the other by then.
    for entry in recent.list(|entry| entry.target == target && senders.contains(&entry.sender)) {
        note(entry.sender, entry.date);
    }
    for sender in senders {
        if let Some(date) = indexed(connection, target, sender)? {
            note(sender, date);
        }
    }
    Ok(last.into_iter().collect())
}

/// What the index knows of one sender.
pub(super) fn indexed(connection: &Connection, target: i64, sender: i64) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached(if target < 0 {
        "SELECT delivery_date FROM group_senders WHERE sender = ?1 AND target = ?2"
    } else {
        "SELECT delivery_date FROM messages_by_pair WHERE sender = ?1 AND target = ?2 ORDER BY delivery_date DESC LIMIT 1"
    })?;
    Ok(statement.query_row([sender, target], |row| row.get(0)).optional()?)
}

/// Nobody asks for a group that is gone. The index may still bring some back that are on their way into it; those go
/// with the group's last message.
pub(in crate::store::embedded) fn delete_group(connection: &Connection, group: GroupId) -> Result<()> {
    forget(connection, -group.0)
}

/// `target` is the key of a group.
pub(super) fn forget(connection: &Connection, target: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM group_senders WHERE target = ?1")?.execute([target])?;
    Ok(())
}
