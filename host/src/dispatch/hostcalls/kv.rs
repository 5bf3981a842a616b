//! `kv`: a durable key-value store of the plugin's own.

use bytes::Bytes;

use super::error::stored;
use crate::{
    dispatch::wasm::{GuestState, wit::kv},
    model::kv::Written,
};

const KEY_BYTES: usize = 512;
const VALUE_BYTES: usize = 1 << 20;
const LISTED_KEYS: u32 = 1_000;

impl kv::Host for GuestState {
    async fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, kv::Error> {
        check_key(&key)?;
        let services = &self.services;
        let value = stored(&self.plugin, services.store.kv_find(&self.plugin, &key, services.clock.now()).await)?;
        Ok(value.map(Vec::from))
    }

    async fn set(&mut self, key: String, value: Vec<u8>, ttl_ms: Option<u64>) -> Result<(), kv::Error> {
        check_key(&key)?;
        check_value(&value)?;
        let services = &self.services;
        let expires = ttl_ms.map(|ttl| services.clock.now().plus_millis(i64::try_from(ttl).unwrap_or(i64::MAX)));
        let (value, quota) = (Bytes::from(value), self.account.quota().kv_bytes);
        let written = stored(&self.plugin, services.store.kv_insert(&self.plugin, &key, value, expires, quota).await)?;
        self.written(written).map(|_| ())
    }

    async fn delete(&mut self, key: String) -> Result<bool, kv::Error> {
        check_key(&key)?;
        let services = &self.services;
        stored(&self.plugin, services.store.kv_delete(&self.plugin, &key, services.clock.now()).await)
    }

    async fn compare_and_set(
        &mut self,
        key: String,
        expected: Option<Vec<u8>>,
        value: Option<Vec<u8>>,
    ) -> Result<bool, kv::Error> {
        check_key(&key)?;
        value.as_deref().map_or(Ok(()), check_value)?;
        let services = &self.services;
        let now = services.clock.now();
        let value = value.map(Bytes::from);
        let quota = self.account.quota().kv_bytes;
        let written =
            services.store.kv_compare_and_set(&self.plugin, &key, expected.as_deref(), value, now, quota).await;
        self.written(stored(&self.plugin, written)?)
    }

    async fn list_keys(&mut self, prefix: String, after: Option<String>, limit: u32) -> Result<Vec<String>, kv::Error> {
        if prefix.len() > KEY_BYTES {
            return Err(kv::Error::InvalidKey);
        }
        let services = &self.services;
        let now = services.clock.now();
        let limit = limit.min(LISTED_KEYS);
        stored(&self.plugin, services.store.kv_list(&self.plugin, &prefix, after.as_deref(), limit, now).await)
    }
}

impl GuestState {
    /// Whether it was written.
    fn written(&self, written: Written) -> Result<bool, kv::Error> {
        match written {
            Written::Done => Ok(true),
            Written::Differs => Ok(false),
            Written::Full => {
                self.account.refuse("kv_bytes", &self.log);
                Err(kv::Error::Full)
            }
        }
    }
}

fn check_key(key: &str) -> Result<(), kv::Error> {
    if (1..=KEY_BYTES).contains(&key.len()) { Ok(()) } else { Err(kv::Error::InvalidKey) }
}

fn check_value(value: &[u8]) -> Result<(), kv::Error> {
    if value.len() <= VALUE_BYTES { Ok(()) } else { Err(kv::Error::ValueTooLarge) }
}
