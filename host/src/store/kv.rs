//! The trait for the key-value stores of plugins.

use async_trait::async_trait;
use bytes::Bytes;

use super::Result;
use crate::model::{Timestamp, kv::Written};

/// A key-value store per plugin; no plugin sees another's. Entries past their expiry are absent.
#[async_trait]
pub trait KvStore: Send + Sync {
    async fn kv_find(&self, plugin: &str, key: &str, now: Timestamp) -> Result<Option<Bytes>>;

    /// `quota`: bytes that the plugin's keys and values may take together. What makes them no more is written in any
    /// case.
    async fn kv_insert(
        &self,
        plugin: &str,
        key: &str,
        value: Bytes,
        expires: Option<Timestamp>,
        quota: u64,
    ) -> Result<Written>;

    /// True when there was an entry.
    async fn kv_delete(&self, plugin: &str, key: &str, now: Timestamp) -> Result<bool>;

    /// Writes `value` (deletes, when `None`) only while the entry equals `expected`. The entry's expiry stays; a new
    /// entry has none. `quota`: as for [`Self::kv_insert`].
    async fn kv_compare_and_set(
        &self,
        plugin: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: Option<Bytes>,
        now: Timestamp,
        quota: u64,
    ) -> Result<Written>;

    /// Keys with this prefix, sorted, those after `after`, at most `limit`.
    async fn kv_list(
        &self,
        plugin: &str,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<String>>;

    /// What the keys and values of each plugin that has some take, in bytes. Entries that are past their expiry count
    /// until they are removed.
    async fn kv_sizes(&self) -> Result<Vec<(String, i64)>>;

    /// Removes all entries of a plugin, when it is removed for good.
    async fn kv_clear(&self, plugin: &str) -> Result<()>;
}
