//! What clients ask for, out of the protocol's words. `relay.rs` is the way back.

use talaria_proto::client::{self as proto, turms_request::Kind};

use super::{enums, value};
use crate::model::{
    GroupId, GroupTypeId, MessageId, RelationshipGroupIndex, Timestamp, UserId,
    command::{
        Command, CreateGroup, CreateGroupMembers, CreateMessage, CreateRelationship, DeleteGroupMembers,
        DeleteRelationship, QueryGroupMembers, QueryMessages, QueryRelatedUserIds, QueryRelationships,
        QueryUserProfiles, UpdateRelationship, UpdateUser, UpdateUserOnlineStatus,
    },
    message::{Draft, Target},
    session::{Location, Login},
};

/// `number` and `name` are those of the kind.
pub(super) fn decode(kind: Kind, number: u32, name: &'static str) -> Command {
    match kind {
        Kind::CreateSessionRequest(it) => Command::CreateSession(Box::new(login(it))),
        Kind::DeleteSessionRequest(_) => Command::DeleteSession,
        Kind::CreateMessageRequest(it) => Command::CreateMessage(Box::new(create_message(it))),
        Kind::QueryMessagesRequest(it) => Command::QueryMessages(Box::new(query_messages(it))),
        Kind::CreateGroupRequest(it) => Command::CreateGroup(Box::new(create_group(it))),
        Kind::CreateGroupMembersRequest(it) => Command::CreateGroupMembers(Box::new(create_group_members(it))),
        Kind::DeleteGroupMembersRequest(it) => Command::DeleteGroupMembers(Box::new(delete_group_members(it))),
        Kind::QueryGroupMembersRequest(it) => Command::QueryGroupMembers(Box::new(query_group_members(it))),
        Kind::QueryJoinedGroupIdsRequest(it) => Command::QueryJoinedGroupIds { version: date(it.last_updated_date) },
        Kind::QueryJoinedGroupInfosRequest(it) => {
            Command::QueryJoinedGroupInfos { version: date(it.last_updated_date) }
        }
        Kind::CreateRelationshipRequest(it) => Command::CreateRelationship(Box::new(create_relationship(it))),
        Kind::DeleteRelationshipRequest(it) => Command::DeleteRelationship(Box::new(delete_relationship(it))),
        Kind::UpdateRelationshipRequest(it) => Command::UpdateRelationship(Box::new(update_relationship(it))),
        Kind::QueryRelationshipsRequest(it) => Command::QueryRelationships(Box::new(query_relationships(it))),
        Kind::QueryRelatedUserIdsRequest(it) => Command::QueryRelatedUserIds(Box::new(query_related_user_ids(it))),
        Kind::QueryUserProfilesRequest(it) => Command::QueryUserProfiles(Box::new(query_user_profiles(it))),
        Kind::UpdateUserRequest(it) => Command::UpdateUser(Box::new(update_user(it))),
        Kind::QueryUserOnlineStatusesRequest(it) => Command::QueryUserOnlineStatuses { users: users(it.user_ids) },
        Kind::UpdateUserOnlineStatusRequest(it) => Command::UpdateUserOnlineStatus(Box::new(update_status(it))),
        _ => Command::Unsupported { kind: number, name },
    }
}

fn date(milliseconds: Option<i64>) -> Option<Timestamp> {
    milliseconds.map(Timestamp)
}

fn users(ids: Vec<i64>) -> Vec<UserId> {
    ids.into_iter().map(UserId).collect()
}

fn relationship_group(index: Option<i32>) -> Option<RelationshipGroupIndex> {
    index.map(RelationshipGroupIndex)
}

fn login(it: proto::CreateSessionRequest) -> Login {
    Login {
        version: it.version,
        user: UserId(it.user_id),
        password: it.password,
        status: it.user_status.and_then(enums::decode_status),
        device: enums::decode_device(it.device_type),
        device_details: it.device_details.into_iter().collect(),
        location: it.location.map(|at| Location { latitude: at.latitude, longitude: at.longitude }),
    }
}

fn create_message(it: proto::CreateMessageRequest) -> CreateMessage {
    // The group goes first when both are named.
    let target = it.group_id.map(|id| Target::Group(GroupId(id)));
    let target = target.or_else(|| it.recipient_id.map(|id| Target::User(UserId(id))));
    CreateMessage {
        id: None,
        is_system: it.is_system_message.unwrap_or_default(),
        draft: target.map(|target| Draft {
            target,
            text: it.text,
            records: it.records,
            burn_after: it.burn_after,
            delivery_date: date(it.delivery_date),
            previous: it.pre_message_id.map(MessageId),
            forwarded_from: it.message_id.map(MessageId),
            attributes: value::decode(it.custom_attributes),
        }),
    }
}

