//! The answers to refusals of relationships and friend requests.

use super::{Shape, store};
use crate::dispatch::RelationshipsError;

/// The answer to a refusal.
pub(super) fn relationships(error: &RelationshipsError) -> Shape {
    match error {
        RelationshipsError::Store(error) => store(error),
        RelationshipsError::Exists
        | RelationshipsError::FriendRequestExists
        | RelationshipsError::NotPendingToRecall
        | RelationshipsError::NotPendingToAnswer => Shape::conflict(error),
        RelationshipsError::BlockedByRecipient
        | RelationshipsError::RecallDisabled
        | RelationshipsError::NotSenderToRecall
        | RelationshipsError::NotRecipientToAnswer => Shape::forbidden(error),
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
        | RelationshipsError::TooManyFriendRequests { .. } => Shape::invalid(error),
    }
}
