//! The trait for relationships.

use std::sync::Arc;

use async_trait::async_trait;

use super::Result;
use crate::model::{
    RelationshipGroupIndex, Timestamp, UserId,
    relationship::{Relationship, RelationshipFilter, RelationshipPatch},
};

/// One-sided relationships and the groups that their owners sort them into. Each write bumps the versions of the lists
/// that it changes, in the same transaction.
#[async_trait]
pub trait RelationshipStore: Send + Sync {
    /// What `owner` holds of `related`. Called for every private message (does the recipient block the sender?), so
    /// engines answer from memory when they can, absence included.
    async fn find_relationship(&self, owner: UserId, related: UserId) -> Result<Option<Arc<Relationship>>>;

    /// How many relationships the owner has.
    async fn count_relationships(&self, owner: UserId) -> Result<usize>;

    /// The owner's relationships that pass the filter, by related id.
    async fn list_relationships(&self, owner: UserId, filter: &RelationshipFilter) -> Result<Vec<Relationship>>;

    /// Adds relationships, each to a group of its owner. All or none: [`super::Error::Conflict`] when one exists.
    async fn insert_relationships(&self, relationships: Vec<(Relationship, RelationshipGroupIndex)>) -> Result<()>;

    /// Changes the relationship, or makes it with what the patch gives (in group 0 unless regrouped). A move into a
    /// group that it is in already takes it out of the other one, and a move out of a group that it is not in moves
    /// nothing. Blocking again keeps the date of the first block.
    async fn upsert_relationship(
        &self,
        owner: UserId,
        related: UserId,
        patch: RelationshipPatch,
        now: Timestamp,
    ) -> Result<()>;

    /// Without a group, removes the relationship. With one, takes it out of the group (into `target`, when given and it
    /// would be left in none) and removes it when it is in no group. When it is removed and `two_sided`, what the
    /// related user holds of the owner is removed as well, unless that is a block. False when nothing changed.
    async fn delete_relationship(
        &self,
        owner: UserId,
        related: UserId,
        group: Option<RelationshipGroupIndex>,
        target: Option<RelationshipGroupIndex>,
        two_sided: bool,
        now: Timestamp,
    ) -> Result<bool>;
}
