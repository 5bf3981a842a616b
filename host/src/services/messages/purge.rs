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
        let hours = i64::from(self.config.retention_hours);
        if hours == 0 {
            return Ok(0);
        }
        let oldest = self.clock.now().plus_millis(-hours * MILLISECONDS_PER_HOUR);
        self.store.purge_messages(MessageId(Snowflake::least(oldest)), limit).await
    }
}
