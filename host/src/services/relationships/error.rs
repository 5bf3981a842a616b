//! Why an operation on relationships or friend requests was refused or failed.

use crate::{
    model::{RelationshipGroupIndex, UserId},
    store,
};

/// Why an operation was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("a user has no relationship to themselves")]
    WithOneself,
    #[error("{0} is no user id: ids are positive")]
    InvalidUser(UserId),
    #[error("{0} is no relationship group: its index is not negative")]
    InvalidGroup(RelationshipGroupIndex),
    #[error("the group to leave is the group to go to")]
    SameGroup,
    #[error("there is such a relationship already")]
    Exists,
    #[error("a user has at most {max} relationships")]
    TooMany { max: usize },
    #[error("at most {max} groups of relationships")]
    TooManyGroups { max: usize },
    #[error("the name of the group is longer than {max} characters")]
    NameTooLong { max: usize },
    #[error("the default group cannot be deleted")]
    DefaultGroup,
    #[error("the {field} is longer than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error("there is such a friend request already")]
    FriendRequestExists,
    #[error("the recipient blocks the sender")]
    BlockedByRecipient,
    #[error("at most {max} friend requests may wait for an answer")]
    TooManyFriendRequests { max: usize },
    #[error("taking friend requests back is switched off")]
    RecallDisabled,
    #[error("the requester did not send this friend request")]
    NotSenderToRecall,
    #[error("the friend request to take back does not wait for an answer")]
    NotPendingToRecall,
    #[error("there is no such answer to a request")]
    UnknownAction,
    #[error("this friend request was not sent to the requester")]
    NotRecipientToAnswer,
    #[error("the friend request to answer does not wait for an answer")]
    NotPendingToAnswer,
}
