//! Groups and their members.

use talaria_proto::client as proto;

use super::{
    enums,
    scalar::{date, millis, user_ids, users},
    settings, value,
};
use crate::model::{
    GroupId, GroupTypeId, UserId,
    command::{
        CreateGroup, CreateGroupBlockedUser, CreateGroupMembers, DeleteGroup, DeleteGroupBlockedUser,
        DeleteGroupMembers, QueryGroupMembers, QueryGroups, UpdateGroup, UpdateGroupMember,
    },
    group::{Group, Member},
    session::Presence,
};

impl From<proto::CreateGroupRequest> for CreateGroup {
    fn from(it: proto::CreateGroupRequest) -> Self {
        Self {
            name: it.name,
            intro: it.intro,
            announcement: it.announcement,
            min_score: it.min_score,
            type_id: it.type_id.map(GroupTypeId),
            mute_end_date: date(it.mute_end_date),
            user_defined_attributes: settings::decode(it.user_defined_attributes),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&CreateGroup> for proto::CreateGroupRequest {
    fn from(it: &CreateGroup) -> Self {
        Self {
            name: it.name.clone(),
            intro: it.intro.clone(),
            announcement: it.announcement.clone(),
            min_score: it.min_score,
            type_id: it.type_id.map(|id| id.0),
            mute_end_date: millis(it.mute_end_date),
            user_defined_attributes: settings::encode(&it.user_defined_attributes),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::UpdateGroupRequest> for UpdateGroup {
    fn from(it: proto::UpdateGroupRequest) -> Self {
        Self {
            group: GroupId(it.group_id),
            name: it.name,
            intro: it.intro,
            announcement: it.announcement,
            min_score: it.min_score,
            type_id: it.type_id.map(GroupTypeId),
            mute_end_date: date(it.mute_end_date),
            successor: it.successor_id.map(UserId),
            quit_after_transfer: it.quit_after_transfer.unwrap_or_default(),
            user_defined_attributes: settings::decode(it.user_defined_attributes),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateGroup> for proto::UpdateGroupRequest {
    fn from(it: &UpdateGroup) -> Self {
        Self {
            group_id: it.group.0,
            quit_after_transfer: it.quit_after_transfer.then_some(true),
            name: it.name.clone(),
            intro: it.intro.clone(),
            announcement: it.announcement.clone(),
            min_score: it.min_score,
            type_id: it.type_id.map(|id| id.0),
            mute_end_date: millis(it.mute_end_date),
            successor_id: it.successor.map(|user| user.0),
            user_defined_attributes: settings::encode(&it.user_defined_attributes),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::DeleteGroupRequest> for DeleteGroup {
    fn from(it: proto::DeleteGroupRequest) -> Self {
        Self { group: GroupId(it.group_id), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&DeleteGroup> for proto::DeleteGroupRequest {
    fn from(it: &DeleteGroup) -> Self {
        Self { group_id: it.group.0, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::CreateGroupMembersRequest> for CreateGroupMembers {
    fn from(it: proto::CreateGroupMembersRequest) -> Self {
        Self {
            group: GroupId(it.group_id),
            users: users(it.user_ids),
            name: it.name,
            role: it.role.map(enums::decode_role),
            mute_end_date: date(it.mute_end_date),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&CreateGroupMembers> for proto::CreateGroupMembersRequest {
    fn from(it: &CreateGroupMembers) -> Self {
        Self {
            group_id: it.group.0,
            user_ids: user_ids(&it.users),
            name: it.name.clone(),
            role: it.role.flatten().map(enums::encode_role),
            mute_end_date: millis(it.mute_end_date),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::DeleteGroupMembersRequest> for DeleteGroupMembers {
    fn from(it: proto::DeleteGroupMembersRequest) -> Self {
        Self {
            group: GroupId(it.group_id),
            members: users(it.member_ids),
            successor: it.successor_id.map(UserId),
            quit_after_transfer: it.quit_after_transfer.unwrap_or_default(),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&DeleteGroupMembers> for proto::DeleteGroupMembersRequest {
    fn from(it: &DeleteGroupMembers) -> Self {
        Self {
            group_id: it.group.0,
            member_ids: user_ids(&it.members),
            successor_id: it.successor.map(|user| user.0),
            quit_after_transfer: it.quit_after_transfer.then_some(true),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::UpdateGroupMemberRequest> for UpdateGroupMember {
    fn from(it: proto::UpdateGroupMemberRequest) -> Self {
        Self {
            group: GroupId(it.group_id),
            member: UserId(it.member_id),
            name: it.name,
            role: it.role.map(enums::decode_role),
            mute_end_date: date(it.mute_end_date),
            note: it.note,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateGroupMember> for proto::UpdateGroupMemberRequest {
    fn from(it: &UpdateGroupMember) -> Self {
        Self {
            group_id: it.group.0,
            member_id: it.member.0,
            name: it.name.clone(),
            role: it.role.flatten().map(enums::encode_role),
            mute_end_date: millis(it.mute_end_date),
            note: it.note.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::CreateGroupBlockedUserRequest> for CreateGroupBlockedUser {
    fn from(it: proto::CreateGroupBlockedUserRequest) -> Self {
        Self { group: GroupId(it.group_id), user: UserId(it.user_id), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&CreateGroupBlockedUser> for proto::CreateGroupBlockedUserRequest {
    fn from(it: &CreateGroupBlockedUser) -> Self {
        Self { group_id: it.group.0, user_id: it.user.0, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::DeleteGroupBlockedUserRequest> for DeleteGroupBlockedUser {
    fn from(it: proto::DeleteGroupBlockedUserRequest) -> Self {
        Self { group: GroupId(it.group_id), user: UserId(it.user_id), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&DeleteGroupBlockedUser> for proto::DeleteGroupBlockedUserRequest {
    fn from(it: &DeleteGroupBlockedUser) -> Self {
        Self { group_id: it.group.0, user_id: it.user.0, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::QueryGroupMembersRequest> for QueryGroupMembers {
    fn from(it: proto::QueryGroupMembersRequest) -> Self {
        Self {
            group: GroupId(it.group_id),
            version: date(it.last_updated_date),
            members: users(it.member_ids),
            with_status: it.with_status.unwrap_or_default(),
        }
    }
}

impl From<proto::QueryGroupsRequest> for QueryGroups {
    fn from(it: proto::QueryGroupsRequest) -> Self {
        Self {
            groups: it.group_ids.into_iter().map(GroupId).collect(),
            changed_after: date(it.last_updated_date),
            name: it.name,
        }
    }
}

pub(super) fn group(it: &Group) -> proto::Group {
    proto::Group {
        id: Some(it.id.0),
        type_id: Some(it.type_id.0),
        creator_id: Some(it.creator.0),
        owner_id: Some(it.owner.0),
        name: Some(it.name.clone()),
        intro: it.intro.clone(),
        announcement: it.announcement.clone(),
        creation_date: Some(it.creation_date.0),
        last_updated_date: Some(it.last_updated_date.0),
        mute_end_date: millis(it.mute_end_date),
        active: Some(it.active),
        user_defined_attributes: settings::values(&it.attributes),
        custom_attributes: Vec::new(),
    }
}

pub(super) fn member(it: Member) -> proto::GroupMember {
    proto::GroupMember {
        group_id: Some(it.group.0),
        user_id: Some(it.user.0),
        name: it.name,
        role: Some(enums::encode_role(it.role)),
        join_date: Some(it.join_date.0),
        mute_end_date: millis(it.mute_end_date),
        ..Default::default()
    }
}

/// The reference server leaves everything but the presence out, which no client needs it to.
pub(super) fn member_presence(it: Member, presence: Presence) -> proto::GroupMember {
    proto::GroupMember {
        user_status: Some(enums::encode_status(presence.status)),
        using_device_types: presence.devices.into_iter().map(enums::encode_device).collect(),
        ..member(it)
    }
}
