//! The trait for the key-value stores of plugins.

use async_trait::async_trait;
use bytes::Bytes;

use super::Result;
use crate::model::Timestamp;

/// A key-value store per plugin; no plugin sees another's. Entries past their expiry are absent.
#[async_trait]
pub trait KvStore: Send + Sync {
    async fn kv_find(&self, plugin: &str, key: &str, now: Timestamp) -> Result<Option<Bytes>>;

    async fn kv_insert(&self, plugin: &str, key: &str, value: Bytes, expires: Option<Timestamp>) -> Result<()>;

    /// True when there was an entry.
    async fn kv_delete(&self, plugin: &str, key: &str, now: Timestamp) -> Result<bool>;

    /// Writes `value` (deletes, when `None`) only while the entry equals `expected`; true when it did. The entry's expiry
    /// stays; a new entry has none.
    async fn kv_compare_and_set(
        &self,
        plugin: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: Option<Bytes>,
        now: Timestamp,
    ) -> Result<bool>;

    /// Keys with this prefix, sorted, those after `after`, at most `limit`.
    async fn kv_list(
        &self,
        plugin: &str,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<String>>;

    /// Removes all entries of a plugin, when it is removed for good.
    async fn kv_clear(&self, plugin: &str) -> Result<()>;
}
