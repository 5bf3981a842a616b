//! Messages that are too old go for good.

use super::Messages;
use crate::{
    model::{MessageId, snowflake::Snowflake},
    store,
};

const MILLISECONDS_PER_HOUR: i64 = 3_600_000;

impl Messages {
    /// Deletes up to `limit` messages that the server took longer ago than configured, and says how many. What counts is the
    /// server's clock, whatever date a client gave its message.
    pub async fn purge(&self, limit: usize) -> Result<usize, store::Error> {
        match self.expired_below() {
            Some(below) => self.store.purge_messages(below, limit).await,
            None => Ok(0),
        }
    }

    /// Messages with lesser ids are too old; `None` when they are kept for ever.
    #[must_use]
    pub fn expired_below(&self) -> Option<MessageId> {
        let hours = i64::from(self.config.retention_hours);
        let oldest = self.clock.now().plus_millis(-hours * MILLISECONDS_PER_HOUR);
        (hours > 0).then(|| MessageId(Snowflake::least(oldest)))
    }
}
