//! The trait for the policies that groups follow.

use std::sync::Arc;

use async_trait::async_trait;

use super::Result;
use crate::model::{GroupTypeId, group::GroupType};

/// Group types: few, made by the administrator. Types 0 to 3 come with the store, one for each way to join; 0 is never
/// removed.
#[async_trait]
pub trait GroupTypeStore: Send + Sync {
    /// Called for messages of guests and for most changes of groups; engines answer from memory when they can.
    async fn find_group_type(&self, id: GroupTypeId) -> Result<Option<Arc<GroupType>>>;

    /// All types, by id.
    async fn list_group_types(&self) -> Result<Vec<GroupType>>;

    /// Adds a type, or puts it in the place of the one with its id.
    async fn upsert_group_type(&self, group_type: GroupType) -> Result<()>;

    /// Removes a type. False when there is none, or when it is type 0. [`super::Error::Conflict`] while groups, deleted
    /// ones included, are of this type.
    async fn delete_group_type(&self, id: GroupTypeId) -> Result<bool>;
}
