//! Groups and their members.

use std::collections::BTreeMap;

use crate::model::{GroupId, GroupTypeId, Timestamp, UserId, Value, group::Role};

/// Found a group whose creator becomes its owner.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateGroup {
    pub name: String,
    pub intro: Option<String>,
    pub announcement: Option<String>,
    pub min_score: Option<i32>,
    pub type_id: Option<GroupTypeId>,
    pub mute_end_date: Option<Timestamp>,
    /// Attributes that the operator defines.
    pub user_defined_attributes: BTreeMap<String, Value>,
    pub attributes: Vec<Value>,
}

/// Add members, or join.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateGroupMembers {
    pub group: GroupId,
    pub users: Vec<UserId>,
    pub name: Option<String>,
    /// `None` when absent; `Some(None)` when the client sent a number that is no role.
    pub role: Option<Option<Role>>,
    pub mute_end_date: Option<Timestamp>,
    pub attributes: Vec<Value>,
}

/// Remove members, quit, or hand the group over.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteGroupMembers {
    pub group: GroupId,
    pub members: Vec<UserId>,
    pub successor: Option<UserId>,
    pub quit_after_transfer: bool,
    pub attributes: Vec<Value>,
}

/// List the members of a group that the requester is in.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryGroupMembers {
    pub group: GroupId,
    pub version: Option<Timestamp>,
    /// Empty: all.
    pub members: Vec<UserId>,
    pub with_status: bool,
}

/// Read groups.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryGroups {
    pub groups: Vec<GroupId>,
    /// Only those changed after this date.
    pub changed_after: Option<Timestamp>,
    /// A search by name.
    pub name: Option<String>,
}

/// Change what a group is, or hand it over.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateGroup {
    pub group: GroupId,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub announcement: Option<String>,
    pub min_score: Option<i32>,
    pub type_id: Option<GroupTypeId>,
    pub mute_end_date: Option<Timestamp>,
    /// The new owner. All else but `quit_after_transfer` means nothing then.
    pub successor: Option<UserId>,
    pub quit_after_transfer: bool,
    /// Attributes that the operator defines.
    pub user_defined_attributes: BTreeMap<String, Value>,
    pub attributes: Vec<Value>,
}

/// Delete a group.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteGroup {
    pub group: GroupId,
    pub attributes: Vec<Value>,
}

/// Change a member's role, name or muting.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateGroupMember {
    pub group: GroupId,
    pub member: UserId,
    pub name: Option<String>,
    /// `None` when absent; `Some(None)` when the client sent a number that is no role.
    pub role: Option<Option<Role>>,
    pub mute_end_date: Option<Timestamp>,
    pub note: Option<String>,
    pub attributes: Vec<Value>,
}

/// Keep a user out of a group.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateGroupBlockedUser {
    pub group: GroupId,
    pub user: UserId,
    pub attributes: Vec<Value>,
}

/// Let a user come into a group again.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteGroupBlockedUser {
    pub group: GroupId,
    pub user: UserId,
    pub attributes: Vec<Value>,
}
