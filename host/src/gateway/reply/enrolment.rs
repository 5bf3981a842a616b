//! The codes of invitations, requests to join and questions.

use super::{groups::groups, store};
use crate::{dispatch::EnrolmentError, model::Code};

/// The code of a refusal.
pub(super) fn enrolment(error: &EnrolmentError) -> Code {
    match error {
        EnrolmentError::Store(error) => store(error),
        EnrolmentError::Groups(error) => groups(error),
        EnrolmentError::EntryToInactive => Code::AddUserToInactiveGroup,
        EnrolmentError::EntryOfBlocked => Code::AddBlockedUserToGroup,
        EnrolmentError::Full => Code::AddUserToGroupWithSizeLimitReached,
        EnrolmentError::NotManagerToAsk => Code::NotGroupOwnerOrManagerToCreateGroupQuestion,
        EnrolmentError::NotManagerToRemoveQuestion => Code::NotGroupOwnerOrManagerToDeleteGroupQuestion,
        EnrolmentError::NotManagerToChangeQuestion => Code::NotGroupOwnerOrManagerToUpdateGroupQuestion,
        EnrolmentError::NotManagerToSeeAnswers => Code::NotGroupOwnerOrManagerToQueryGroupQuestionAnswer,
        EnrolmentError::QuestionForInactive => Code::CreateGroupQuestionForInactiveGroup,
        EnrolmentError::QuestionWhereRequested => Code::CreateGroupQuestionForGroupUsingJoinRequest,
        EnrolmentError::QuestionWhereInvited => Code::CreateGroupQuestionForGroupUsingInvitation,
        EnrolmentError::QuestionWhereOpen => Code::CreateGroupQuestionForGroupUsingMembershipRequest,
        EnrolmentError::BlockedAnswers => Code::GroupQuestionAnswererHasBeenBlocked,
        EnrolmentError::MemberAnswers => Code::GroupMemberAnswerGroupQuestion,
        EnrolmentError::AnswerWhereNotQuestioned => Code::AnswerInactiveGroupQuestion,
        EnrolmentError::AnswerForInactive => Code::AnswerGroupQuestionOfInactiveGroup,
        EnrolmentError::BlockedRequests => Code::BlockedUserSendGroupJoinRequest,
        EnrolmentError::MemberRequests => Code::GroupMemberSendGroupJoinRequest,
        EnrolmentError::NotSenderToRecall => Code::NotSenderToRecallGroupJoinRequest,
        EnrolmentError::NotManagerToQueryRequests => Code::NotGroupOwnerOrManagerToQueryGroupJoinRequest,
        EnrolmentError::RequestNotPendingToRecall => Code::RecallNonPendingGroupJoinRequest,
        EnrolmentError::RequestToInactive => Code::SendGroupJoinRequestToInactiveGroup,
        EnrolmentError::RequestWhereOpen => Code::SendGroupJoinRequestToGroupUsingMembershipRequest,
        EnrolmentError::RequestWhereInvited => Code::SendGroupJoinRequestToGroupUsingInvitation,
        EnrolmentError::RequestWhereQuestioned => Code::SendGroupJoinRequestToGroupUsingQuestion,
        EnrolmentError::RequestRecallDisabled => Code::RecallingGroupJoinRequestIsDisabled,
        EnrolmentError::RequestNotPending => Code::UpdateNonPendingGroupJoinRequest,
        EnrolmentError::NotManagerToAnswer => Code::NotGroupOwnerOrManagerToUpdateGroupJoinRequest,
        EnrolmentError::InviteeIsMember => Code::SendGroupInvitationToGroupMember,
        EnrolmentError::InviteeIsBlocked => Code::SendGroupInvitationToBlockedUser,
        EnrolmentError::InvitationNotNeeded => Code::SendGroupInvitationToGroupNotRequiringUsersApproval,
        EnrolmentError::NotOwnerToInvite => Code::NotGroupOwnerToSendGroupInvitation,
        EnrolmentError::NotManagerToInvite => Code::NotGroupOwnerOrManagerToSendGroupInvitation,
        EnrolmentError::NotMemberToInvite => Code::NotGroupMemberToSendGroupInvitation,
        EnrolmentError::InvitationRecallDisabled => Code::RecallingGroupInvitationIsDisabled,
        EnrolmentError::NotManagerToRecall => Code::NotGroupOwnerOrManagerToRecallGroupInvitation,
        EnrolmentError::NotInviterToRecall => Code::NotGroupOwnerOrManagerOrSenderToRecallGroupInvitation,
        EnrolmentError::InvitationNotPendingToRecall => Code::RecallNonPendingGroupInvitation,
        EnrolmentError::InvitationNotPending => Code::UpdateNonPendingGroupInvitation,
        EnrolmentError::NotInvitee => Code::NotInviteeToUpdateGroupInvitation,
        EnrolmentError::NotManagerToQueryInvitations => Code::NotGroupOwnerOrManagerToQueryGroupInvitation,
        EnrolmentError::TooManyJoined { .. }
        | EnrolmentError::TooLong { .. }
        | EnrolmentError::TooManyPending { .. }
        | EnrolmentError::UnknownAction
        | EnrolmentError::InvalidUser(_)
        | EnrolmentError::QuestionIncomplete
        | EnrolmentError::NegativeScore
        | EnrolmentError::TooManyAnswers { .. }
        | EnrolmentError::TooManyQuestions { .. }
        | EnrolmentError::NoAnswers => Code::IllegalArgument,
    }
}
