//! What is relayed of conversations.

use proptest::prelude::*;

use super::{settings, user, values};
use crate::model::{
    GroupId, Timestamp, UserId,
    command::{
        Command, DeleteConversationSettings, UpdateConversation, UpdateConversationSettings, UpdateTypingStatus,
    },
    message::Target,
};

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![update_conversation(), update_typing(), update_settings(), delete_settings()]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![user().prop_map(Target::User), any::<i64>().prop_map(|id| Target::Group(GroupId(id)))]
}

fn update_conversation() -> impl Strategy<Value = Command> {
    (prop::option::of(target()), any::<i64>(), values()).prop_map(|(conversation, read_date, attributes)| {
        let read_date = Timestamp(read_date);
        Command::UpdateConversation(Box::new(UpdateConversation { conversation, read_date, attributes }))
    })
}

fn update_typing() -> impl Strategy<Value = Command> {
    (target(), values()).prop_map(|(conversation, attributes)| {
        Command::UpdateTypingStatus(Box::new(UpdateTypingStatus { conversation, attributes }))
    })
}

fn update_settings() -> impl Strategy<Value = Command> {
    (prop::option::of(target()), settings::map(), values()).prop_map(|(conversation, settings, attributes)| {
        let it = UpdateConversationSettings { conversation, settings, attributes };
        Command::UpdateConversationSettings(Box::new(it))
    })
}

/// Users stand before groups, as on the wire.
fn delete_settings() -> impl Strategy<Value = Command> {
    let ids = || prop::collection::vec(any::<i64>(), 0..3);
    (ids(), ids(), settings::names(), values()).prop_map(|(users, groups, names, attributes)| {
        let users = users.into_iter().map(|id| Target::User(UserId(id)));
        let conversations = users.chain(groups.into_iter().map(|id| Target::Group(GroupId(id)))).collect();
        let it = DeleteConversationSettings { conversations, names, attributes };
        Command::DeleteConversationSettings(Box::new(it))
    })
}
