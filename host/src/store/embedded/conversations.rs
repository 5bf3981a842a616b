//! How far conversations have been read.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    EmbeddedStore,
    messages::key,
    rows::{column, date, json},
};
use crate::{
    model::{GroupId, Timestamp, UserId, conversation::ReadDateChange, message::Target, outbox::Change},
    store::{ConversationStore, Error, Result},
};

#[async_trait]
impl ConversationStore for EmbeddedStore {
    async fn list_read_dates(&self, conversation: Target, readers: &[UserId]) -> Result<Vec<(UserId, Timestamp)>> {
        let Some(conversation) = key(conversation) else { return Ok(Vec::new()) };
        let readers = json(readers.iter().map(|reader| reader.0));
        self.readers.run(move |connection| list(connection, conversation, &readers)).await
    }

    async fn set_read_date(
        &self,
        reader: UserId,
        conversation: Target,
        date: Timestamp,
        allow_moving_back: bool,
    ) -> Result<ReadDateChange> {
        let found = key(conversation).ok_or_else(|| Error::Engine("a conversation's id must be positive".into()))?;
        self.writer
            .run(move |write| {
                let change = set(write.connection, found, reader, date, allow_moving_back)?;
                if change == ReadDateChange::Changed {
                    write.outbox.changed(Change::ConversationRead { reader, conversation, read_date: date });
                }
                Ok(change)
            })
            .await
    }
}

fn list(connection: &Connection, conversation: i64, readers: &str) -> Result<Vec<(UserId, Timestamp)>> {
    let mut statement = connection.prepare_cached(
        "SELECT reader, read_date FROM read_dates
         WHERE conversation = ?1 AND reader IN (SELECT value FROM json_each(?2)) ORDER BY reader",
    )?;
    let mut rows = statement.query(params![conversation, readers])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((UserId(column(row, 0)?), date(row, 1)?));
    }
    Ok(found)
}

fn set(
    connection: &Connection,
    conversation: i64,
    reader: UserId,
    date: Timestamp,
    allow_moving_back: bool,
) -> Result<ReadDateChange> {
    let old: Option<i64> = connection
        .prepare_cached("SELECT read_date FROM read_dates WHERE conversation = ?1 AND reader = ?2")?
        .query_row([conversation, reader.0], |row| row.get(0))
        .optional()?;
    match old {
        Some(old) if old == date.0 => return Ok(ReadDateChange::Unchanged),
        Some(old) if old > date.0 && !allow_moving_back => return Ok(ReadDateChange::Refused),
        Some(_) | None => {}
    }
    connection.prepare_cached("INSERT OR REPLACE INTO read_dates VALUES (?1, ?2, ?3)")?.execute([
        conversation,
        reader.0,
        date.0,
    ])?;
    Ok(ReadDateChange::Changed)
}

/// Nobody reads in a group that is gone.
pub(super) fn delete_group(connection: &Connection, group: GroupId) -> Result<()> {
    connection.prepare_cached("DELETE FROM read_dates WHERE conversation = ?1")?.execute([-group.0])?;
    Ok(())
}
