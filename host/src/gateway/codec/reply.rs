//! The data of answers.

use talaria_proto::client::{
    self as proto, GroupMembersWithVersion, GroupsWithVersion, LongsWithVersion, Messages, MessagesWithTotalList,
    UserInfosWithVersion, UserOnlineStatuses, UserRelationshipsWithVersion, turms_notification::data,
};

use super::enums;
use crate::model::{
    Code, Reply, Timestamp,
    group::{Group, Member},
    message::{Message, MessagesWithTotal, Target},
    relationship::Relationship,
    session::Presence,
    user::User,
};

/// The code and the data of a success.
pub(crate) fn reply(reply: Reply) -> (Code, Option<data::Kind>) {
    let data = match reply {
        Reply::Done => return (Code::Ok, None),
        Reply::NoContent => return (Code::NoContent, None),
        Reply::UpToDate => return (Code::AlreadyUpToDate, None),
        Reply::MessageId(id) => data::Kind::Long(id.0),
        Reply::Id(id) => data::Kind::Long(id),
        Reply::Ids { ids, version } => {
            data::Kind::LongsWithVersion(LongsWithVersion { longs: ids, last_updated_date: date(version) })
        }
        Reply::Profiles(users) => data::Kind::UserInfosWithVersion(UserInfosWithVersion {
            user_infos: users.iter().map(|user| profile(user)).collect(),
            last_updated_date: None,
        }),
        Reply::Presences(presences) => data::Kind::UserOnlineStatuses(UserOnlineStatuses {
            statuses: presences.into_iter().map(online_status).collect(),
        }),
        Reply::Relationships { relationships, version } => {
            data::Kind::UserRelationshipsWithVersion(UserRelationshipsWithVersion {
                user_relationships: relationships.into_iter().map(relationship).collect(),
                last_updated_date: date(version),
            })
        }
        Reply::Groups { groups, version } => data::Kind::GroupsWithVersion(GroupsWithVersion {
            groups: groups.iter().map(|it| group(it)).collect(),
            last_updated_date: date(version),
        }),
        Reply::Members { members, version } => data::Kind::GroupMembersWithVersion(GroupMembersWithVersion {
            group_members: members.into_iter().map(member).collect(),
            last_updated_date: date(version),
        }),
        Reply::MemberPresences(members) => data::Kind::GroupMembersWithVersion(GroupMembersWithVersion {
            group_members: members.into_iter().map(|(it, presence)| member_presence(it, presence)).collect(),
            last_updated_date: None,
        }),
        Reply::Messages(messages) => {
            data::Kind::Messages(Messages { messages: messages.into_iter().map(message).collect() })
        }
        Reply::MessagesWithTotal(conversations) => data::Kind::MessagesWithTotalList(MessagesWithTotalList {
            messages_with_total_list: conversations.into_iter().map(messages_with_total).collect(),
        }),
    };
    (Code::Ok, Some(data))
}

fn date(date: Option<Timestamp>) -> Option<i64> {
    date.map(|date| date.0)
}

fn profile(user: &User) -> proto::UserInfo {
    proto::UserInfo {
        id: Some(user.id.0),
        name: Some(user.name.clone()),
        intro: Some(user.intro.clone()),
        profile_picture: Some(user.profile_picture.clone()),
        profile_access_strategy: Some(enums::encode_access(user.profile_access)),
        registration_date: Some(user.registration_date.0),
        last_updated_date: Some(user.last_updated_date.0),
        active: Some(user.active),
        ..Default::default()
    }
}

fn online_status(presence: Presence) -> proto::UserOnlineStatus {
    proto::UserOnlineStatus {
        user_id: presence.user.0,
        user_status: enums::encode_status(presence.status),
        device_types: presence.devices.into_iter().map(enums::encode_device).collect(),
        custom_attributes: Vec::new(),
    }
}

fn relationship(it: Relationship) -> proto::UserRelationship {
    proto::UserRelationship {
        owner_id: Some(it.owner.0),
        related_user_id: Some(it.related.0),
        block_date: date(it.block_date),
        establishment_date: Some(it.establishment_date.0),
        name: it.name,
        note: it.note,
        ..Default::default()
    }
}

fn group(it: &Group) -> proto::Group {
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
        mute_end_date: date(it.mute_end_date),
        active: Some(it.active),
        ..Default::default()
    }
}

fn member(it: Member) -> proto::GroupMember {
    proto::GroupMember {
        group_id: Some(it.group.0),
        user_id: Some(it.user.0),
        name: it.name,
        role: Some(enums::encode_role(it.role)),
        join_date: Some(it.join_date.0),
        mute_end_date: date(it.mute_end_date),
        ..Default::default()
    }
}

/// The reference server leaves everything but the presence out, which no client needs it to.
fn member_presence(it: Member, presence: Presence) -> proto::GroupMember {
    proto::GroupMember {
        user_status: Some(enums::encode_status(presence.status)),
        using_device_types: presence.devices.into_iter().map(enums::encode_device).collect(),
        ..member(it)
    }
}

fn message(it: Message) -> proto::Message {
    // Clients find the group in both places.
    let (recipient_id, group_id) = match it.target {
        Target::User(user) => (user.0, None),
        Target::Group(group) => (group.0, Some(group.0)),
    };
    proto::Message {
        id: Some(it.id.0),
        delivery_date: Some(it.delivery_date.0),
        modification_date: date(it.modification_date),
        text: it.text,
        sender_id: Some(it.sender.0),
        group_id,
        is_system_message: Some(it.is_system),
        recipient_id: Some(recipient_id),
        records: it.records,
        pre_message_id: it.previous.map(|id| id.0),
        ..Default::default()
    }
}

fn messages_with_total(it: MessagesWithTotal) -> proto::MessagesWithTotal {
    let (from_id, is_group_message) = match it.from {
        Target::User(user) => (user.0, false),
        Target::Group(group) => (group.0, true),
    };
    proto::MessagesWithTotal {
        total: i32::try_from(it.total).unwrap_or(i32::MAX),
        is_group_message,
        from_id,
        messages: it.messages.into_iter().map(message).collect(),
    }
}
