//! The trait for reactions to messages.

use async_trait::async_trait;

use super::Result;
use crate::model::{
    Timestamp,
    reaction::{ReactionLimits, ReactionOutcome, Reactions},
};

/// Reactions, apart from their messages; pages of messages bring them along.
#[async_trait]
pub trait ReactionStore: Send + Sync {
    /// Adds reactions, all or none. Those that are there stay as they are; a type that is named twice counts once.
    async fn insert_reactions(
        &self,
        reactions: Reactions,
        limits: ReactionLimits,
        now: Timestamp,
    ) -> Result<ReactionOutcome>;

    /// Takes reactions away; whether one of them was there.
    async fn delete_reactions(&self, reactions: Reactions) -> Result<bool>;
}
