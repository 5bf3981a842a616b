//! Why an operation on groups was refused or failed.

use crate::{
    model::{GroupId, UserId},
    store,
};

/// Why an operation was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the minimum score is negative")]
    NegativeScore,
    #[error("there is no such group type")]
    UnknownType,
    #[error("users may not create groups of this type")]
    ForbiddenType,
    #[error("at most {max} members in one request")]
    TooManyMembers { max: usize },
    #[error("{0} is no user id: ids are positive")]
    InvalidUser(UserId),
    #[error("a user joins or leaves by a request of their own, without naming others")]
    SelfWithOthers,
    #[error("a user who joins becomes a plain member")]
    JoinWithRole,
    #[error("the role of the new members is missing")]
    RoleMissing,
    #[error("new members are managers or plain members")]
    RoleNotAllowed,
    /// The group is unknown, inactive or deleted.
    #[error("the group does not exist or is not active")]
    Inactive,
    #[error("this group is joined by accepting an invitation")]
    JoinByInvitation,
    #[error("this group is joined by answering its questions")]
    JoinByQuestions,
    #[error("this group is joined by a request that it accepts")]
    JoinByRequest,
    #[error("users come into this group by accepting an invitation")]
    NeedsApproval,
    #[error("only the owner may add members")]
    NotOwnerToAdd,
    #[error("only the owner and managers may add members")]
    NotManagerToAdd,
    #[error("only members may add members")]
    NotMemberToAdd,
    #[error("only the owner may add a manager")]
    NotOwnerToAddManager,
    #[error("there is no active user {0}")]
    UnknownUser(UserId),
    #[error("the group blocks this user")]
    Blocked,
    #[error("the group is full")]
    Full,
    #[error("a user is a member already")]
    AlreadyMember,
    #[error("a successor is named alone, or by the owner who leaves")]
    SuccessorWithMembers,
    #[error("the owner must name a successor before leaving")]
    OwnerWithoutSuccessor,
    #[error("only the owner may hand the group over")]
    NotOwnerToTransfer,
    #[error("the successor is not a member")]
    SuccessorNotMember,
    #[error("only the owner and managers may remove members")]
    NotManagerToRemove,
    #[error("only the owner may remove a manager, and nobody the owner")]
    NotOwnerToRemove,
    #[error("only members may see who is in the group")]
    NotMemberToQuery,
    #[error("searching for groups is switched off")]
    SearchDisabled,
    #[error("{0} is no group id: ids are positive")]
    InvalidId(GroupId),
    /// A group to create is there already.
    #[error("a group with this id exists already")]
    Exists,
    #[error("at most {max} groups at once")]
    TooMany { max: usize },
}
