//! The trait for groups and their members.

use std::sync::Arc;

use async_trait::async_trait;

use super::Result;
use crate::model::{
    GroupId, GroupTypeId, Timestamp, UserId,
    group::{Admission, Group, GroupPatch, GroupVersion, Member, MemberLimits, MemberPatch, OwnershipLimits},
};

/// Groups and their members. Each write bumps the versions of the lists that it changes (the group's members, the
/// users' joined groups), in the same transaction.
///
/// Whatever changes what a group is ([`Group::last_updated_date`]) or who is in it
/// ([`crate::model::user::UserVersion::JoinedGroups`]) has a date later than every such change that was committed
/// before, of whichever group: the `now` of the call, or the next millisecond where that is not later. The engine gives
/// it as it commits, for a caller waits between looking at the clock and writing. The list of the groups that a user is
/// in, with what they are, has the last of these dates as its version, so that an earlier one would never be noticed.
#[async_trait]
pub trait GroupStore: Send + Sync {
    /// Called for every group message; engines answer from memory when they can.
    async fn find_group(&self, id: GroupId) -> Result<Option<Arc<Group>>>;

    /// Those of `ids` that exist and are not deleted, in the order of `ids`, each once.
    async fn list_groups(&self, ids: &[GroupId]) -> Result<Vec<Arc<Group>>>;

    /// How many groups a user owns: of all types, and of this one.
    async fn count_owned_groups(&self, owner: UserId, type_id: GroupTypeId) -> Result<(u32, u32)>;

    /// Adds a group with its first members, its owner among them, while the owner owns fewer groups than `limits` say
    /// and each member is in fewer than `max_joined`; otherwise nothing changes. [`super::Error::Conflict`] when its id
    /// is taken.
    async fn insert_group(
        &self,
        group: Group,
        members: Vec<Member>,
        limits: OwnershipLimits,
        max_joined: u32,
    ) -> Result<Admission>;

    /// Changes a group that is not deleted and sets the date of the last update. False when there is none.
    async fn update_group(&self, id: GroupId, patch: GroupPatch, now: Timestamp) -> Result<bool>;

    /// Marks a group as deleted, removes its members and answers them, by id; its messages stay. `None` when there is
    /// no such group, or when `owner` does not own it.
    async fn delete_group(&self, id: GroupId, owner: UserId, now: Timestamp) -> Result<Option<Vec<UserId>>>;

    /// Makes `to` the owner; the former owner becomes a member, or leaves when `quit`. `from` must be the owner and
    /// `to` another member, which the transaction checks: false when they are not, and nothing changed.
    async fn transfer_group(&self, id: GroupId, from: UserId, to: UserId, quit: bool, now: Timestamp) -> Result<bool>;

    /// Called for every group message; engines answer from memory when they can, absence included.
    async fn find_member(&self, group: GroupId, user: UserId) -> Result<Option<Arc<Member>>>;

    /// The ids of all members, sorted. Called for every group message: shared, not copied.
    async fn list_member_ids(&self, group: GroupId) -> Result<Arc<[UserId]>>;

    /// Members in the order of their ids: those of `users`, or all.
    async fn list_members(&self, group: GroupId, users: Option<&[UserId]>) -> Result<Vec<Member>>;

    /// Adds members within the limits. Refused when the group would have too many, when there is no such group, or when
    /// it blocks one of them; nothing changed then, nor when one is in too many groups. [`super::Error::Conflict`] when
    /// one is a member already.
    async fn insert_members(
        &self,
        group: GroupId,
        members: Vec<Member>,
        limits: MemberLimits,
        now: Timestamp,
    ) -> Result<Admission>;

    /// Changes a member; false when there is none, or when it would change the role of the owner.
    async fn update_member(&self, group: GroupId, user: UserId, patch: MemberPatch, now: Timestamp) -> Result<bool>;

    /// Removes those of `users` that are members and answers them. The owner is never removed.
    async fn delete_members(&self, group: GroupId, users: &[UserId], now: Timestamp) -> Result<Vec<UserId>>;

    /// Groups that the user is a member of, by id.
    async fn list_joined_groups(&self, user: UserId) -> Result<Vec<GroupId>>;

    /// The date of a change of groups, as above, that all reads see which begin after this has returned, and every
    /// change before it; not necessarily the very last one. What is read afterwards is a copy as of this date at least.
    async fn last_group_change(&self) -> Result<Timestamp>;

    /// When one of the group's lists changed last; `None` for an unknown group.
    async fn find_group_version(&self, id: GroupId, version: GroupVersion) -> Result<Option<Timestamp>>;
}
