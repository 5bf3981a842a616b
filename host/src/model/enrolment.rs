//! Coming into a group by consent: invitations, requests to join, and questions to answer.

use super::{EnrolmentId, GroupId, QuestionId, Timestamp, UserId, approval::RequestStatus, group::MemberLimits};

/// An invitation or a request to join, as stored. They differ in who starts and who answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub kind: EnrolmentKind,
    pub group: GroupId,
    /// Who invited, or who asks to join.
    pub sender: UserId,
    /// Who would come in: the invitee, or the sender of a request.
    pub candidate: UserId,
    pub content: String,
    pub status: RequestStatus,
    /// What was said with the answer.
    pub reason: Option<String>,
    /// Who answered it or took it back.
    pub responder: Option<UserId>,
    pub creation_date: Timestamp,
    /// Fixed when it is made, so that a later change of the settings breaks no promise; `None`: never.
    pub expiration_date: Option<Timestamp>,
    /// When it was answered or taken back.
    pub settlement_date: Option<Timestamp>,
}

/// Who starts an enrolment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EnrolmentKind {
    /// A member starts, the candidate answers.
    Invitation,
    /// The candidate starts, the owner or a manager answers.
    JoinRequest,
}

/// Whose enrolments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnrolmentScope {
    OfGroup(GroupId),
    SentBy(UserId),
    /// Invitations only.
    ReceivedBy(UserId),
}

/// What a new enrolment must keep to, checked together with storing it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnrolmentLimits {
    /// How many of one sender and kind may wait for an answer.
    pub max_pending: usize,
    /// How many others of one sender and kind are kept: the oldest beyond go.
    pub max_settled: usize,
}

/// What an answer, or taking it back, says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    pub status: RequestStatus,
    pub reason: Option<String>,
    pub responder: UserId,
    /// These count when the status is [`RequestStatus::Accepted`], which makes the candidate a member.
    pub limits: MemberLimits,
}

/// What became of a settlement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// It is settled now; whether the candidate became a member.
    Done { joined: bool },
    /// It was settled before, or there is none.
    NotPending,
    /// The candidate cannot come in: the group is full or gone, and nothing changed.
    Full,
    /// The candidate is in as many groups as one may be in, and nothing changed.
    TooManyJoined,
}

/// A question that whoever wants to join answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    pub id: QuestionId,
    pub group: GroupId,
    pub question: String,
    /// Any of these is right.
    pub answers: Vec<String>,
    /// What a right answer adds.
    pub score: i32,
}

/// Changes to a question; what is `None` stays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QuestionPatch {
    pub question: Option<String>,
    pub answers: Option<Vec<String>>,
    pub score: Option<i32>,
}

impl QuestionPatch {
    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How answers to questions were judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerResult {
    pub score: i32,
    /// Those that were answered rightly.
    pub questions: Vec<QuestionId>,
    pub joined: bool,
}
