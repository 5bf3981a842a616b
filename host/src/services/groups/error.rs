//! Why an operation on groups was refused or failed.

use crate::{
    model::{GroupId, GroupTypeId, UserId},
    services::settings,
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
    #[error("the {field} is longer than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error("the user owns as many groups as they may")]
    TooManyOwned,
    #[error("user {user} is in {max} groups, which is as many as one may be in")]
    TooManyJoined { user: UserId, max: u32 },
    /// The group is unknown, inactive or deleted.
    #[error("the group to change does not exist or is not active")]
    UpdateInactive,
    #[error("only the owner may change what the group is")]
    NotOwnerToUpdate,
    #[error("only the owner and managers may change what the group is")]
    NotManagerToUpdate,
    #[error("only members may change what the group is")]
    NotMemberToUpdate,
    #[error("changing the type of a group is switched off")]
    TypeChangeDisabled,
    #[error("only the owner may change the type of the group")]
    NotOwnerToChangeType,
    #[error("there is no such group type to change to")]
    UnknownNewType,
    #[error("the owner may not have groups of this type")]
    ForbiddenNewType,
    /// An attribute that the operator does not allow, or not with this value.
    #[error(transparent)]
    Setting(#[from] settings::Error),
    #[error("only the owner may delete the group")]
    NotOwnerToDelete,
    #[error("at most {max} groups in one query")]
    TooManyIds { max: usize },
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
    #[error("a member can be made anything but the owner, whose role is handed over")]
    RoleNotGiven,
    #[error("there is no such group to give a role in")]
    RoleInInactive,
    #[error("only the owner may give roles")]
    NotOwnerToSetRole,
    #[error("nobody mutes themselves")]
    MuteOneself,
    #[error("there is no such group to mute somebody in")]
    MuteInInactive,
    #[error("only members may mute, and only those of a lower role")]
    NotManagerToMute,
    #[error("the user to mute is not a member")]
    MuteUnknown,
    #[error("only members of a lower role can be muted")]
    MuteOfEqual,
    #[error("there is no such group whose members could be changed")]
    MemberOfInactive,
    #[error("the user to change is not a member")]
    UnknownMember,
    #[error("only the owner may change members")]
    NotOwnerToUpdateMember,
    #[error("only the owner and managers may change members")]
    NotManagerToUpdateMember,
    #[error("only members may change members")]
    NotMemberToUpdateMember,
    #[error("nobody blocks themselves")]
    BlockOneself,
    #[error("only the owner and managers may block users")]
    NotManagerToBlock,
    #[error("only the owner and managers may unblock users")]
    NotManagerToUnblock,
    #[error("the group blocks this user already")]
    AlreadyBlocked,
    #[error("a group blocks at most {max} users")]
    TooManyBlocked { max: usize },
    #[error("only members may see who is in the group")]
    NotMemberToQuery,
    #[error("searching for groups is switched off")]
    SearchDisabled,
    #[error("{0} is no group id: ids are positive")]
    InvalidId(GroupId),
    /// A group to create is there already.
    #[error("a group with this id exists already")]
    Exists,
    #[error("{0} is no id of a group type: they are not negative")]
    InvalidTypeId(GroupTypeId),
    #[error("the size limit must be at least 1")]
    NoMembersInType,
    #[error("type 0 cannot be removed")]
    DefaultType,
    #[error("there is no group type {0}")]
    NoSuchType(GroupTypeId),
    #[error("there are groups of this type")]
    TypeInUse,
    #[error("at most {max} groups at once")]
    TooMany { max: usize },
}
