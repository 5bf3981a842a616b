//! The codes of read dates, typing notices and settings.

use super::{setting, store};
use crate::{dispatch::ConversationsError, model::Code};

/// The code of a refusal.
pub(super) fn conversations(error: &ConversationsError) -> Code {
    match error {
        ConversationsError::Store(error) => store(error),
        ConversationsError::Setting(error) => setting(error),
        ConversationsError::ReadReceiptsDisabled => Code::UpdatingReadDateIsDisabled,
        ConversationsError::GroupInactive => Code::UpdatingReadDateOfNonexistentGroupConversation,
        ConversationsError::NotMemberToRead => Code::NotGroupMemberToUpdateReadDateOfGroupConversation,
        ConversationsError::ReadReceiptsDisabledByGroup => Code::UpdatingReadDateIsDisabledByGroup,
        ConversationsError::MovingBack => Code::MovingReadDateForwardIsDisabled,
        ConversationsError::TypingDisabled => Code::UpdatingTypingStatusIsDisabled,
        ConversationsError::NotMemberToType => Code::NotGroupMemberToSendTypingStatus,
        ConversationsError::NotFriendToType => Code::NotFriendToSendTypingStatus,
        ConversationsError::NotRelatedToSet => Code::NotRelatedUserToUpdatePrivateConversationSetting,
        ConversationsError::NotMemberToSet => Code::NotGroupMemberToUpdateGroupConversationSetting,
        ConversationsError::NoConversation
        | ConversationsError::WithOneself
        | ConversationsError::TooMany { .. }
        | ConversationsError::InvalidCount => Code::IllegalArgument,
    }
}
