//! The trait for the users whom groups block.

use async_trait::async_trait;

use super::Result;
use crate::model::{GroupId, Timestamp, UserId};

/// Users who may not come into a group. Each write bumps the versions of the lists that it changes, in the same
/// transaction.
#[async_trait]
pub trait GroupBlockedUserStore: Send + Sync {
    /// Whether the group blocks the user.
    async fn is_blocked_from_group(&self, group: GroupId, user: UserId) -> Result<bool>;

    /// Blocks a user and removes them from the group, unless they own it, while the group blocks fewer than `max`
    /// users; false when it blocks as many, or when there is no such group, and nothing changed.
    /// [`super::Error::Conflict`] when the user is blocked already.
    async fn insert_group_blocked_user(&self, group: GroupId, user: UserId, max: usize, now: Timestamp)
    -> Result<bool>;

    /// Unblocks a user; false when they were not blocked.
    async fn delete_group_blocked_user(&self, group: GroupId, user: UserId, now: Timestamp) -> Result<bool>;

    /// Whom the group blocks, by id.
    async fn list_group_blocked_users(&self, group: GroupId) -> Result<Vec<UserId>>;
}
