//! The trait for conversations.

use async_trait::async_trait;

use super::Result;
use crate::model::{Timestamp, UserId, conversation::ReadDateChange, message::Target};

/// How far conversations have been read. A private one is named by the other user: what `reader` read of the
/// conversation with `Target::User(contact)`.
#[async_trait]
pub trait ConversationStore: Send + Sync {
    /// How far each of `readers` has read the conversation with a user, or in a group; by reader, without those who
    /// never did.
    async fn list_read_dates(&self, conversation: Target, readers: &[UserId]) -> Result<Vec<(UserId, Timestamp)>>;

    /// Sets how far a user has read; an earlier date than before only when that is allowed.
    async fn set_read_date(
        &self,
        reader: UserId,
        conversation: Target,
        date: Timestamp,
        allow_moving_back: bool,
    ) -> Result<ReadDateChange>;
}
