//! What clients ask for. A notification relays the very command of another user, so the same types serve both ways.

use super::{
    GroupId, GroupTypeId, MessageId, RelationshipGroupIndex, Timestamp, UserId, Value,
    group::Role,
    message::Draft,
    session::{DeviceType, Login, UserStatus},
    user::ProfileAccess,
};

/// A command with its envelope.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Chosen by the client, positive; names the answer on the same connection and means nothing beyond it.
    pub id: i64,
    /// Attributes of the envelope, carried without being read.
    pub attributes: Vec<Value>,
    pub command: Command,
}

/// The request kinds that the server knows how to serve, one variant each.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    CreateSession(Box<Login>),
    DeleteSession,
    CreateMessage(Box<CreateMessage>),
    QueryMessages(Box<QueryMessages>),
    CreateGroup(Box<CreateGroup>),
    CreateGroupMembers(Box<CreateGroupMembers>),
    DeleteGroupMembers(Box<DeleteGroupMembers>),
    QueryGroupMembers(Box<QueryGroupMembers>),
    QueryJoinedGroupIds {
        version: Option<Timestamp>,
    },
    QueryJoinedGroupInfos {
        version: Option<Timestamp>,
    },
    CreateRelationship(Box<CreateRelationship>),
    DeleteRelationship(Box<DeleteRelationship>),
    UpdateRelationship(Box<UpdateRelationship>),
    QueryRelationships(Box<QueryRelationships>),
    QueryRelatedUserIds(Box<QueryRelatedUserIds>),
    QueryUserProfiles(Box<QueryUserProfiles>),
    UpdateUser(Box<UpdateUser>),
    QueryUserOnlineStatuses {
        users: Vec<UserId>,
    },
    UpdateUserOnlineStatus(Box<UpdateUserOnlineStatus>),
    /// A kind of the protocol that nothing serves: the number and name of its field in the envelope.
    Unsupported {
        kind: u32,
        name: &'static str,
    },
}

/// Send a message.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateMessage {
    /// The id of the new message in what is relayed to its recipients; `None` in a request.
    pub id: Option<MessageId>,
    /// Refused when a client sets it.
    pub is_system: bool,
    /// `None` when the request names neither a user nor a group.
    pub draft: Option<Draft>,
}

/// Find messages that the requester may see.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryMessages {
    pub ids: Vec<MessageId>,
    /// Mandatory in the protocol; `None` is refused.
    pub of_groups: Option<bool>,
    pub is_system: Option<bool>,
    /// Senders, or groups. Empty: all.
    pub from: Vec<i64>,
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    pub max_count: Option<i32>,
    pub with_total: bool,
    pub descending: bool,
}

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

/// Hold a new relationship to a user.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateRelationship {
    pub user: UserId,
    pub blocked: bool,
    pub group: Option<RelationshipGroupIndex>,
    pub name: Option<String>,
    pub attributes: Vec<Value>,
}

/// End a relationship, or take it out of one group.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteRelationship {
    pub user: UserId,
    pub group: Option<RelationshipGroupIndex>,
    pub target_group: Option<RelationshipGroupIndex>,
    pub attributes: Vec<Value>,
}

/// Change a relationship, or make it.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateRelationship {
    pub user: UserId,
    pub blocked: Option<bool>,
    pub new_group: Option<RelationshipGroupIndex>,
    pub delete_group: Option<RelationshipGroupIndex>,
    pub name: Option<String>,
    pub note: Option<String>,
    pub attributes: Vec<Value>,
}

/// List the requester's relationships. An empty list in the request means no filter.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryRelationships {
    pub users: Vec<UserId>,
    pub blocked: Option<bool>,
    pub groups: Vec<RelationshipGroupIndex>,
    pub version: Option<Timestamp>,
}

/// List the users that the requester has a relationship to.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryRelatedUserIds {
    pub blocked: Option<bool>,
    pub groups: Vec<RelationshipGroupIndex>,
    pub version: Option<Timestamp>,
}

/// Read profiles.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryUserProfiles {
    pub users: Vec<UserId>,
    /// Only those changed after this date.
    pub changed_after: Option<Timestamp>,
    /// A search by name.
    pub name: Option<String>,
}

/// Change the requester's own profile or password.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateUser {
    pub password: Option<String>,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub profile_picture: Option<String>,
    /// `Some(None)` when the client sent a number that is no strategy.
    pub profile_access: Option<Option<ProfileAccess>>,
    /// Whether attributes defined by the operator were given; none are known yet, so any is refused.
    pub has_user_defined_attributes: bool,
    pub attributes: Vec<Value>,
}

/// Change the requester's status, or end sessions of theirs.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateUserOnlineStatus {
    /// Sessions to end with [`UserStatus::Offline`]; empty: all.
    pub devices: Vec<DeviceType>,
    /// `None` when the client sent a number that is no status.
    pub status: Option<UserStatus>,
    pub attributes: Vec<Value>,
}
