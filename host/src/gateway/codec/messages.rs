//! Messages.

use talaria_proto::client as proto;

use super::{
    reactions,
    scalar::{date, millis},
    value,
};
use crate::model::{
    GroupId, MessageId, Sequence, UserId,
    command::{CreateMessage, QueryMessages, SearchMessages, SyncMessages, UpdateMessage},
    message::{ConversationPage, Draft, Message, MessagesWithTotal, SearchPage, Target},
};

impl From<proto::CreateMessageRequest> for CreateMessage {
    fn from(it: proto::CreateMessageRequest) -> Self {
        // The group goes first when both are named.
        let target = it.group_id.map(|id| Target::Group(GroupId(id)));
        let target = target.or_else(|| it.recipient_id.map(|id| Target::User(UserId(id))));
        Self {
            id: None,
            sequence: None,
            is_system: it.is_system_message.unwrap_or_default(),
            idempotency_key: it.idempotency_key.filter(|key| !key.is_empty()),
            draft: target.map(|target| Draft {
                target,
                text: it.text,
                records: it.records,
                burn_after: it.burn_after,
                delivery_date: date(it.delivery_date),
                previous: it.pre_message_id.map(MessageId),
                forwarded_from: it.message_id.map(MessageId),
                attributes: value::decode(it.custom_attributes),
                hop: 0,
            }),
        }
    }
}

impl From<&CreateMessage> for proto::CreateMessageRequest {
    fn from(it: &CreateMessage) -> Self {
        let message_id = |id: Option<MessageId>| id.map(|id| id.0);
        let is_system_message = it.is_system.then_some(true);
        let sequence = it.sequence.map(|sequence| sequence.0);
        let Some(draft) = &it.draft else {
            return Self { message_id: message_id(it.id), sequence, is_system_message, ..Default::default() };
        };
        let (group_id, recipient_id) = match draft.target {
            Target::Group(group) => (Some(group.0), None),
            Target::User(user) => (None, Some(user.0)),
        };
        Self {
            message_id: message_id(it.id.or(draft.forwarded_from)),
            is_system_message,
            group_id,
            recipient_id,
            delivery_date: millis(draft.delivery_date),
            text: draft.text.clone(),
            records: draft.records.clone(),
            burn_after: draft.burn_after,
            pre_message_id: message_id(draft.previous),
            custom_attributes: value::encode(&draft.attributes),
            sequence,
            idempotency_key: None,
        }
    }
}

impl From<proto::QueryMessagesRequest> for QueryMessages {
    fn from(it: proto::QueryMessagesRequest) -> Self {
        Self {
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
}

impl From<proto::SyncMessagesRequest> for SyncMessages {
    fn from(it: proto::SyncMessagesRequest) -> Self {
        let group = it.group_id.map(|id| Target::Group(GroupId(id)));
        Self {
            conversation: group.or_else(|| it.user_id.map(|id| Target::User(UserId(id)))),
            after: Sequence(it.after_sequence),
            max_count: it.max_count,
        }
    }
}

impl From<proto::SearchMessagesRequest> for SearchMessages {
    fn from(it: proto::SearchMessagesRequest) -> Self {
        let group = it.group_id.map(|id| Target::Group(GroupId(id)));
        Self {
            text: it.text,
            conversation: group.or_else(|| it.user_id.map(|id| Target::User(UserId(id)))),
            before: it.before_message_id.map(MessageId),
            max_count: it.max_count,
        }
    }
}

impl From<proto::UpdateMessageRequest> for UpdateMessage {
    fn from(it: proto::UpdateMessageRequest) -> Self {
        Self {
            message: MessageId(it.message_id),
            text: it.text,
            records: it.records,
            recall_date: date(it.recall_date),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateMessage> for proto::UpdateMessageRequest {
    fn from(it: &UpdateMessage) -> Self {
        Self {
            message_id: it.message.0,
            text: it.text.clone(),
            records: it.records.clone(),
            recall_date: millis(it.recall_date),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

pub(super) fn message(it: Message) -> proto::Message {
    // Clients find the group in both places.
    let (recipient_id, group_id) = match it.target {
        Target::User(user) => (user.0, None),
        Target::Group(group) => (group.0, Some(group.0)),
    };
    proto::Message {
        id: Some(it.id.0),
        delivery_date: Some(it.delivery_date.0),
        modification_date: millis(it.modification_date),
        text: it.text,
        sender_id: Some(it.sender.0),
        group_id,
        is_system_message: Some(it.is_system),
        recipient_id: Some(recipient_id),
        records: it.records,
        sequence_id: Some(i32::try_from(it.sequence.0).unwrap_or(i32::MAX)),
        pre_message_id: it.previous.map(|id| id.0),
        recall_date: millis(it.recall_date),
        sequence: Some(it.sequence.0),
        reaction_groups: it.reactions.iter().map(reactions::group).collect(),
        ..Default::default()
    }
}

pub(super) fn synced(it: ConversationPage) -> proto::SyncedMessages {
    proto::SyncedMessages { messages: it.messages.into_iter().map(message).collect(), last_sequence: it.last.0 }
}

pub(super) fn found(it: SearchPage) -> proto::FoundMessages {
    proto::FoundMessages {
        messages: it.messages.into_iter().map(message).collect(),
        next_before_message_id: it.next.map(|id| id.0),
    }
}

pub(super) fn messages_with_total(it: MessagesWithTotal) -> proto::MessagesWithTotal {
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
