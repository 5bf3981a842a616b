//! The codes of relationships and friend requests.

use super::store;
use crate::{dispatch::RelationshipsError, model::Code};

/// The code of a refusal.
pub(super) fn relationships(error: &RelationshipsError) -> Code {
    match error {
        RelationshipsError::Store(error) => store(error),
        RelationshipsError::Exists => Code::CreateExistingRelationship,
        RelationshipsError::FriendRequestExists => Code::CreateExistingFriendRequest,
        RelationshipsError::BlockedByRecipient => Code::BlockedUserToSendFriendRequest,
        RelationshipsError::RecallDisabled => Code::RecallingFriendRequestIsDisabled,
        RelationshipsError::NotSenderToRecall => Code::NotSenderToRecallFriendRequest,
        RelationshipsError::NotPendingToRecall => Code::RecallNonPendingFriendRequest,
        RelationshipsError::NotRecipientToAnswer => Code::NotRecipientToUpdateFriendRequest,
        RelationshipsError::NotPendingToAnswer => Code::UpdateNonPendingFriendRequest,
        RelationshipsError::WithOneself
        | RelationshipsError::InvalidUser(_)
        | RelationshipsError::InvalidGroup(_)
        | RelationshipsError::SameGroup
        | RelationshipsError::TooMany { .. }
        | RelationshipsError::TooManyGroups { .. }
        | RelationshipsError::NameTooLong { .. }
        | RelationshipsError::DefaultGroup
        | RelationshipsError::TooLong { .. }
        | RelationshipsError::UnknownAction
        | RelationshipsError::TooManyFriendRequests { .. } => Code::IllegalArgument,
    }
}
