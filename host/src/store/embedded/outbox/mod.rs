//! The outbox: rows that the writer adds to its commits, and the cursors of plugins.

mod entry;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tokio::sync::watch;

pub(super) use self::entry::{Outbox, OutboxFeed};
use super::{
    EmbeddedStore,
    rows::{column, date},
};
use crate::{
    model::{
        MessageId, OutboxPosition, Timestamp,
        outbox::{Change, Changes, Cursor, NewEvent, OutboxEntry, OutboxEvent, OutboxRetention},
    },
    store::{Error, OutboxStore, Result},
};

#[async_trait]
impl OutboxStore for EmbeddedStore {
    fn enter_changes(&self, wanted: Changes) {
        self.outbox.enter_changes(wanted);
    }

    fn outbox_end(&self) -> watch::Receiver<OutboxPosition> {
        self.outbox.end()
    }

    async fn insert_events(&self, events: Vec<NewEvent>) -> Result<()> {
        self.writer
            .run(move |write| {
                events.into_iter().for_each(|event| write.outbox.event(event));
                Ok(())
            })
            .await
    }

    async fn list_events(&self, after: OutboxPosition, limit: u32) -> Result<Vec<OutboxEntry>> {
        // What is committed and not told of yet is left out: the caches may still hold what was there before.
        let end = *self.outbox.end().borrow();
        self.readers.run(move |connection| list(connection, (after.0, end.0), limit as usize)).await
    }

    async fn find_position(&self, date: Timestamp) -> Result<OutboxPosition> {
        self.readers.run(move |connection| Ok(OutboxPosition(find_position(connection, date)?))).await
    }

    async fn list_cursors(&self) -> Result<Vec<Cursor>> {
        self.readers
            .run(|connection| {
                let mut statement =
                    connection.prepare_cached("SELECT plugin, position FROM cursors ORDER BY plugin")?;
                let rows = statement
                    .query_map([], |row| Ok(Cursor { plugin: row.get(0)?, position: OutboxPosition(row.get(1)?) }))?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    async fn upsert_cursor(&self, cursor: Cursor) -> Result<()> {
        self.writer
            .run(move |write| {
                let mut statement =
                    write.connection.prepare_cached("INSERT OR REPLACE INTO cursors VALUES (?1, ?2)")?;
                statement.execute(params![cursor.plugin, cursor.position.0])?;
                Ok(())
            })
            .await
    }

    async fn delete_cursor(&self, plugin: &str) -> Result<bool> {
        let plugin = plugin.to_owned();
        self.writer
            .run(move |write| {
                Ok(write.connection.prepare_cached("DELETE FROM cursors WHERE plugin = ?1")?.execute([plugin])? > 0)
            })
            .await
    }

    async fn purge_events(&self, retention: OutboxRetention, limit: u32) -> Result<usize> {
        self.writer.run(move |write| purge(write.connection, retention, limit)).await
    }
}

fn list(connection: &Connection, (after, end): (i64, i64), limit: usize) -> Result<Vec<OutboxEntry>> {
    let mut statement = connection
        .prepare_cached("SELECT last, date, kind, data FROM outbox WHERE last > ?1 AND last <= ?2 ORDER BY last")?;
    let mut rows = statement.query([after, end])?;
    let mut entries = Vec::new();
    while entries.len() < limit
        && let Some(row) = rows.next()?
    {
        let is_first = entries.is_empty();
        read(row, &mut entries)?;
        if is_first {
            // Of its run, some may have come before.
            entries.retain(|entry: &OutboxEntry| entry.position.0 > after);
        }
    }
    entries.truncate(limit);
    Ok(entries)
}

fn read(row: &Row<'_>, entries: &mut Vec<OutboxEntry>) -> Result<()> {
    let (last, date) = (column::<i64>(row, 0)?, date(row, 1)?);
    let data = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
    if let Some(kind) = column::<Option<String>>(row, 2)? {
        let event = if kind == entry::CHANGE {
            let corrupt = |error: serde_json::Error| Error::Corrupt(format!("a change in the outbox: {error}"));
            OutboxEvent::Changed(serde_json::from_slice(data).map_err(corrupt)?)
        } else {
            OutboxEvent::Other(NewEvent { kind, payload: data.to_vec().into() })
        };
        entries.push(OutboxEntry { position: OutboxPosition(last), date, event });
        return Ok(());
    }
    let (ids, []) = data.as_chunks::<{ size_of::<i64>() }>() else {
        return Err(Error::Corrupt("a run of messages in the outbox".into()));
    };
    let first = last - i64::try_from(ids.len()).unwrap_or(i64::MAX) + 1;
    entries.extend((first..).zip(ids).map(|(position, id)| OutboxEntry {
        position: OutboxPosition(position),
        date,
        event: OutboxEvent::Changed(Change::MessageStored(MessageId(i64::from_be_bytes(*id)))),
    }));
    Ok(())
}

/// Rows are in the order of their dates, unless the clock stepped back; then rather too much is replayed.
fn find_position(connection: &Connection, date: Timestamp) -> Result<i64> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(
             (SELECT max(last) FROM outbox WHERE last < (SELECT min(last) FROM outbox WHERE date >= ?1)),
             (SELECT 0 WHERE EXISTS (SELECT 1 FROM outbox WHERE date >= ?1)),
             (SELECT max(last) FROM outbox), 0)",
    )?;
    Ok(statement.query_row([date.0], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn purge(connection: &Connection, retention: OutboxRetention, limit: u32) -> Result<usize> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM outbox WHERE last IN (
             SELECT last FROM outbox
             WHERE ((last <= ?1 AND date < ?2) OR date < ?3) AND last < (SELECT max(last) FROM outbox)
             ORDER BY last LIMIT ?4)",
    )?;
    Ok(statement.execute(params![retention.taken.0, retention.replay.0, retention.wait.0, limit])?)
}
