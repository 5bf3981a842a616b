//! The key-value stores of plugins.

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    EmbeddedStore,
    engine::{
        Stale, Write,
        cache::{KvEntry, KvKey, KvKeyRef},
        load,
    },
    rows::{count, optional_date},
};
use crate::{
    model::{Timestamp, kv::Written},
    store::{KvStore, Result},
};

/// Expired entries that one insertion removes at most: more than it adds, so that they cannot pile up.
const SWEEP: i64 = 4;
/// Expired entries that are removed at most to make room for a write, which the others of its commit wait for.
const CLEARED: i64 = 1000;

/// The index holds only what expires, by plugin, so that nothing else is read.
const SWEEP_EXPIRED: &str = "DELETE FROM kv WHERE plugin = ?1 AND key IN (
    SELECT key FROM kv INDEXED BY kv_by_expiry
    WHERE plugin = ?1 AND expires IS NOT NULL AND expires <= ?3 AND key <> ?2 LIMIT ?4)";

#[async_trait]
impl KvStore for EmbeddedStore {
    async fn kv_find(&self, plugin: &str, key: &str, now: Timestamp) -> Result<Option<Bytes>> {
        let entry = match self.caches.kv.get(&KvKeyRef { plugin, key }) {
            Some(entry) => entry,
            None => {
                let key = KvKey::new(plugin, key);
                let read = key.clone();
                load(&self.caches.kv, &key, self.readers.run(move |connection| find(connection, &read))).await?
            }
        };
        Ok(entry.filter(|entry| entry.is_live(now)).map(|entry| entry.value))
    }

    async fn kv_insert(
        &self,
        plugin: &str,
        key: &str,
        value: Bytes,
        expires: Option<Timestamp>,
        quota: u64,
    ) -> Result<Written> {
        let key = KvKey::new(plugin, key);
        let now = self.clock.now();
        self.writer
            .run(move |write| {
                sweep(write.connection, &key, now, SWEEP)?;
                if !fits(write.connection, &key, value.len(), quota, now)? {
                    return Ok(Written::Full);
                }
                upsert(write, key, &KvEntry { value, expires })?;
                Ok(Written::Done)
            })
            .await
    }

    async fn kv_delete(&self, plugin: &str, key: &str, now: Timestamp) -> Result<bool> {
        let key = KvKey::new(plugin, key);
        self.writer
            .run(move |write| {
                let was_live = find(write.connection, &key)?.is_some_and(|entry| entry.is_live(now));
                delete(write, key)?;
                Ok(was_live)
            })
            .await
    }

    async fn kv_compare_and_set(
        &self,
        plugin: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: Option<Bytes>,
        now: Timestamp,
        quota: u64,
    ) -> Result<Written> {
        let key = KvKey::new(plugin, key);
        let expected = expected.map(<[u8]>::to_vec);
        self.writer
            .run(move |write| {
                let found = find(write.connection, &key)?.filter(|entry| entry.is_live(now));
                if found.as_ref().map(|entry| &entry.value[..]) != expected.as_deref() {
                    return Ok(Written::Differs);
                }
                let expires = found.and_then(|entry| entry.expires);
                match value {
                    Some(value) if !fits(write.connection, &key, value.len(), quota, now)? => return Ok(Written::Full),
                    Some(value) => upsert(write, key, &KvEntry { value, expires })?,
                    None => delete(write, key)?,
                }
                Ok(Written::Done)
            })
            .await
    }

