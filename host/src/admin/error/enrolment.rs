//! The answers to refusals of invitations, requests to join and questions.

use super::{Shape, groups::groups, store};
use crate::dispatch::EnrolmentError;

/// The answer to a refusal.
pub(super) fn enrolment(error: &EnrolmentError) -> Shape {
    match error {
        EnrolmentError::Store(error) => store(error),
        EnrolmentError::Groups(error) => groups(error),
        EnrolmentError::MemberAnswers
        | EnrolmentError::MemberRequests
        | EnrolmentError::RequestNotPendingToRecall
        | EnrolmentError::RequestNotPending
        | EnrolmentError::InviteeIsMember
        | EnrolmentError::InvitationNotPendingToRecall
        | EnrolmentError::InvitationNotPending
        | EnrolmentError::TooManyJoined { .. }
        | EnrolmentError::Full => Shape::conflict(error),
        EnrolmentError::QuestionForInactive
        | EnrolmentError::AnswerForInactive
        | EnrolmentError::RequestToInactive
        | EnrolmentError::EntryToInactive => Shape::not_found(error),
        EnrolmentError::NotManagerToAsk
        | EnrolmentError::NotManagerToRemoveQuestion
        | EnrolmentError::NotManagerToChangeQuestion
        | EnrolmentError::NotManagerToSeeAnswers
        | EnrolmentError::QuestionWhereRequested
        | EnrolmentError::QuestionWhereInvited
        | EnrolmentError::QuestionWhereOpen
        | EnrolmentError::BlockedAnswers
        | EnrolmentError::AnswerWhereNotQuestioned
        | EnrolmentError::BlockedRequests
        | EnrolmentError::NotSenderToRecall
        | EnrolmentError::NotManagerToQueryRequests
        | EnrolmentError::RequestWhereOpen
        | EnrolmentError::RequestWhereInvited
        | EnrolmentError::RequestWhereQuestioned
        | EnrolmentError::RequestRecallDisabled
        | EnrolmentError::NotManagerToAnswer
        | EnrolmentError::InviteeIsBlocked
        | EnrolmentError::InvitationNotNeeded
        | EnrolmentError::NotOwnerToInvite
        | EnrolmentError::NotManagerToInvite
        | EnrolmentError::NotMemberToInvite
        | EnrolmentError::InvitationRecallDisabled
        | EnrolmentError::NotManagerToRecall
        | EnrolmentError::NotInviterToRecall
        | EnrolmentError::NotInvitee
        | EnrolmentError::NotManagerToQueryInvitations
        | EnrolmentError::EntryOfBlocked => Shape::forbidden(error),
        EnrolmentError::TooLong { .. }
        | EnrolmentError::TooManyPending { .. }
        | EnrolmentError::UnknownAction
        | EnrolmentError::InvalidUser(_)
        | EnrolmentError::QuestionIncomplete
        | EnrolmentError::NegativeScore
        | EnrolmentError::TooManyAnswers { .. }
        | EnrolmentError::TooManyQuestions { .. }
        | EnrolmentError::NoAnswers => Shape::invalid(error),
    }
}
