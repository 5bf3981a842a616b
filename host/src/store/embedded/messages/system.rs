//! The indexes of system messages by target and by pair. They are few, so their entries are written with them, and a
//! page of nothing else need not look for them among all the others.

use rusqlite::Connection;

use super::index::{Entry, is_private};
use crate::store::Result;

pub(super) fn insert(connection: &Connection, entry: &Entry) -> Result<()> {
    let Entry { target, sender, date, id, .. } = *entry;
    connection
        .prepare_cached("INSERT INTO system_messages_by_target VALUES (?1, ?2, ?3)")?
        .execute([target, date, id])?;
    if is_private(entry) {
        connection
            .prepare_cached("INSERT INTO system_messages_by_pair VALUES (?1, ?2, ?3, ?4)")?
            .execute([sender, target, date, id])?;
    }
    Ok(())
}

pub(super) fn delete(connection: &Connection, entry: &Entry) -> Result<()> {
    let Entry { target, sender, date, id, .. } = *entry;
    connection
        .prepare_cached("DELETE FROM system_messages_by_target WHERE target = ?1 AND delivery_date = ?2 AND id = ?3")?
        .execute([target, date, id])?;
    connection
        .prepare_cached(
            "DELETE FROM system_messages_by_pair WHERE sender = ?1 AND target = ?2 AND delivery_date = ?3 AND id = ?4",
        )?
        .execute([sender, target, date, id])?;
    Ok(())
}
