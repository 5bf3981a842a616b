//! The codes of messages and reactions.

use super::store;
use crate::{dispatch::MessagesError, model::Code};

/// The code of a refusal.
pub(super) fn messages(error: &MessagesError) -> Code {
    match error {
        MessagesError::Store(error) => store(error),
        MessagesError::SourceNotVisible => Code::NotMessageRecipientOrSenderToForwardMessage,
        MessagesError::ToOneself => Code::SendingMessagesToOneselfIsDisabled,
        MessagesError::RecipientNotActive => Code::MessageRecipientNotActive,
        MessagesError::BlockedByRecipient => Code::BlockedUserSendPrivateMessage,
        MessagesError::NotFriend => Code::NotFriendToSendPrivateMessage,
        MessagesError::GroupInactive => Code::SendMessageToInactiveGroup,
        MessagesError::GroupMuted => Code::SendMessageToMutedGroup,
        MessagesError::MemberMuted => Code::MutedGroupMemberSendMessage,
        MessagesError::NotMemberToSend => Code::NotSpeakableGroupGuestToSendMessage,
        MessagesError::BlockedByGroup => Code::BlockedUserSendGroupMessage,
        MessagesError::NotMemberToQuery => Code::NotGroupMemberToQueryGroupMessages,
        MessagesError::EditHeld => Code::MessageIsIllegal,
        MessagesError::TooManyHeld => Code::ServerUnavailable,
        MessagesError::TooManyHeldOfSender { .. } => Code::ClientRequestsTooFrequent,
        MessagesError::NotVisible | MessagesError::NotHeld => Code::ResourceNotFound,
        MessagesError::EditDisabled => Code::UpdatingMessageBySenderIsDisabled,
        MessagesError::NotSenderToEdit => Code::NotSenderToUpdateMessage,
        MessagesError::EditInDeletedGroup => Code::UpdateMessageOfNonexistentGroup,
        MessagesError::NotEditableInGroup => Code::UpdatingGroupMessageBySenderIsDisabled,
        MessagesError::RecallDisabled => Code::RecallingMessageIsDisabled,
        MessagesError::NotSenderToRecall => Code::NotSenderToRecallMessage,
        MessagesError::RecallInDeletedGroup => Code::RecallMessageOfNonexistentGroup,
        MessagesError::RecallTooLate => Code::MessageRecallTimeout,
        MessagesError::ConversationKindMissing => Code::InvalidRequest,
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
        | MessagesError::SearchDisabled
        | MessagesError::NothingToSearch
        | MessagesError::SearchTooLong { .. }
        | MessagesError::InvalidCount => Code::IllegalArgument,
    }
}
