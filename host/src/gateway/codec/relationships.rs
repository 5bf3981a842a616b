//! Relationships and the groups that their owners sort them into.

use talaria_proto::client as proto;

use super::{
    scalar::{date, index, millis, number, users},
    value,
};
use crate::model::{
    RelationshipGroupIndex, UserId,
    command::{
        CreateRelationship, CreateRelationshipGroup, DeleteRelationship, DeleteRelationshipGroup, QueryRelatedUserIds,
        QueryRelationships, UpdateRelationship, UpdateRelationshipGroup,
    },
    relationship::{Relationship, RelationshipGroup},
};

impl From<proto::CreateRelationshipRequest> for CreateRelationship {
    fn from(it: proto::CreateRelationshipRequest) -> Self {
        Self {
            user: UserId(it.user_id),
            blocked: it.blocked,
            group: index(it.group_index),
            name: it.name,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&CreateRelationship> for proto::CreateRelationshipRequest {
    fn from(it: &CreateRelationship) -> Self {
        Self {
            user_id: it.user.0,
            blocked: it.blocked,
            group_index: number(it.group),
            name: it.name.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::DeleteRelationshipRequest> for DeleteRelationship {
    fn from(it: proto::DeleteRelationshipRequest) -> Self {
        Self {
            user: UserId(it.user_id),
            group: index(it.group_index),
            target_group: index(it.target_group_index),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&DeleteRelationship> for proto::DeleteRelationshipRequest {
    fn from(it: &DeleteRelationship) -> Self {
        Self {
            user_id: it.user.0,
            group_index: number(it.group),
            target_group_index: number(it.target_group),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::UpdateRelationshipRequest> for UpdateRelationship {
    fn from(it: proto::UpdateRelationshipRequest) -> Self {
        Self {
            user: UserId(it.user_id),
            blocked: it.blocked,
            new_group: index(it.new_group_index),
            delete_group: index(it.delete_group_index),
            name: it.name,
            note: it.note,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateRelationship> for proto::UpdateRelationshipRequest {
    fn from(it: &UpdateRelationship) -> Self {
        Self {
            user_id: it.user.0,
            blocked: it.blocked,
            new_group_index: number(it.new_group),
            delete_group_index: number(it.delete_group),
            name: it.name.clone(),
            note: it.note.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::QueryRelationshipsRequest> for QueryRelationships {
    fn from(it: proto::QueryRelationshipsRequest) -> Self {
        Self {
            users: users(it.user_ids),
            blocked: it.blocked,
            groups: it.group_indexes.into_iter().map(RelationshipGroupIndex).collect(),
            version: date(it.last_updated_date),
        }
    }
}

impl From<proto::QueryRelatedUserIdsRequest> for QueryRelatedUserIds {
    fn from(it: proto::QueryRelatedUserIdsRequest) -> Self {
        Self {
            blocked: it.blocked,
            groups: it.group_indexes.into_iter().map(RelationshipGroupIndex).collect(),
            version: date(it.last_updated_date),
        }
    }
}

pub(super) fn relationship(it: Relationship) -> proto::UserRelationship {
    proto::UserRelationship {
        owner_id: Some(it.owner.0),
        related_user_id: Some(it.related.0),
        block_date: millis(it.block_date),
        establishment_date: Some(it.establishment_date.0),
        name: it.name,
        note: it.note,
        ..Default::default()
    }
}

impl From<proto::CreateRelationshipGroupRequest> for CreateRelationshipGroup {
    fn from(it: proto::CreateRelationshipGroupRequest) -> Self {
        Self { name: it.name, attributes: value::decode(it.custom_attributes) }
    }
}

impl From<proto::UpdateRelationshipGroupRequest> for UpdateRelationshipGroup {
    fn from(it: proto::UpdateRelationshipGroupRequest) -> Self {
        Self {
            index: RelationshipGroupIndex(it.group_index),
            name: it.new_name,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateRelationshipGroup> for proto::UpdateRelationshipGroupRequest {
    fn from(it: &UpdateRelationshipGroup) -> Self {
        Self { group_index: it.index.0, new_name: it.name.clone(), custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::DeleteRelationshipGroupRequest> for DeleteRelationshipGroup {
    fn from(it: proto::DeleteRelationshipGroupRequest) -> Self {
        Self {
            index: RelationshipGroupIndex(it.group_index),
            target: index(it.target_group_index),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&DeleteRelationshipGroup> for proto::DeleteRelationshipGroupRequest {
    fn from(it: &DeleteRelationshipGroup) -> Self {
        Self {
            group_index: it.index.0,
            target_group_index: number(it.target),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

pub(super) fn relationship_group(it: RelationshipGroup) -> proto::UserRelationshipGroup {
    proto::UserRelationshipGroup { index: it.index.0, name: it.name, custom_attributes: Vec::new() }
}
