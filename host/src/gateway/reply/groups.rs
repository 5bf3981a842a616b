//! The codes of groups and their members.

use super::{setting, store};
use crate::{dispatch::GroupsError, model::Code};

/// The code of a refusal.
pub(super) fn groups(error: &GroupsError) -> Code {
    match error {
        GroupsError::Store(error) => store(error),
        GroupsError::Setting(error) => setting(error),
        GroupsError::UnknownType => Code::CreateGroupWithNonexistentGroupType,
        GroupsError::ForbiddenType => Code::NoPermissionToCreateGroupWithGroupType,
        GroupsError::Inactive => Code::AddUserToInactiveGroup,
        GroupsError::JoinByInvitation => Code::UserJoinGroupWithoutAcceptingGroupInvitation,
        GroupsError::JoinByQuestions => Code::UserJoinGroupWithoutAnsweringGroupQuestion,
        GroupsError::JoinByRequest => Code::UserJoinGroupWithoutSendingGroupJoinRequest,
        GroupsError::NeedsApproval => Code::AddUserToGroupRequiringUsersApproval,
        GroupsError::NotOwnerToAdd => Code::NotGroupOwnerToAddGroupMember,
        GroupsError::NotManagerToAdd => Code::NotGroupOwnerOrManagerToAddGroupMember,
        GroupsError::NotMemberToAdd => Code::NotGroupMemberToAddGroupMember,
        GroupsError::NotOwnerToAddManager => Code::NotGroupOwnerToAddGroupManager,
        GroupsError::UnknownUser(_) => Code::ResourceNotFound,
        GroupsError::Blocked => Code::AddBlockedUserToGroup,
        GroupsError::Full => Code::AddUserToGroupWithSizeLimitReached,
        GroupsError::AlreadyMember | GroupsError::AlreadyBlocked | GroupsError::Exists | GroupsError::TypeInUse => {
            Code::RecordContainsDuplicateKey
        }
        GroupsError::UpdateInactive => Code::UpdateInfoOfNonexistentGroup,
        GroupsError::NotOwnerToUpdate => Code::NotGroupOwnerToUpdateGroupInfo,
        GroupsError::NotManagerToUpdate => Code::NotGroupOwnerOrManagerToUpdateGroupInfo,
        GroupsError::NotMemberToUpdate => Code::NotGroupMemberToUpdateGroupInfo,
        GroupsError::TypeChangeDisabled => Code::UpdatingGroupTypeIsDisabled,
        GroupsError::NotOwnerToChangeType => Code::NotGroupOwnerToUpdateGroupType,
        GroupsError::UnknownNewType => Code::UpdateGroupToNonexistentGroupType,
        GroupsError::ForbiddenNewType => Code::NoPermissionToUpdateGroupToGroupType,
        GroupsError::NotOwnerToDelete => Code::NotGroupOwnerToDeleteGroup,
        GroupsError::TooManyOwned => Code::MaxOwnedGroupsReached,
        GroupsError::NotOwnerToSetRole => Code::NotGroupOwnerToUpdateGroupMemberRole,
        GroupsError::RoleInInactive => Code::UpdateGroupMemberRoleOfNonexistentGroup,
        GroupsError::NotOwnerToUpdateMember => Code::NotGroupOwnerToUpdateGroupMemberInfo,
        GroupsError::NotManagerToUpdateMember => Code::NotGroupOwnerOrManagerToUpdateGroupMemberInfo,
        GroupsError::NotMemberToUpdateMember => Code::NotGroupMemberToUpdateGroupMemberInfo,
        GroupsError::MemberOfInactive => Code::UpdateGroupMemberInfoOfNonexistentGroup,
        GroupsError::UnknownMember => Code::UpdateInfoOfNonexistentGroupMember,
        GroupsError::NotManagerToMute => Code::NotGroupOwnerOrManagerToMuteGroupMember,
        GroupsError::MuteOfEqual => Code::MuteGroupMemberWithRoleEqualToOrHigherThanRequester,
        GroupsError::MuteInInactive => Code::MuteGroupMemberOfNonexistentGroup,
        GroupsError::MuteUnknown => Code::MuteNonexistentGroupMember,
        GroupsError::NotManagerToBlock => Code::NotGroupOwnerOrManagerToAddBlockedUser,
        GroupsError::NotManagerToUnblock => Code::NotGroupOwnerOrManagerToRemoveBlockedUser,
        GroupsError::NoSuchType(_) => Code::ResourceNotFound,
        GroupsError::OwnerWithoutSuccessor => Code::GroupOwnerQuitWithoutSpecifyingSuccessor,
        GroupsError::NotOwnerToTransfer => Code::NotGroupOwnerToTransferGroup,
        GroupsError::SuccessorNotMember => Code::GroupSuccessorNotGroupMember,
        GroupsError::NotManagerToRemove => Code::NotGroupOwnerOrManagerToRemoveGroupMember,
        GroupsError::NotOwnerToRemove => Code::NotGroupOwnerToRemoveGroupOwnerOrManager,
        GroupsError::NotMemberToQuery => Code::NotGroupMemberToQueryGroupMemberInfo,
        GroupsError::SearchDisabled => Code::SearchingGroupIsDisabled,
        GroupsError::NegativeScore
        | GroupsError::TooManyJoined { .. }
        | GroupsError::TooManyIds { .. }
        | GroupsError::TooManyMembers { .. }
        | GroupsError::InvalidUser(_)
        | GroupsError::SelfWithOthers
        | GroupsError::JoinWithRole
        | GroupsError::RoleMissing
        | GroupsError::RoleNotAllowed
        | GroupsError::SuccessorWithMembers
        | GroupsError::InvalidId(_)
        | GroupsError::TooLong { .. }
        | GroupsError::RoleNotGiven
        | GroupsError::MuteOneself
        | GroupsError::BlockOneself
        | GroupsError::TooManyBlocked { .. }
        | GroupsError::InvalidTypeId(_)
        | GroupsError::NoMembersInType
        | GroupsError::DefaultType
        | GroupsError::TooMany { .. } => Code::IllegalArgument,
    }
}
