//! Names that senders give their messages, so that one that is sent again is not stored again.

use rusqlite::{Connection, OptionalExtension, params};

use super::insert_within;
use crate::{
    model::{
        MessageId, Timestamp, UserId,
        message::{Insertion, Message},
    },
    store::{Result, embedded::engine::Write},
};

/// More go with each new one than come, so the table shrinks to those that count.
const FORGOTTEN: u32 = 4;

/// The key is dated by the server: the message may have a date of its sender.
pub(super) fn insert(
    write: &mut Write<'_>,
    message: &Message,
    key: &str,
    (oldest, now): (Timestamp, Timestamp),
) -> Result<Insertion> {
    if let Some(id) = find(write.connection, message.sender, key, oldest)? {
        return Ok(Insertion::Repeated(id));
    }
    let sequence = insert_within(write, message)?;
    write
        .connection
        .prepare_cached(
            "DELETE FROM message_keys WHERE (sender, key) IN (
                 SELECT sender, key FROM message_keys WHERE date < ?1 ORDER BY date LIMIT ?2)",
        )?
        .execute(params![oldest.0, FORGOTTEN])?;
    remember(write.connection, message, key, now)?;
    Ok(Insertion::Stored(sequence))
}

pub(super) fn remember(connection: &Connection, message: &Message, key: &str, now: Timestamp) -> Result<()> {
    connection.prepare_cached("INSERT OR REPLACE INTO message_keys VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        message.sender.0,
        key,
        message.id.0,
        now.0
    ])?;
    Ok(())
}

/// One that is held as well, however long ago.
pub(super) fn find(connection: &Connection, sender: UserId, key: &str, oldest: Timestamp) -> Result<Option<MessageId>> {
    let mut statement = connection.prepare_cached(
        "SELECT message FROM message_keys WHERE sender = ?1 AND key = ?2 AND date >= ?3
         UNION ALL SELECT id FROM held_messages WHERE sender = ?1 AND key = ?2 LIMIT 1",
    )?;
    Ok(statement.query_row(params![sender.0, key, oldest.0], |row| row.get(0)).optional()?.map(MessageId))
}
