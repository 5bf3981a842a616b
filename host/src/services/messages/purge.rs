//! Messages that are too old go for good.

use super::Messages;
use crate::{
    model::{MessageId, snowflake::Snowflake},
    store,
};

pub(super) const MILLISECONDS_PER_HOUR: i64 = 3_600_000;

impl Messages {
    /// Deletes up to `limit` messages with lesser ids, and says how many.
    pub async fn purge(&self, below: MessageId, limit: usize) -> Result<usize, store::Error> {
        self.store.purge_messages(below, limit).await
    }

    /// Messages with lesser ids are too old; `None` when they are kept for ever. What counts is when the server took
    /// them, whatever date a client gave its message.
    #[must_use]
    pub fn expired_below(&self) -> Option<MessageId> {
        let hours = i64::from(self.config.retention_hours);
        let oldest = self.clock.now().plus_millis(-hours * MILLISECONDS_PER_HOUR);
        (hours > 0).then(|| MessageId(Snowflake::least(oldest)))
    }
}
