//! Read dates, typing notices and the settings of conversations.

use talaria_proto::client as proto;

use super::{
    messages,
    scalar::{date, millis, users},
    settings, value,
};
use crate::model::{
    GroupId, MessageId, Timestamp, UserId,
    command::{
        DeleteConversationSettings, QueryConversationSettings, QueryConversations, QueryInbox, UpdateConversation,
        UpdateConversationSettings, UpdateTypingStatus,
    },
    conversation::{GroupReadDates, InboxEntry, PrivateReadDate},
    message::Target,
    settings::Settings,
};

impl From<proto::QueryConversationsRequest> for QueryConversations {
    fn from(it: proto::QueryConversationsRequest) -> Self {
        Self { users: users(it.user_ids), groups: it.group_ids.into_iter().map(GroupId).collect() }
    }
}

impl From<proto::QueryInboxRequest> for QueryInbox {
    fn from(it: proto::QueryInboxRequest) -> Self {
        Self { before: it.before_message_id.map(MessageId), max_count: it.max_count }
    }
}

impl From<proto::UpdateConversationRequest> for UpdateConversation {
    fn from(it: proto::UpdateConversationRequest) -> Self {
        Self {
            conversation: conversation(it.user_id, it.group_id),
            read_date: Timestamp(it.read_date),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateConversation> for proto::UpdateConversationRequest {
    fn from(it: &UpdateConversation) -> Self {
        let (user_id, group_id) = ids(it.conversation);
        let custom_attributes = value::encode(&it.attributes);
        Self { user_id, group_id, read_date: it.read_date.0, custom_attributes }
    }
}

impl From<proto::UpdateTypingStatusRequest> for UpdateTypingStatus {
    fn from(it: proto::UpdateTypingStatusRequest) -> Self {
        let conversation =
            if it.is_group_message { Target::Group(GroupId(it.to_id)) } else { Target::User(UserId(it.to_id)) };
        Self { conversation, attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&UpdateTypingStatus> for proto::UpdateTypingStatusRequest {
    fn from(it: &UpdateTypingStatus) -> Self {
        let (is_group_message, to_id) = match it.conversation {
            Target::User(user) => (false, user.0),
            Target::Group(group) => (true, group.0),
        };
        Self { is_group_message, to_id, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::UpdateConversationSettingsRequest> for UpdateConversationSettings {
    fn from(it: proto::UpdateConversationSettingsRequest) -> Self {
        Self {
            conversation: conversation(it.user_id, it.group_id),
            settings: settings::decode(it.settings),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateConversationSettings> for proto::UpdateConversationSettingsRequest {
    fn from(it: &UpdateConversationSettings) -> Self {
        let (user_id, group_id) = ids(it.conversation);
        let custom_attributes = value::encode(&it.attributes);
        Self { user_id, group_id, settings: settings::encode(&it.settings), custom_attributes }
    }
}

impl From<proto::DeleteConversationSettingsRequest> for DeleteConversationSettings {
    fn from(it: proto::DeleteConversationSettingsRequest) -> Self {
        Self {
            conversations: conversations(it.user_ids, it.group_ids),
            names: it.names,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&DeleteConversationSettings> for proto::DeleteConversationSettingsRequest {
    fn from(it: &DeleteConversationSettings) -> Self {
        let (user_ids, group_ids): (Vec<_>, Vec<_>) = it.conversations.iter().map(|target| ids(Some(*target))).unzip();
        Self {
            user_ids: user_ids.into_iter().flatten().collect(),
            group_ids: group_ids.into_iter().flatten().collect(),
            names: it.names.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::QueryConversationSettingsRequest> for QueryConversationSettings {
    fn from(it: proto::QueryConversationSettingsRequest) -> Self {
        Self {
            conversations: conversations(it.user_ids, it.group_ids),
            names: it.names,
            changed_since: date(it.last_updated_date_start),
        }
    }
}

/// A group goes first.
fn conversation(user: Option<i64>, group: Option<i64>) -> Option<Target> {
    group.map(|group| Target::Group(GroupId(group))).or_else(|| user.map(|user| Target::User(UserId(user))))
}

fn conversations(users: Vec<i64>, groups: Vec<i64>) -> Vec<Target> {
    let users = users.into_iter().map(|user| Target::User(UserId(user)));
    users.chain(groups.into_iter().map(|group| Target::Group(GroupId(group)))).collect()
}

/// The user's id, or the group's.
fn ids(conversation: Option<Target>) -> (Option<i64>, Option<i64>) {
    match conversation {
        Some(Target::User(user)) => (Some(user.0), None),
        Some(Target::Group(group)) => (None, Some(group.0)),
        None => (None, None),
    }
}

pub(super) fn inbox_entry(it: InboxEntry) -> proto::InboxConversation {
    let (user_id, group_id) = match it.conversation {
        Target::User(user) => (Some(user.0), None),
        Target::Group(group) => (None, Some(group.0)),
    };
    proto::InboxConversation {
        group_id,
        user_id,
        last_message: Some(messages::message(it.last)),
        unread_count: i32::try_from(it.unread).unwrap_or(i32::MAX),
        read_date: millis(it.read_date),
    }
}

pub(super) fn read_dates(private: &[PrivateReadDate], groups: Vec<GroupReadDates>) -> proto::Conversations {
    let private = private.iter().map(|it| proto::PrivateConversation {
        owner_id: it.reader.0,
        target_id: it.contact.0,
        read_date: it.date.0,
        custom_attributes: Vec::new(),
    });
    let groups = groups.into_iter().map(|it| proto::GroupConversation {
        group_id: it.group.0,
        member_id_to_read_date: it.dates.into_iter().map(|(member, date)| (member.0, date.0)).collect(),
        custom_attributes: Vec::new(),
    });
    proto::Conversations { private_conversations: private.collect(), group_conversations: groups.collect() }
}

pub(super) fn conversation_settings(it: &Settings) -> proto::ConversationSettings {
    let (user_id, group_id) = ids(it.conversation);
    proto::ConversationSettings {
        user_id,
        group_id,
        settings: settings::values(&it.values),
        last_updated_date: Some(it.last_updated_date.0),
        custom_attributes: Vec::new(),
    }
}
