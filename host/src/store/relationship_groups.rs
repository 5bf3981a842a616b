//! The trait for the groups that users sort their relationships into.

use async_trait::async_trait;

use super::Result;
use crate::model::{RelationshipGroupIndex, Timestamp, UserId, relationship::RelationshipGroup};

/// The groups of each user's relationships. Group 0 comes with the user, without a name, and is never removed. Each
/// write bumps the versions of the lists that it changes, in the same transaction.
#[async_trait]
pub trait RelationshipGroupStore: Send + Sync {
    /// The owner's groups by index, none for an unknown user.
    async fn list_relationship_groups(&self, owner: UserId) -> Result<Vec<RelationshipGroup>>;

    /// Adds a group while the owner has fewer than `max`; false when there are as many, or no such user, and nothing
    /// changed. [`super::Error::Conflict`] when the index is taken.
    async fn insert_relationship_group(
        &self,
        owner: UserId,
        group: RelationshipGroup,
        max: usize,
        now: Timestamp,
    ) -> Result<bool>;

    /// Gives the group another name; false when there is no such group.
    async fn rename_relationship_group(
        &self,
        owner: UserId,
        index: RelationshipGroupIndex,
        name: String,
        now: Timestamp,
    ) -> Result<bool>;

    /// Removes the group, and moves the relationships in it to `target`, another group. False when there is no such
    /// group, or when it is group 0, and nothing changed.
    async fn delete_relationship_group(
        &self,
        owner: UserId,
        index: RelationshipGroupIndex,
        target: RelationshipGroupIndex,
        now: Timestamp,
    ) -> Result<bool>;
}
