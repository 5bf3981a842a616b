//! Invitations, requests to join a group, and its questions.

use std::collections::BTreeMap;

use crate::model::{EnrolmentId, GroupId, QuestionId, Timestamp, UserId, Value, approval::ResponseAction};

/// Invite a user into a group.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateGroupInvitation {
    pub group: GroupId,
    pub invitee: UserId,
    pub content: String,
    pub attributes: Vec<Value>,
}

/// Take an invitation back.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteGroupInvitation {
    pub id: EnrolmentId,
    pub attributes: Vec<Value>,
}

/// Answer an invitation.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateGroupInvitation {
    pub id: EnrolmentId,
    /// `None` when the client sent a number that is no action.
    pub action: Option<ResponseAction>,
    pub reason: Option<String>,
    pub attributes: Vec<Value>,
}

/// List invitations: those of a group, or those that the requester sent or received.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QueryGroupInvitations {
    pub group: Option<GroupId>,
    pub sent: bool,
    pub version: Option<Timestamp>,
}

/// Ask to join a group.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateGroupJoinRequest {
    pub group: GroupId,
    pub content: String,
    pub attributes: Vec<Value>,
}

/// Take a request to join back.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteGroupJoinRequest {
    pub id: EnrolmentId,
    pub attributes: Vec<Value>,
}

/// Answer a request to join.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateGroupJoinRequest {
    pub id: EnrolmentId,
    /// `None` when the client sent a number that is no action.
    pub action: Option<ResponseAction>,
    pub reason: Option<String>,
    pub attributes: Vec<Value>,
}

/// List requests to join: those of a group, or the requester's own.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QueryGroupJoinRequests {
    pub group: Option<GroupId>,
    pub version: Option<Timestamp>,
}

/// A question that is to be added.
#[derive(Clone, PartialEq, Debug)]
pub struct NewQuestion {
    pub question: Option<String>,
    pub answers: Vec<String>,
    pub score: Option<i32>,
}

/// Add questions that whoever wants to join answers.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateGroupJoinQuestions {
    pub group: GroupId,
    pub questions: Vec<NewQuestion>,
}

/// Change a question.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateGroupJoinQuestion {
    pub id: QuestionId,
    pub question: Option<String>,
    /// Empty: as they are.
    pub answers: Vec<String>,
    pub score: Option<i32>,
}

/// Remove questions of a group.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteGroupJoinQuestions {
    pub group: GroupId,
    pub questions: Vec<QuestionId>,
}

/// List the questions of a group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QueryGroupJoinQuestions {
    pub group: GroupId,
    pub with_answers: bool,
    pub version: Option<Timestamp>,
}

/// Answer questions of a group, to join it.
#[derive(Clone, PartialEq, Debug)]
pub struct CheckGroupJoinQuestionsAnswers {
    pub answers: BTreeMap<QuestionId, String>,
}
