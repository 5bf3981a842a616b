//! The trait for users.

use std::sync::Arc;

use async_trait::async_trait;

use super::Result;
use crate::model::{
    Timestamp, UserId,
    user::{User, UserPatch, UserVersion},
};

/// Users, deleted ones included until they are purged.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Called for every login and private message; engines answer from memory when they can.
    async fn find_user(&self, id: UserId) -> Result<Option<Arc<User>>>;

    /// Those of `ids` that exist, in the order of `ids`, each once.
    async fn list_users(&self, ids: &[UserId]) -> Result<Vec<Arc<User>>>;

    /// Adds users, each with relationship group 0 and versions of now (their registration date). All or none:
    /// [`super::Error::Conflict`] when one of the ids is taken.
    async fn insert_users(&self, users: Vec<User>) -> Result<()>;

    /// Changes a user that is not deleted and sets the date of the last update. False when there is none.
    async fn update_user(&self, id: UserId, patch: UserPatch, now: Timestamp) -> Result<bool>;

    /// Marks users as deleted; their messages stay. Answers those that were there and not deleted before.
    async fn delete_users(&self, ids: &[UserId], now: Timestamp) -> Result<Vec<UserId>>;

    /// When one of the user's lists changed last; `None` for an unknown user.
    async fn find_user_version(&self, id: UserId, version: UserVersion) -> Result<Option<Timestamp>>;
}
