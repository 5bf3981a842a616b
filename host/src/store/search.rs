//! The trait for finding messages by their words.

use async_trait::async_trait;

use super::Result;
use crate::model::message::{SearchPage, SearchQuery};

/// Messages by what their texts say.
#[async_trait]
pub trait SearchStore: Send + Sync {
    /// The messages of a scope with all words of a text, the greatest id first; recalled and deleted ones are not
    /// found. Finds whatever was answered before, but for messages whose ids are below those of many others, and the
    /// new words of edited messages, which are found a moment later. The engine decides what a word is.
    /// [`super::Error::Unavailable`] when the engine was opened without search.
    async fn search_messages(&self, query: &SearchQuery) -> Result<SearchPage>;
}