    async fn kv_list(
        &self,
        plugin: &str,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<String>> {
        let (plugin, prefix, after) = (plugin.to_owned(), prefix.to_owned(), after.map(str::to_owned));
        self.readers.run(move |connection| list(connection, &plugin, &prefix, after.as_deref(), limit, now)).await
    }

    async fn kv_sizes(&self) -> Result<Vec<(String, i64)>> {
        self.readers
            .run(|connection| {
                let mut statement = connection.prepare_cached("SELECT plugin, bytes FROM kv_totals ORDER BY plugin")?;
                let sizes = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(sizes.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    async fn kv_clear(&self, plugin: &str) -> Result<()> {
        let plugin = plugin.to_owned();
        self.writer
            .run(move |write| {
                write.connection.prepare_cached("DELETE FROM kv WHERE plugin = ?1")?.execute([plugin])?;
                write.stale.push(Stale::AllKv);
                Ok(())
            })
            .await
    }
}

impl KvEntry {
    fn is_live(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| expires > now)
    }
}

/// An expired entry is found as well.
fn find(connection: &Connection, key: &KvKey) -> Result<Option<KvEntry>> {
    let mut statement = connection.prepare_cached("SELECT value, expires FROM kv WHERE plugin = ?1 AND key = ?2")?;
    let mut rows = statement.query([&key.plugin, &key.key])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(KvEntry { value: Bytes::from(row.get::<_, Vec<u8>>(0)?), expires: optional_date(row, 1)? }))
}

fn upsert(write: &mut Write<'_>, key: KvKey, entry: &KvEntry) -> Result<()> {
    let mut statement = write.connection.prepare_cached(
        // No `OR REPLACE`, which would pass the triggers by.
        "INSERT INTO kv VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET value = excluded.value, expires = excluded.expires",
    )?;
    statement.execute(params![key.plugin, key.key, &entry.value[..], entry.expires.map(|date| date.0)])?;
    write.stale.push(Stale::Kv(key));
    Ok(())
}

fn delete(write: &mut Write<'_>, key: KvKey) -> Result<()> {
    write
        .connection
        .prepare_cached("DELETE FROM kv WHERE plugin = ?1 AND key = ?2")?
        .execute([&key.plugin, &key.key])?;
    write.stale.push(Stale::Kv(key));
    Ok(())
}

/// Whether the plugin may keep a value of this length there. When there is no room, what has expired makes some first.
fn fits(connection: &Connection, key: &KvKey, length: usize, quota: u64, now: Timestamp) -> Result<bool> {
    let quota = i64::try_from(quota).unwrap_or(i64::MAX);
    let more = count(key.key.len() + length) - size_of_entry(connection, key)?;
    let is_room = || Ok::<_, crate::store::Error>(size(connection, &key.plugin)?.saturating_add(more) <= quota);
    Ok(more <= 0 || is_room()? || (sweep(connection, key, now, CLEARED)? > 0 && is_room()?))
}

/// 0 without an entry. Neither length is told by reading what it is of.
fn size_of_entry(connection: &Connection, key: &KvKey) -> Result<i64> {
    let mut statement =
        connection.prepare_cached("SELECT octet_length(key) + length(value) FROM kv WHERE plugin = ?1 AND key = ?2")?;
    Ok(statement.query_row([&key.plugin, &key.key], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn size(connection: &Connection, plugin: &str) -> Result<i64> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM kv_totals WHERE plugin = ?1")?;
    Ok(statement.query_row([plugin], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Removes some expired entries of the plugin beside the one with this key, and answers how many. What the cache holds
/// of them is expired there, too.
fn sweep(connection: &Connection, key: &KvKey, now: Timestamp, limit: i64) -> Result<usize> {
    let mut statement = connection.prepare_cached(SWEEP_EXPIRED)?;
    Ok(statement.execute(params![key.plugin, key.key, now.0, limit])?)
}

fn list(
    connection: &Connection,
    plugin: &str,
    prefix: &str,
    after: Option<&str>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT key FROM kv WHERE plugin = ?1 AND key >= ?2 AND (expires IS NULL OR expires > ?3) ORDER BY key",
    )?;
    // Keys sort by their bytes, here and there. The first of those that share the prefix is the prefix itself.
    let first = after.map_or(prefix, |after| after.max(prefix));
    let mut rows = statement.query(params![plugin, first, now.0])?;
    let mut keys = Vec::new();
    while keys.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        let key: String = row.get(0)?;
        if !key.starts_with(prefix) {
            break;
        }
        if after != Some(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        store::{
            conformance::NOW,
            embedded::{Options, steps},
        },
    };

    #[tokio::test]
    async fn a_write_at_the_quota_reads_no_other_entries() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open(directory.path(), Options::default(), Clock::fake(NOW)).unwrap();
        let fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
             INSERT INTO kv SELECT column1, i || '', zeroblob(90), iif(column1 = 'others', 1, NULL)
             FROM n CROSS JOIN (VALUES ('full'), ('others'))";
        let written = store.writer.run(move |write| {
            write.connection.execute(fill, [])?;
            let quota = u64::try_from(size(write.connection, "full")?).unwrap_or(0);
            let fits = |key, length| fits(write.connection, &KvKey::new("full", key), length, quota, NOW);
            Ok(steps::count(write.connection, || (fits("7", 90), fits("7", 91), fits("new", 1))))
        });
        let ((same, longer, new), steps) = written.await.unwrap();
        assert_eq!((same.unwrap(), longer.unwrap(), new.unwrap()), (true, false, false));
        assert!(steps < 10, "{steps} hundred steps of SQLite's machine");
    }

    #[tokio::test]
    async fn what_has_expired_makes_room_piece_by_piece() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open(directory.path(), Options::default(), Clock::fake(NOW)).unwrap();
        let left = store.writer.run(|write| {
            let fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
                 INSERT INTO kv SELECT 'p', i || '', zeroblob(10), 1 FROM n";
            write.connection.execute(fill, [])?;
            let is_room = fits(write.connection, &KvKey::new("p", "new"), 100, 1000, NOW)?;
            let again = fits(write.connection, &KvKey::new("p", "new"), 100, 1000, NOW)?;
            let left = write.connection.query_row("SELECT count(*) FROM kv", [], |row| row.get::<_, i64>(0))?;
            Ok((is_room, again, left))
        });
        assert_eq!(left.await.unwrap(), (false, true, 0));
    }
}
