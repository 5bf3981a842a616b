//! The trait for messages that are held.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use super::Result;
use crate::model::{
    MessageId, Sequence, Timestamp,
    held::{HeldMessage, HeldQuery, HeldQuota, Hold, Holding},
    message::Message,
};

/// Messages that plugins hold back. They are in no conversation; [`super::MessageStore::find_message_by_key`] and
/// [`super::MessageStore::last_message_id`] know them.
#[async_trait]
pub trait HeldStore: Send + Sync {
    /// Holds a message within the quota; durable when it returns. Holds nothing when the sender has sent one under its
    /// key at or after `oldest`.
    async fn hold_message(&self, message: HeldMessage, quota: HeldQuota, oldest: Timestamp) -> Result<Holding>;

    /// Holds a message otherwise that was held `before`: for another plugin, another time, with another content. False
    /// when it is not held so any more.
    async fn change_held_message(&self, message: HeldMessage, before: &Hold) -> Result<bool>;

    async fn find_held_message(&self, id: MessageId) -> Result<Option<HeldMessage>>;

    async fn list_held_messages(&self, query: &HeldQuery) -> Result<Vec<HeldMessage>>;

    /// Stores a message, under the key that it was held with, and holds it no more: both or neither. It takes its place
    /// with the call, as [`super::MessageStore`] says. `None`, and nothing is stored, when it is not held so any more.
    fn release_held_message(&self, message: Arc<Message>, hold: Hold) -> BoxFuture<'_, Result<Option<Sequence>>>;

    /// False when it is not held so any more.
    async fn delete_held_message(&self, id: MessageId, hold: &Hold) -> Result<bool>;

    /// Those that are to be discarded by `now`, the most overdue first; at most `limit`.
    async fn list_overdue_messages(&self, now: Timestamp, limit: u32) -> Result<Vec<HeldMessage>>;
}
