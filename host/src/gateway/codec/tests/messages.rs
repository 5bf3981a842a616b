//! Messages and reactions, as they are asked for and relayed.

use bytes::Bytes;
use proptest::prelude::*;

use super::{date, message_id, text, user, values};
use crate::model::{
    GroupId, MessageId, ReactionType,
    command::{Command, CreateMessage, MessageReactions, UpdateMessage},
    message::{Draft, Target},
};

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![create_message(), update_message(), reactions()]
}

fn create_message() -> impl Strategy<Value = Command> {
    let target = prop_oneof![user().prop_map(Target::User), any::<i64>().prop_map(|id| Target::Group(GroupId(id)))];
    let records = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8).prop_map(Bytes::from), 0..3);
    let draft = (target, text(), records, any::<Option<i32>>(), date(), message_id(), message_id(), values());
    let draft =
        draft.prop_map(|(target, text, records, burn_after, delivery_date, previous, forwarded_from, attributes)| {
            Draft { target, text, records, burn_after, delivery_date, previous, forwarded_from, attributes, hop: 0 }
        });
    (any::<bool>(), draft).prop_map(|(is_system, draft)| {
        Command::CreateMessage(Box::new(CreateMessage {
            id: None,
            sequence: None,
            is_system,
            draft: Some(draft),
            idempotency_key: None,
        }))
    })
}

fn update_message() -> impl Strategy<Value = Command> {
    let records = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8).prop_map(Bytes::from), 0..3);
    (any::<i64>().prop_map(MessageId), text(), records, date(), values()).prop_map(
        |(message, text, records, recall_date, attributes)| {
            Command::UpdateMessage(Box::new(UpdateMessage { message, text, records, recall_date, attributes }))
        },
    )
}

fn reactions() -> impl Strategy<Value = Command> {
    let types = prop::collection::vec(any::<i32>().prop_map(ReactionType), 0..4);
    (any::<bool>(), any::<i64>().prop_map(MessageId), types, values()).prop_map(
        |(create, message, types, attributes)| {
            let it = Box::new(MessageReactions { message, types, attributes });
            if create { Command::CreateMessageReactions(it) } else { Command::DeleteMessageReactions(it) }
        },
    )
}
