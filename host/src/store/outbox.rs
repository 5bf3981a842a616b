//! The trait for the outbox.

use async_trait::async_trait;
use tokio::sync::watch;

use super::Result;
use crate::model::{
    OutboxPosition, Timestamp,
    outbox::{Changes, Cursor, NewEvent, OutboxEntry, OutboxRetention},
};

/// What happened, in the order in which it was stored, and how far each plugin has got with it.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Which changes are entered from now on, each in the transaction that makes it. None at first.
    fn enter_changes(&self, wanted: Changes);

    /// The last position that is taken; told when it changes, after the commit.
    fn outbox_end(&self) -> watch::Receiver<OutboxPosition>;

    /// Enters events in this order, all or none; durable when it returns.
    async fn insert_events(&self, events: Vec<NewEvent>) -> Result<()>;

    /// The next events after a position, by position. What they tell of is seen by all reads that begin later.
    async fn list_events(&self, after: OutboxPosition, limit: u32) -> Result<Vec<OutboxEntry>>;

    /// The position before the first event from this date on, so that a cursor that is set there replays what came
    /// since.
    async fn find_position(&self, date: Timestamp) -> Result<OutboxPosition>;

    /// The cursors of all plugins, by name.
    async fn list_cursors(&self) -> Result<Vec<Cursor>>;

    /// Adds the cursor, or moves the one of its plugin.
    async fn upsert_cursor(&self, cursor: Cursor) -> Result<()>;

    /// True when there was one.
    async fn delete_cursor(&self, plugin: &str) -> Result<bool>;

    /// Deletes events that need not be kept, the oldest first, those of up to `limit` commits; says of how many.
    async fn purge_events(&self, retention: OutboxRetention, limit: u32) -> Result<usize>;
}
