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
        let through = self.readers.run(move |connection| purgeable(connection, retention)).await?;
        self.writer.run(move |write| purge(write.connection, through, limit)).await
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

/// The position up to which events need not be kept.
fn purgeable(connection: &Connection, retention: OutboxRetention) -> Result<i64> {
    let replayed = before(connection, retention.replay)?;
    let waited_for = before(connection, retention.wait)?;
    Ok(waited_for.max(replayed.min(retention.taken.0)))
}

/// The position before the first event in the order of dates from this one on, by a look into the index. Where the
/// clock stepped back, events go too early by that step; so one that went wrong by years keeps none for years.
fn before(connection: &Connection, date: Timestamp) -> Result<i64> {
    let mut statement =
        connection.prepare_cached("SELECT last FROM outbox WHERE date >= ?1 ORDER BY date, last LIMIT 1")?;
    let first: Option<i64> = statement.query_row([date.0], |row| row.get(0)).optional()?;
    Ok(first.map_or(i64::MAX, |first| first - 1))
}

/// The last row stays in any case. No row is stepped over: all up to there go.
fn purge(connection: &Connection, through: i64, limit: u32) -> Result<usize> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM outbox WHERE last IN (
             SELECT last FROM outbox WHERE last <= ?1 AND last < (SELECT max(last) FROM outbox)
             ORDER BY last LIMIT ?2)",
    )?;
    Ok(statement.execute(params![through, limit])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded::steps;

    fn database(rows: &str) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE outbox (last INTEGER PRIMARY KEY, date INTEGER NOT NULL, kind TEXT, data BLOB);
             CREATE INDEX outbox_by_date ON outbox (date);";
        connection.execute_batch(&format!("{tables} INSERT INTO outbox {rows};")).unwrap();
        connection
    }

    fn retention(taken: i64, replay: i64, wait: i64) -> OutboxRetention {
        OutboxRetention { taken: OutboxPosition(taken), replay: Timestamp(replay), wait: Timestamp(wait) }
    }

    #[test]
    fn a_purge_steps_over_nothing_that_stays() {
        let connection = database(
            "SELECT value, value, 'kind', zeroblob(100) FROM (
                 WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 50000)
                 SELECT value FROM n)",
        );
        let delete = |_| {
            let through = purgeable(&connection, retention(15, 40_000, 10)).unwrap();
            purge(&connection, through, 10).unwrap()
        };
        let (deleted, steps) = steps::count(&connection, || [(); 3].map(delete));
        assert_eq!(deleted, [10, 5, 0]);
        assert!(steps < 20, "{steps} hundred steps of SQLite's machine");
    }

    #[test]
    fn a_clock_that_was_wrong_keeps_nothing_for_years() {
        let connection =
            database("VALUES (1, 10, 'a', x''), (2, 9000, 'b', x''), (3, 12, 'c', x''), (4, 30, 'd', x'')");
        assert_eq!(purgeable(&connection, retention(0, 0, 20)).unwrap(), 3);
        assert_eq!(purge(&connection, 3, 10).unwrap(), 3);
    }
}
