//! Relationships and the groups that their owners sort them into.

use crate::model::{RelationshipGroupIndex, Timestamp, UserId, Value};

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

/// Make a group to sort relationships into.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateRelationshipGroup {
    pub name: String,
    pub attributes: Vec<Value>,
}

/// Give a group of relationships another name.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateRelationshipGroup {
    pub index: RelationshipGroupIndex,
    pub name: String,
    pub attributes: Vec<Value>,
}

/// Remove a group of relationships.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteRelationshipGroup {
    pub index: RelationshipGroupIndex,
    /// Where the relationships in it go; `None`: to group 0.
    pub target: Option<RelationshipGroupIndex>,
    pub attributes: Vec<Value>,
}
