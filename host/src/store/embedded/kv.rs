//! The key-value stores of plugins.

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, params};

use super::{
    EmbeddedStore,
    engine::{
        Stale, Write,
        cache::{KvEntry, KvKey, KvKeyRef},
        load,
    },
    rows::optional_date,
};
use crate::{
    model::Timestamp,
    store::{KvStore, Result},
};

/// Expired entries that one insertion removes at most: more than it adds, so that they cannot pile up.
const SWEEP: i64 = 4;

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

    async fn kv_insert(&self, plugin: &str, key: &str, value: Bytes, expires: Option<Timestamp>) -> Result<()> {
        let key = KvKey::new(plugin, key);
        let now = self.clock.now();
        self.writer
            .run(move |write| {
                sweep(write, now)?;
                upsert(write, key, &KvEntry { value, expires })
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
    ) -> Result<bool> {
        let key = KvKey::new(plugin, key);
        let expected = expected.map(<[u8]>::to_vec);
        self.writer
            .run(move |write| {
                let found = find(write.connection, &key)?.filter(|entry| entry.is_live(now));
                if found.as_ref().map(|entry| &entry.value[..]) != expected.as_deref() {
                    return Ok(false);
                }
                let expires = found.and_then(|entry| entry.expires);
                match value {
                    Some(value) => upsert(write, key, &KvEntry { value, expires })?,
                    None => delete(write, key)?,
                }
                Ok(true)
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
    let mut statement = write.connection.prepare_cached("INSERT OR REPLACE INTO kv VALUES (?1, ?2, ?3, ?4)")?;
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

/// Removes some expired entries. What the cache holds of them is expired there, too.
fn sweep(write: &Write<'_>, now: Timestamp) -> Result<()> {
    write
        .connection
        .prepare_cached(
            "DELETE FROM kv WHERE (plugin, key) IN
                 (SELECT plugin, key FROM kv WHERE expires IS NOT NULL AND expires <= ?1 LIMIT ?2)",
        )?
        .execute([now.0, SWEEP])?;
    Ok(())
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
