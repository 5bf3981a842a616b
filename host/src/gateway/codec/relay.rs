//! Commands of one user in the words of the protocol, for others to hear of.

use talaria_proto::client::{self as proto, turms_request::Kind};

use super::{enums, value};
use crate::model::{
    MessageId, RelationshipGroupIndex, Timestamp, UserId,
    command::{
        Command, CreateGroup, CreateGroupMembers, CreateMessage, CreateRelationship, DeleteGroupMembers,
        DeleteRelationship, Request, UpdateRelationship, UpdateUser, UpdateUserOnlineStatus,
    },
    message::Target,
};

/// `None` for what is nobody else's business: logins hold a password, and queries change nothing.
pub(super) fn encode(request: &Request) -> Option<proto::TurmsRequest> {
    let kind = match &request.command {
        Command::CreateMessage(it) => Kind::CreateMessageRequest(create_message(it)),
        Command::CreateGroup(it) => Kind::CreateGroupRequest(create_group(it)),
        Command::CreateGroupMembers(it) => Kind::CreateGroupMembersRequest(create_group_members(it)),
        Command::DeleteGroupMembers(it) => Kind::DeleteGroupMembersRequest(delete_group_members(it)),
        Command::CreateRelationship(it) => Kind::CreateRelationshipRequest(create_relationship(it)),
        Command::DeleteRelationship(it) => Kind::DeleteRelationshipRequest(delete_relationship(it)),
        Command::UpdateRelationship(it) => Kind::UpdateRelationshipRequest(update_relationship(it)),
        Command::UpdateUser(it) => Kind::UpdateUserRequest(update_user(it)),
        Command::UpdateUserOnlineStatus(it) => Kind::UpdateUserOnlineStatusRequest(update_status(it)),
        Command::CreateSession(_)
        | Command::DeleteSession
        | Command::QueryMessages(_)
        | Command::QueryGroupMembers(_)
        | Command::QueryJoinedGroupIds { .. }
        | Command::QueryJoinedGroupInfos { .. }
        | Command::QueryRelationships(_)
        | Command::QueryRelatedUserIds(_)
        | Command::QueryUserProfiles(_)
        | Command::QueryUserOnlineStatuses { .. }
        | Command::Unsupported { .. } => return None,
    };
    Some(proto::TurmsRequest {
        // What the server makes up by itself has no id.
        request_id: (request.id != 0).then_some(request.id),
        custom_attributes: value::encode(&request.attributes),
        kind: Some(kind),
    })
}

fn date(date: Option<Timestamp>) -> Option<i64> {
    date.map(|date| date.0)
}

fn user_ids(users: &[UserId]) -> Vec<i64> {
    users.iter().map(|user| user.0).collect()
}

fn index(group: Option<RelationshipGroupIndex>) -> Option<i32> {
    group.map(|group| group.0)
}

fn create_message(it: &CreateMessage) -> proto::CreateMessageRequest {
    let message_id = |id: Option<MessageId>| id.map(|id| id.0);
    let is_system_message = it.is_system.then_some(true);
    let Some(draft) = &it.draft else {
        return proto::CreateMessageRequest { message_id: message_id(it.id), is_system_message, ..Default::default() };
    };
    let (group_id, recipient_id) = match draft.target {
        Target::Group(group) => (Some(group.0), None),
        Target::User(user) => (None, Some(user.0)),
    };
    proto::CreateMessageRequest {
        message_id: message_id(it.id.or(draft.forwarded_from)),
        is_system_message,
        group_id,
        recipient_id,
        delivery_date: date(draft.delivery_date),
        text: draft.text.clone(),
        records: draft.records.clone(),
        burn_after: draft.burn_after,
        pre_message_id: message_id(draft.previous),
        custom_attributes: value::encode(&draft.attributes),
    }
}

fn create_group(it: &CreateGroup) -> proto::CreateGroupRequest {
    proto::CreateGroupRequest {
        name: it.name.clone(),
        intro: it.intro.clone(),
        announcement: it.announcement.clone(),
        min_score: it.min_score,
        type_id: it.type_id.map(|id| id.0),
        mute_end_date: date(it.mute_end_date),
        custom_attributes: value::encode(&it.attributes),
        ..Default::default()
    }
}

fn create_group_members(it: &CreateGroupMembers) -> proto::CreateGroupMembersRequest {
    proto::CreateGroupMembersRequest {
        group_id: it.group.0,
        user_ids: user_ids(&it.users),
        name: it.name.clone(),
        role: it.role.flatten().map(enums::encode_role),
        mute_end_date: date(it.mute_end_date),
        custom_attributes: value::encode(&it.attributes),
    }
}

fn delete_group_members(it: &DeleteGroupMembers) -> proto::DeleteGroupMembersRequest {
    proto::DeleteGroupMembersRequest {
        group_id: it.group.0,
        member_ids: user_ids(&it.members),
        successor_id: it.successor.map(|user| user.0),
        quit_after_transfer: it.quit_after_transfer.then_some(true),
        custom_attributes: value::encode(&it.attributes),
    }
}

fn create_relationship(it: &CreateRelationship) -> proto::CreateRelationshipRequest {
    proto::CreateRelationshipRequest {
        user_id: it.user.0,
        blocked: it.blocked,
        group_index: index(it.group),
        name: it.name.clone(),
        custom_attributes: value::encode(&it.attributes),
    }
}

fn delete_relationship(it: &DeleteRelationship) -> proto::DeleteRelationshipRequest {
    proto::DeleteRelationshipRequest {
        user_id: it.user.0,
        group_index: index(it.group),
        target_group_index: index(it.target_group),
        custom_attributes: value::encode(&it.attributes),
    }
}

fn update_relationship(it: &UpdateRelationship) -> proto::UpdateRelationshipRequest {
    proto::UpdateRelationshipRequest {
        user_id: it.user.0,
        blocked: it.blocked,
        new_group_index: index(it.new_group),
        delete_group_index: index(it.delete_group),
        name: it.name.clone(),
        note: it.note.clone(),
        custom_attributes: value::encode(&it.attributes),
    }
}

/// A password goes to nobody, the user's other devices included.
fn update_user(it: &UpdateUser) -> proto::UpdateUserRequest {
    proto::UpdateUserRequest {
        password: None,
        name: it.name.clone(),
        intro: it.intro.clone(),
        profile_picture: it.profile_picture.clone(),
        profile_access_strategy: it.profile_access.flatten().map(enums::encode_access),
        custom_attributes: value::encode(&it.attributes),
        ..Default::default()
    }
}

fn update_status(it: &UpdateUserOnlineStatus) -> proto::UpdateUserOnlineStatusRequest {
    proto::UpdateUserOnlineStatusRequest {
        device_types: it.devices.iter().copied().map(enums::encode_device).collect(),
        user_status: it.status.map(enums::encode_status).unwrap_or_default(),
        custom_attributes: value::encode(&it.attributes),
    }
}
