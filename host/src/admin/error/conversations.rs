//! The answers to refusals of read dates, typing notices and settings.

use super::{Shape, setting, store};
use crate::dispatch::ConversationsError;

/// The answer to a refusal.
pub(super) fn conversations(error: &ConversationsError) -> Shape {
    match error {
        ConversationsError::Store(error) => store(error),
        ConversationsError::Setting(error) => setting(error),
        ConversationsError::GroupInactive => Shape::not_found(error),
        ConversationsError::ReadReceiptsDisabled
        | ConversationsError::NotMemberToRead
        | ConversationsError::ReadReceiptsDisabledByGroup
        | ConversationsError::MovingBack
        | ConversationsError::TypingDisabled
        | ConversationsError::NotMemberToType
        | ConversationsError::NotFriendToType
        | ConversationsError::NotRelatedToSet
        | ConversationsError::NotMemberToSet => Shape::forbidden(error),
        ConversationsError::NoConversation
        | ConversationsError::WithOneself
        | ConversationsError::TooMany { .. }
        | ConversationsError::InvalidCount => Shape::invalid(error),
    }
}
