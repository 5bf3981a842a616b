//! What has had its time goes, unless a plugin wants to keep messages for another round.

use super::Bus;
use crate::{
    dispatch::wasm::Hook,
    model::{
        Context, Origin,
        happened::{Expiry, Happened},
    },
    store,
};

impl Bus {
    /// Deletes what is too old, and answers how many records.
    pub async fn purge(&self) -> Result<usize, store::Error> {
        let context = Context { origin: Origin::Timer, ..Context::admin() };
        let below = self.services.messages.expired_below();
        let expired = match below {
            Some(below) if self.hooks.message_before_expire(&context, below).await => Some(below),
            _ => None,
        };
        let purged = self.services.purge(expired).await?;
        if let Some(below) = expired.filter(|_| purged.messages > 0) {
            let count = purged.messages as u64;
            self.hooks.happened(Hook::MessageExpired, || Happened::MessagesExpired(Expiry { below, count }));
        }
        Ok(purged.records)
    }
}
