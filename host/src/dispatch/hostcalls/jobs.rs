//! `jobs`: work for later.

use bytes::Bytes;

use super::error::stored;
use crate::{
    dispatch::wasm::{GuestState, wit::jobs},
    model::job::{Enqueued, NewJob},
};

const NAME_BYTES: usize = 128;
const KEY_BYTES: usize = 512;
const PAYLOAD_BYTES: usize = 256 << 10;

impl jobs::Host for GuestState {
    async fn enqueue(
        &mut self,
        name: String,
        payload: Vec<u8>,
        delay_ms: u64,
        key: Option<String>,
    ) -> Result<bool, jobs::Error> {
        // The version that decides would run it; and what is started may be in shadow, which it is told afterwards.
        if self.is_in_shadow || self.hook.is_none() {
            return Err(jobs::Error::Unavailable);
        }
        if !(1..=NAME_BYTES).contains(&name.len()) {
            return Err(jobs::Error::Invalid);
        }
        key.as_deref().map_or(Ok(()), check_key)?;
        if payload.len() > PAYLOAD_BYTES {
            return Err(jobs::Error::TooLarge);
        }
        let services = &self.services;
        let added = services.clock.now();
        let due = added.plus_millis(i64::try_from(delay_ms).unwrap_or(i64::MAX));
        let plugin = self.plugin.to_string();
        let job = NewJob { plugin, name, payload: Bytes::from(payload), added, due, key, hop: self.hop };
        match stored(&self.plugin, services.store.insert_job(job, services.job_quota).await)? {
            Enqueued::New => Ok(true),
            Enqueued::Waits => Ok(false),
            Enqueued::Full => Err(jobs::Error::Full),
        }
    }

    async fn cancel(&mut self, key: String) -> Result<bool, jobs::Error> {
        if self.is_in_shadow || self.hook.is_none() {
            return Err(jobs::Error::Unavailable);
        }
        check_key(&key)?;
        stored(&self.plugin, self.services.store.cancel_job(&self.plugin, &key).await)
    }
}

fn check_key(key: &str) -> Result<(), jobs::Error> {
    if (1..=KEY_BYTES).contains(&key.len()) { Ok(()) } else { Err(jobs::Error::Invalid) }
}
