//! The answers to refusals of messages and reactions.

use super::{Shape, store};
use crate::dispatch::MessagesError;

/// The answer to a refusal.
pub(super) fn messages(error: &MessagesError) -> Shape {
    match error {
        MessagesError::Store(error) => store(error),
        MessagesError::RecipientNotActive
        | MessagesError::GroupInactive
        | MessagesError::NotVisible
        | MessagesError::NotHeld
        | MessagesError::EditInDeletedGroup
        | MessagesError::RecallInDeletedGroup => Shape::not_found(error),
        MessagesError::TooManyHeld
        | MessagesError::TooManyHeldOfSender { .. }
        | MessagesError::EditHeld
        | MessagesError::SourceNotVisible
        | MessagesError::ToOneself
        | MessagesError::BlockedByRecipient
        | MessagesError::NotFriend
        | MessagesError::GroupMuted
        | MessagesError::MemberMuted
        | MessagesError::NotMemberToSend
        | MessagesError::BlockedByGroup
        | MessagesError::NotMemberToQuery
        | MessagesError::EditDisabled
        | MessagesError::NotSenderToEdit
        | MessagesError::NotEditableInGroup
        | MessagesError::RecallDisabled
        | MessagesError::NotSenderToRecall
        | MessagesError::RecallTooLate => Shape::forbidden(error),
        MessagesError::System
        | MessagesError::NoTarget
        | MessagesError::TextTooLong { .. }
        | MessagesError::RecordsTooLarge { .. }
        | MessagesError::NegativeBurnAfter
        | MessagesError::FutureDate
        | MessagesError::FutureRecall
        | MessagesError::TooMany { .. }
        | MessagesError::TooManyReactions { .. }
        | MessagesError::NoConversation
        | MessagesError::KeyTooLong { .. }
        | MessagesError::ConversationKindMissing
        | MessagesError::SearchDisabled
        | MessagesError::NothingToSearch
        | MessagesError::SearchTooLong { .. }
        | MessagesError::InvalidCount => Shape::invalid(error),
    }
}
