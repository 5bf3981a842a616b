//! Why an operation on enrolments was refused or failed.

use crate::{model::UserId, services::groups, store};

/// Why an operation was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A rule of groups.
    #[error(transparent)]
    Groups(#[from] groups::Error),
    #[error("the {field} is longer than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error("at most {max} may wait for an answer")]
    TooManyPending { max: usize },
    #[error("there is no such answer to a request")]
    UnknownAction,
    #[error("{0} is no user id: ids are positive")]
    InvalidUser(UserId),
    /// The group is unknown, inactive or deleted.
    #[error("the group does not exist or is not active")]
    EntryToInactive,
    #[error("the group blocks this user")]
    EntryOfBlocked,
    #[error("the group is full")]
    Full,
    #[error("user {user} is in {max} groups, which is as many as one may be in")]
    TooManyJoined { user: UserId, max: u32 },

    #[error("only members may invite")]
    NotMemberToInvite,
    #[error("only the owner and managers may invite")]
    NotManagerToInvite,
    #[error("only the owner may invite")]
    NotOwnerToInvite,
    #[error("the invitee is a member already")]
    InviteeIsMember,
    #[error("the group blocks the invitee")]
    InviteeIsBlocked,
    #[error("users come into this group without an invitation")]
    InvitationNotNeeded,
    #[error("taking invitations back is switched off")]
    InvitationRecallDisabled,
    #[error("only the owner, managers or who invited may take the invitation back")]
    NotInviterToRecall,
    #[error("only the owner and managers may take an invitation back")]
    NotManagerToRecall,
    #[error("the invitation does not wait for an answer any more, so it cannot be taken back")]
    InvitationNotPendingToRecall,
    #[error("only the invitee may answer an invitation")]
    NotInvitee,
    #[error("the invitation does not wait for an answer any more")]
    InvitationNotPending,
    #[error("only the owner and managers may see the group's invitations")]
    NotManagerToQueryInvitations,

    #[error("members do not ask to join")]
    MemberRequests,
    #[error("the group blocks who asks to join")]
    BlockedRequests,
    #[error("the group to join does not exist or is not active")]
    RequestToInactive,
    #[error("this group is joined at once")]
    RequestWhereOpen,
    #[error("this group is joined by invitation")]
    RequestWhereInvited,
    #[error("this group is joined by answering questions")]
    RequestWhereQuestioned,
    #[error("taking requests to join back is switched off")]
    RequestRecallDisabled,
    #[error("only who sent a request may take it back")]
    NotSenderToRecall,
    #[error("the request does not wait for an answer any more, so it cannot be taken back")]
    RequestNotPendingToRecall,
    #[error("only the owner and managers may answer requests to join")]
    NotManagerToAnswer,
    #[error("the request does not wait for an answer any more")]
    RequestNotPending,
    #[error("only the owner and managers may see the group's requests to join")]
    NotManagerToQueryRequests,

    #[error("a question has a text and at least one answer")]
    QuestionIncomplete,
    #[error("a score is not negative")]
    NegativeScore,
    #[error("a question has at most {max} answers")]
    TooManyAnswers { max: usize },
    #[error("a group has at most {max} questions")]
    TooManyQuestions { max: usize },
    #[error("only the owner and managers may add questions")]
    NotManagerToAsk,
    #[error("the group to ask questions for does not exist or is not active")]
    QuestionForInactive,
    #[error("this group is joined by a request, so that questions mean nothing")]
    QuestionWhereRequested,
    #[error("this group is joined by invitation, so that questions mean nothing")]
    QuestionWhereInvited,
    #[error("this group is joined at once, so that questions mean nothing")]
    QuestionWhereOpen,
    #[error("only the owner and managers may change questions")]
    NotManagerToChangeQuestion,
    #[error("only the owner and managers may remove questions")]
    NotManagerToRemoveQuestion,
    #[error("only the owner and managers may see the answers")]
    NotManagerToSeeAnswers,
    #[error("no question is answered")]
    NoAnswers,
    #[error("the group blocks who answers")]
    BlockedAnswers,
    #[error("members need not answer")]
    MemberAnswers,
    #[error("the group whose questions were answered is not active")]
    AnswerForInactive,
    #[error("this group is no longer joined by answering questions")]
    AnswerWhereNotQuestioned,
}
