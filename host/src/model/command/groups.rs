//! Groups and their members.

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
