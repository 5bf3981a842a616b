//! Messages that are held: rows of their own, in no index of messages.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{insert_within, key, keys, records, target};
use crate::{
    model::{
        MessageId, Sequence, Timestamp, UserId,
        held::{HeldMessage, HeldQuery, HeldQuota, Hold, Holding},
        message::{Draft, Message},
    },
    store::{
        Error, HeldStore, Result,
        embedded::{
            EmbeddedStore,
            engine::Write,
            rows::{column, count, date, optional_date},
        },
    },
};

const COLUMNS: &str =
    "id, sender, target, text, records, burn_after, delivery_date, previous, forwarded_from, hop, key,
    plugin, reason, until, date";

#[async_trait]
impl HeldStore for EmbeddedStore {
    async fn hold_message(&self, message: HeldMessage, quota: HeldQuota, oldest: Timestamp) -> Result<Holding> {
        self.writer.run(move |write| hold(write.connection, &message, quota, oldest)).await
    }

    async fn change_held_message(&self, message: HeldMessage, before: &Hold) -> Result<bool> {
        let before = before.clone();
        self.writer
            .run(move |write| {
                let is_held = delete(write.connection, message.id, &before)?.is_some();
                if is_held {
                    insert(write.connection, &message)?;
                }
                Ok(is_held)
            })
            .await
    }

    async fn find_held_message(&self, id: MessageId) -> Result<Option<HeldMessage>> {
        self.readers
            .run(move |connection| {
                let query = format!("SELECT {COLUMNS} FROM held_messages WHERE id = ?1");
                Ok(list(connection, &query, [id.0])?.pop())
            })
            .await
    }

    async fn list_held_messages(&self, query: &HeldQuery) -> Result<Vec<HeldMessage>> {
        let HeldQuery { plugin, after, limit } = query.clone();
        let after = after.map_or(i64::MIN, |id| id.0);
        self.readers
            .run(move |connection| {
                let of_plugin = if plugin.is_some() { "plugin = ?1 AND" } else { "?1 IS NULL AND" };
                let query =
                    format!("SELECT {COLUMNS} FROM held_messages WHERE {of_plugin} id > ?2 ORDER BY id LIMIT ?3");
                list(connection, &query, params![plugin, after, limit])
            })
            .await
    }

    fn release_held_message(&self, message: Arc<Message>, hold: Hold) -> BoxFuture<'_, Result<Option<Sequence>>> {
        let now = self.clock.now();
        Box::pin(self.writer.run_in_order(move |write| release(write, &message, &hold, now)))
    }

    async fn delete_held_message(&self, id: MessageId, hold: &Hold) -> Result<bool> {
        let hold = hold.clone();
        self.writer.run(move |write| Ok(delete(write.connection, id, &hold)?.is_some())).await
    }

    async fn list_overdue_messages(&self, now: Timestamp, limit: u32) -> Result<Vec<HeldMessage>> {
        self.readers
            .run(move |connection| {
                let query =
                    format!("SELECT {COLUMNS} FROM held_messages WHERE until <= ?1 ORDER BY until, id LIMIT ?2");
                list(connection, &query, params![now.0, limit])
            })
            .await
    }
}

fn hold(connection: &Connection, message: &HeldMessage, quota: HeldQuota, oldest: Timestamp) -> Result<Holding> {
    if let Some(name) = &message.key
        && let Some(sent) = keys::find(connection, message.sender, name, oldest)?
    {
        return Ok(Holding::Repeated(sent));
    }
    let mut totals = connection.prepare_cached("SELECT messages, bytes FROM held_totals WHERE plugin = ?1")?;
    let totals = totals.query_row([&message.hold.plugin], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let (messages, bytes) = totals.optional()?.unwrap_or_default();
    let records: usize = message.draft.records.iter().map(Bytes::len).sum();
    let size = count(message.draft.text.as_ref().map_or(0, String::len) + records);
    if messages >= quota.messages || bytes.saturating_add(size) > quota.bytes {
        return Ok(Holding::Full);
    }
    let mut of_sender = connection.prepare_cached("SELECT count(*) FROM held_messages WHERE sender = ?1")?;
    if of_sender.query_row([message.sender.0], |row| row.get::<_, i64>(0))? >= quota.of_sender {
        return Ok(Holding::SenderFull);
    }
    insert(connection, message)?;
    Ok(Holding::Held)
}

fn insert(connection: &Connection, message: &HeldMessage) -> Result<()> {
    let HeldMessage { id, sender, draft, key: name, hold, date } = message;
    let target = key(draft.target).ok_or_else(|| Error::Engine("a message's target must not be negative".into()))?;
    let query = format!(
        "INSERT INTO held_messages ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
    );
    connection.prepare_cached(&query)?.execute(params![
        id.0,
        sender.0,
        target,
        draft.text,
        records::encode(&draft.records),
        draft.burn_after,
        draft.delivery_date.map(|date| date.0),
        draft.previous.map(|id| id.0),
        draft.forwarded_from.map(|id| id.0),
        draft.hop,
        name,
        hold.plugin,
        hold.reason,
        hold.until.0,
        date.0,
    ])?;
    Ok(())
}

/// The key of the message that was held so; `None` when there was none.
fn delete(connection: &Connection, id: MessageId, hold: &Hold) -> Result<Option<Option<String>>> {
    let mut statement = connection
        .prepare_cached("DELETE FROM held_messages WHERE id = ?1 AND plugin = ?2 AND until = ?3 RETURNING key")?;
    Ok(statement.query_row(params![id.0, hold.plugin, hold.until.0], |row| row.get(0)).optional()?)
}

fn release(write: &mut Write<'_>, message: &Message, hold: &Hold, now: Timestamp) -> Result<Option<Sequence>> {
    let Some(name) = delete(write.connection, message.id, hold)? else { return Ok(None) };
    let sequence = insert_within(write, message)?;
    if let Some(name) = name {
        keys::remember(write.connection, message, &name, now)?;
    }
    Ok(Some(sequence))
}

fn list(connection: &Connection, query: &str, parameters: impl rusqlite::Params) -> Result<Vec<HeldMessage>> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The columns are [`COLUMNS`].
fn read(row: &Row<'_>) -> Result<HeldMessage> {
    let records: Option<&[u8]> = row.get_ref(4)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    Ok(HeldMessage {
        id: MessageId(column(row, 0)?),
        sender: UserId(column(row, 1)?),
        draft: Draft {
            target: target(column(row, 2)?),
            text: column(row, 3)?,
            records: records.map_or(Ok(Vec::<Bytes>::new()), records::decode)?,
            burn_after: column(row, 5)?,
            delivery_date: optional_date(row, 6)?,
            previous: column::<Option<i64>>(row, 7)?.map(MessageId),
            forwarded_from: column::<Option<i64>>(row, 8)?.map(MessageId),
            attributes: Vec::new(),
            hop: column(row, 9)?,
        },
        key: column(row, 10)?,
        hold: Hold { plugin: column(row, 11)?, reason: column(row, 12)?, until: date(row, 13)? },
        date: date(row, 14)?,
    })
}
