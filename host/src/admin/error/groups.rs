//! The answers to refusals of groups and their members.

use super::{Shape, setting, store};
use crate::dispatch::GroupsError;

/// The answer to a refusal.
pub(super) fn groups(error: &GroupsError) -> Shape {
    match error {
        GroupsError::Store(error) => store(error),
        GroupsError::Setting(error) => setting(error),
        GroupsError::Exists
        | GroupsError::AlreadyMember
        | GroupsError::AlreadyBlocked
        | GroupsError::TypeInUse
        | GroupsError::TooManyJoined { .. }
        | GroupsError::Full => Shape::conflict(error),
        GroupsError::UnknownUser(_)
        | GroupsError::UnknownType
        | GroupsError::UnknownNewType
        | GroupsError::NoSuchType(_)
        | GroupsError::Inactive
        | GroupsError::UpdateInactive
        | GroupsError::RoleInInactive
        | GroupsError::MuteInInactive
        | GroupsError::MemberOfInactive
        | GroupsError::UnknownMember
        | GroupsError::MuteUnknown => Shape::not_found(error),
        GroupsError::ForbiddenType
        | GroupsError::JoinByInvitation
        | GroupsError::JoinByQuestions
        | GroupsError::JoinByRequest
        | GroupsError::NeedsApproval
        | GroupsError::NotOwnerToAdd
        | GroupsError::NotManagerToAdd
        | GroupsError::NotMemberToAdd
        | GroupsError::NotOwnerToAddManager
        | GroupsError::Blocked
        | GroupsError::OwnerWithoutSuccessor
        | GroupsError::NotOwnerToTransfer
        | GroupsError::SuccessorNotMember
        | GroupsError::NotManagerToRemove
        | GroupsError::NotOwnerToRemove
        | GroupsError::NotMemberToQuery
        | GroupsError::TooManyOwned
        | GroupsError::NotOwnerToUpdate
        | GroupsError::NotManagerToUpdate
        | GroupsError::NotMemberToUpdate
        | GroupsError::TypeChangeDisabled
        | GroupsError::NotOwnerToChangeType
        | GroupsError::ForbiddenNewType
        | GroupsError::NotOwnerToDelete
        | GroupsError::NotOwnerToSetRole
        | GroupsError::NotManagerToMute
        | GroupsError::MuteOfEqual
        | GroupsError::NotOwnerToUpdateMember
        | GroupsError::NotManagerToUpdateMember
        | GroupsError::NotMemberToUpdateMember
        | GroupsError::NotManagerToBlock
        | GroupsError::NotManagerToUnblock
        | GroupsError::SearchDisabled => Shape::forbidden(error),
        GroupsError::NegativeScore
        | GroupsError::TooManyIds { .. }
        | GroupsError::TooManyMembers { .. }
        | GroupsError::InvalidUser(_)
        | GroupsError::InvalidId(_)
        | GroupsError::TooLong { .. }
        | GroupsError::RoleNotGiven
        | GroupsError::MuteOneself
        | GroupsError::BlockOneself
        | GroupsError::TooManyBlocked { .. }
        | GroupsError::InvalidTypeId(_)
        | GroupsError::NoMembersInType
        | GroupsError::DefaultType
        | GroupsError::SelfWithOthers
        | GroupsError::JoinWithRole
        | GroupsError::RoleMissing
        | GroupsError::RoleNotAllowed
        | GroupsError::SuccessorWithMembers
        | GroupsError::TooMany { .. } => Shape::invalid(error),
    }
}
