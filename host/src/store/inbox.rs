//! The trait for inboxes.

use async_trait::async_trait;

use super::Result;
use crate::model::conversation::{InboxEntry, InboxQuery};

/// The conversations of a user: private ones, and the groups that the user is in.
#[async_trait]
pub trait InboxStore: Send + Sync {
    /// A page of the conversations that have a message, those whose last message has the greatest id first. The last
    /// one is that with the greatest sequence; a conversation where it is deleted is left out until the next.
    async fn list_inbox(&self, query: &InboxQuery) -> Result<Vec<InboxEntry>>;
}
