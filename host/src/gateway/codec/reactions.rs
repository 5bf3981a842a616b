//! Reactions to messages.

use talaria_proto::client as proto;

use super::{users, value};
use crate::model::{MessageId, ReactionType, command::MessageReactions, reaction::ReactionGroup};

/// Both requests have the same fields.
macro_rules! conversions {
    ($($request:ident),+) => {
        $(
            impl From<proto::$request> for MessageReactions {
                fn from(it: proto::$request) -> Self {
                    Self {
                        message: MessageId(it.message_id),
                        types: it.reaction_types.into_iter().map(ReactionType).collect(),
                        attributes: value::decode(it.custom_attributes),
                    }
                }
            }

            impl From<&MessageReactions> for proto::$request {
                fn from(it: &MessageReactions) -> Self {
                    Self {
                        message_id: it.message.0,
                        reaction_types: it.types.iter().map(|reaction_type| reaction_type.0).collect(),
                        custom_attributes: value::encode(&it.attributes),
                    }
                }
            }
        )+
    };
}

conversions!(CreateMessageReactionsRequest, DeleteMessageReactionsRequest);

pub(super) fn group(it: &ReactionGroup) -> proto::MessageReactionGroup {
    proto::MessageReactionGroup {
        reaction_type: it.reaction_type.0,
        reaction_count: i32::try_from(it.count).unwrap_or(i32::MAX),
        user_infos: it.users.iter().map(|user| users::profile(user)).collect(),
        custom_attributes: Vec::new(),
    }
}
