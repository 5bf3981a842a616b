//! The trait for messages.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use super::Result;
use crate::model::{
    MessageId, Sequence, Timestamp, UserId,
    message::{
        ConversationPage, ConversationQuery, Insertion, Message, MessagePatch, MessageQuery, MessageScope, Target,
    },
};

/// Messages: one record each, whatever the number of recipients.
///
/// Those that are stored get their places in a conversation in the order of the calls that store them, these being
/// [`Self::insert_message`], [`Self::insert_message_once`], [`Self::recall_message`] and
/// [`super::HeldStore::release_held_message`]. It is the call that counts, before its future is polled: the rules make
/// the calls of a conversation one after the other, under a lock that gives the ids and says who is told when, so that
/// all three orders are one. Therefore these calls do nothing but queue the write: they neither block nor wait for
/// room. Dropping the future does not undo the call.
#[async_trait]
pub trait MessageStore: Send + Sync {
    /// Stores a message, which takes its place with the call; durable when the future comes. Concurrent calls share a
    /// commit. [`super::Error::Conflict`] when the id is taken.
    ///
    /// Answers the place of the message in its conversation, which is the one after the last that is stored: a message
    /// that fails leaves no gap. The engine lets go of the message before it answers, so that its caller may change it
    /// in place.
    fn insert_message(&self, message: Arc<Message>) -> BoxFuture<'_, Result<Sequence>>;

    /// As [`Self::insert_message`], and remembers it under its sender's key, both or neither. Stores nothing when the
    /// sender has stored one under the key at or after `oldest`; keys from before are forgotten little by little.
    fn insert_message_once(
        &self,
        message: Arc<Message>,
        key: String,
        oldest: Timestamp,
    ) -> BoxFuture<'_, Result<Insertion>>;

    /// What the sender stored under a key at or after `oldest`.
    async fn find_message_by_key(&self, sender: UserId, key: &str, oldest: Timestamp) -> Result<Option<MessageId>>;

    /// Changes the content and sets the date of modification. False when the message is unknown, deleted or recalled.
    async fn update_message(&self, id: MessageId, patch: MessagePatch, now: Timestamp) -> Result<bool>;

    /// Hides a message and stores `notice`, which takes its place with the call: both or neither. Answers the place of
    /// the notice. `None` when the message
    /// is unknown, deleted or recalled already.
    fn recall_message(
        &self,
        id: MessageId,
        date: Timestamp,
        notice: Arc<Message>,
    ) -> BoxFuture<'_, Result<Option<Sequence>>>;

    /// Deleted ones are not found.
    async fn find_message(&self, id: MessageId) -> Result<Option<Message>>;

    /// Those of these messages that are there and not deleted, each once, in any order, without reactions.
    async fn find_messages(&self, ids: &[MessageId]) -> Result<Vec<Message>>;

    /// A page by delivery date, then id. Deleted messages are left out, and recalled ones unless asked for.
    async fn list_messages(&self, query: &MessageQuery) -> Result<Vec<Message>>;

    /// The next messages of a conversation by sequence. Recalled ones are there, deleted ones are passed over.
    async fn list_conversation(&self, query: &ConversationQuery) -> Result<ConversationPage>;

    /// How many messages of a scope lie in `start..end`; deleted and recalled ones count.
    async fn count_messages(
        &self,
        scope: &MessageScope,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    ) -> Result<u64>;

    /// When each of `senders` sent the last message to a target, recalled and deleted ones included; by sender, without
    /// those who never did.
    async fn list_last_sent(&self, target: Target, senders: &[UserId]) -> Result<Vec<(UserId, Timestamp)>>;

    /// Deletes messages of any kind at the operator's wish, all at once: content and reactions are gone for good, the
    /// fact that there were some stays. Answers those that were there.
    async fn delete_messages(&self, ids: &[MessageId], date: Timestamp) -> Result<Vec<MessageId>>;

    /// Deletes up to `limit` messages with lesser ids for good, the least first, with their reactions; says how many.
    /// Places are not given again, and the message with the greatest id of all stays.
    async fn purge_messages(&self, below: MessageId, limit: usize) -> Result<usize>;

    /// The greatest id of all messages ever stored, so that new ones are greater after a restart.
    async fn last_message_id(&self) -> Result<Option<MessageId>>;
}