fn query_messages(it: proto::QueryMessagesRequest) -> QueryMessages {
    QueryMessages {
        ids: it.ids.into_iter().map(MessageId).collect(),
        of_groups: it.are_group_messages,
        is_system: it.are_system_messages,
        from: it.from_ids,
        start: date(it.delivery_date_start),
        end: date(it.delivery_date_end),
        max_count: it.max_count,
        with_total: it.with_total,
        descending: it.descending.unwrap_or_default(),
    }
}

fn create_group(it: proto::CreateGroupRequest) -> CreateGroup {
    CreateGroup {
        name: it.name,
        intro: it.intro,
        announcement: it.announcement,
        min_score: it.min_score,
        type_id: it.type_id.map(GroupTypeId),
        mute_end_date: date(it.mute_end_date),
        attributes: value::decode(it.custom_attributes),
    }
}

fn create_group_members(it: proto::CreateGroupMembersRequest) -> CreateGroupMembers {
    CreateGroupMembers {
        group: GroupId(it.group_id),
        users: users(it.user_ids),
        name: it.name,
        role: it.role.map(enums::decode_role),
        mute_end_date: date(it.mute_end_date),
        attributes: value::decode(it.custom_attributes),
    }
}

fn delete_group_members(it: proto::DeleteGroupMembersRequest) -> DeleteGroupMembers {
    DeleteGroupMembers {
        group: GroupId(it.group_id),
        members: users(it.member_ids),
        successor: it.successor_id.map(UserId),
        quit_after_transfer: it.quit_after_transfer.unwrap_or_default(),
        attributes: value::decode(it.custom_attributes),
    }
}

fn query_group_members(it: proto::QueryGroupMembersRequest) -> QueryGroupMembers {
    QueryGroupMembers {
        group: GroupId(it.group_id),
        version: date(it.last_updated_date),
        members: users(it.member_ids),
        with_status: it.with_status.unwrap_or_default(),
    }
}

fn create_relationship(it: proto::CreateRelationshipRequest) -> CreateRelationship {
    CreateRelationship {
        user: UserId(it.user_id),
        blocked: it.blocked,
        group: relationship_group(it.group_index),
        name: it.name,
        attributes: value::decode(it.custom_attributes),
    }
}

fn delete_relationship(it: proto::DeleteRelationshipRequest) -> DeleteRelationship {
    DeleteRelationship {
        user: UserId(it.user_id),
        group: relationship_group(it.group_index),
        target_group: relationship_group(it.target_group_index),
        attributes: value::decode(it.custom_attributes),
    }
}

fn update_relationship(it: proto::UpdateRelationshipRequest) -> UpdateRelationship {
    UpdateRelationship {
        user: UserId(it.user_id),
        blocked: it.blocked,
        new_group: relationship_group(it.new_group_index),
        delete_group: relationship_group(it.delete_group_index),
        name: it.name,
        note: it.note,
        attributes: value::decode(it.custom_attributes),
    }
}

fn query_relationships(it: proto::QueryRelationshipsRequest) -> QueryRelationships {
    QueryRelationships {
        users: users(it.user_ids),
        blocked: it.blocked,
        groups: it.group_indexes.into_iter().map(RelationshipGroupIndex).collect(),
        version: date(it.last_updated_date),
    }
}

fn query_related_user_ids(it: proto::QueryRelatedUserIdsRequest) -> QueryRelatedUserIds {
    QueryRelatedUserIds {
        blocked: it.blocked,
        groups: it.group_indexes.into_iter().map(RelationshipGroupIndex).collect(),
        version: date(it.last_updated_date),
    }
}

fn query_user_profiles(it: proto::QueryUserProfilesRequest) -> QueryUserProfiles {
    QueryUserProfiles { users: users(it.user_ids), changed_after: date(it.last_updated_date), name: it.name }
}

fn update_user(it: proto::UpdateUserRequest) -> UpdateUser {
    UpdateUser {
        password: it.password,
        name: it.name,
        intro: it.intro,
        profile_picture: it.profile_picture,
        profile_access: it.profile_access_strategy.map(enums::decode_access),
        has_user_defined_attributes: !it.user_defined_attributes.is_empty(),
        attributes: value::decode(it.custom_attributes),
    }
}

fn update_status(it: proto::UpdateUserOnlineStatusRequest) -> UpdateUserOnlineStatus {
    UpdateUserOnlineStatus {
        devices: it.device_types.into_iter().map(enums::decode_device).collect(),
        status: enums::decode_status(it.user_status),
        attributes: value::decode(it.custom_attributes),
    }
}
