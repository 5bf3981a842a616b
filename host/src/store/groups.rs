//! The trait for groups and their members.

use std::sync::Arc;

use async_trait::async_trait;

use super::Result;
use crate::model::{
    GroupId, GroupTypeId, Timestamp, UserId,
    group::{Group, GroupType, GroupVersion, Member},
};

/// Groups, their types, members and blocked users. Each write bumps the versions of the lists that it changes (the group's
/// members, the users' joined groups), in the same transaction.
#[async_trait]
pub trait GroupStore: Send + Sync {
    /// Called for every group message; engines answer from memory when they can.
    async fn find_group(&self, id: GroupId) -> Result<Option<Arc<Group>>>;

    /// Those of `ids` that exist and are not deleted, in the order of `ids`, each once.
    async fn list_groups(&self, ids: &[GroupId]) -> Result<Vec<Arc<Group>>>;

    /// The type with this id; the built-in one always exists.
    async fn find_group_type(&self, id: GroupTypeId) -> Result<Option<Arc<GroupType>>>;

    /// Adds a group with its first members, its owner among them. [`super::Error::Conflict`] when its id is taken.
    async fn insert_group(&self, group: Group, members: Vec<Member>) -> Result<()>;

    /// Makes `to` the owner; the former owner becomes a member, or leaves when `quit`. `from` must be the owner and `to`
    /// another member, which the transaction checks: false when they are not, and nothing changed.
    async fn transfer_group(&self, id: GroupId, from: UserId, to: UserId, quit: bool, now: Timestamp) -> Result<bool>;

    /// Called for every group message; engines answer from memory when they can, absence included.
    async fn find_member(&self, group: GroupId, user: UserId) -> Result<Option<Arc<Member>>>;

    /// The ids of all members, sorted. Called for every group message: shared, not copied.
    async fn list_member_ids(&self, group: GroupId) -> Result<Arc<[UserId]>>;

    /// Members in the order of their ids: those of `users`, or all.
    async fn list_members(&self, group: GroupId, users: Option<&[UserId]>) -> Result<Vec<Member>>;

    /// Adds members while the group has at most `size_limit` with them; false when it would have more, or when there is no
    /// such group, and nothing changed. [`super::Error::Conflict`] when one is a member already.
    async fn insert_members(
        &self,
        group: GroupId,
        members: Vec<Member>,
        size_limit: u32,
        now: Timestamp,
    ) -> Result<bool>;

    /// Removes those of `users` that are members and answers them. The owner is never removed.
    async fn delete_members(&self, group: GroupId, users: &[UserId], now: Timestamp) -> Result<Vec<UserId>>;

    /// Groups that the user is a member of, by id.
    async fn list_joined_groups(&self, user: UserId) -> Result<Vec<GroupId>>;

    /// Whether the group blocks the user.
    async fn is_blocked_from_group(&self, group: GroupId, user: UserId) -> Result<bool>;

    /// When one of the group's lists changed last; `None` for an unknown group.
    async fn find_group_version(&self, id: GroupId, version: GroupVersion) -> Result<Option<Timestamp>>;
}
