//! Invitations, requests to join a group, and its questions.

use talaria_proto::client as proto;

use super::{
    enums,
    scalar::{date, millis},
    value,
};
use crate::model::{
    EnrolmentId, GroupId, QuestionId, UserId,
    command::{
        CheckGroupJoinQuestionsAnswers, CreateGroupInvitation, CreateGroupJoinQuestions, CreateGroupJoinRequest,
        DeleteGroupInvitation, DeleteGroupJoinQuestions, DeleteGroupJoinRequest, NewQuestion, QueryGroupInvitations,
        QueryGroupJoinQuestions, QueryGroupJoinRequests, UpdateGroupInvitation, UpdateGroupJoinQuestion,
        UpdateGroupJoinRequest,
    },
    enrolment::{AnswerResult, Enrolment, Question},
};

impl From<proto::CreateGroupInvitationRequest> for CreateGroupInvitation {
    fn from(it: proto::CreateGroupInvitationRequest) -> Self {
        Self {
            group: GroupId(it.group_id),
            invitee: UserId(it.invitee_id),
            content: it.content,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&CreateGroupInvitation> for proto::CreateGroupInvitationRequest {
    fn from(it: &CreateGroupInvitation) -> Self {
        Self {
            group_id: it.group.0,
            invitee_id: it.invitee.0,
            content: it.content.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::DeleteGroupInvitationRequest> for DeleteGroupInvitation {
    fn from(it: proto::DeleteGroupInvitationRequest) -> Self {
        Self { id: EnrolmentId(it.invitation_id), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&DeleteGroupInvitation> for proto::DeleteGroupInvitationRequest {
    fn from(it: &DeleteGroupInvitation) -> Self {
        Self { invitation_id: it.id.0, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::UpdateGroupInvitationRequest> for UpdateGroupInvitation {
    fn from(it: proto::UpdateGroupInvitationRequest) -> Self {
        Self {
            id: EnrolmentId(it.invitation_id),
            action: enums::decode_action(it.response_action),
            reason: it.reason,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateGroupInvitation> for proto::UpdateGroupInvitationRequest {
    fn from(it: &UpdateGroupInvitation) -> Self {
        Self {
            invitation_id: it.id.0,
            response_action: it.action.map(enums::encode_action).unwrap_or_default(),
            reason: it.reason.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::QueryGroupInvitationsRequest> for QueryGroupInvitations {
    fn from(it: proto::QueryGroupInvitationsRequest) -> Self {
        Self {
            group: it.group_id.map(GroupId),
            sent: it.are_sent_by_me.unwrap_or_default(),
            version: date(it.last_updated_date),
        }
    }
}

impl From<proto::CreateGroupJoinRequestRequest> for CreateGroupJoinRequest {
    fn from(it: proto::CreateGroupJoinRequestRequest) -> Self {
        Self { group: GroupId(it.group_id), content: it.content, attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&CreateGroupJoinRequest> for proto::CreateGroupJoinRequestRequest {
    fn from(it: &CreateGroupJoinRequest) -> Self {
        Self { group_id: it.group.0, content: it.content.clone(), custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::DeleteGroupJoinRequestRequest> for DeleteGroupJoinRequest {
    fn from(it: proto::DeleteGroupJoinRequestRequest) -> Self {
        Self { id: EnrolmentId(it.request_id), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&DeleteGroupJoinRequest> for proto::DeleteGroupJoinRequestRequest {
    fn from(it: &DeleteGroupJoinRequest) -> Self {
        Self { request_id: it.id.0, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::UpdateGroupJoinRequestRequest> for UpdateGroupJoinRequest {
    fn from(it: proto::UpdateGroupJoinRequestRequest) -> Self {
        Self {
            id: EnrolmentId(it.request_id),
            action: enums::decode_action(it.response_action),
            reason: it.reason,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateGroupJoinRequest> for proto::UpdateGroupJoinRequestRequest {
    fn from(it: &UpdateGroupJoinRequest) -> Self {
        Self {
            request_id: it.id.0,
            response_action: it.action.map(enums::encode_action).unwrap_or_default(),
            reason: it.reason.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::QueryGroupJoinRequestsRequest> for QueryGroupJoinRequests {
    fn from(it: proto::QueryGroupJoinRequestsRequest) -> Self {
        Self { group: it.group_id.map(GroupId), version: date(it.last_updated_date) }
    }
}

impl From<proto::CreateGroupJoinQuestionsRequest> for CreateGroupJoinQuestions {
    fn from(it: proto::CreateGroupJoinQuestionsRequest) -> Self {
        let question =
            |it: proto::GroupJoinQuestion| NewQuestion { question: it.question, answers: it.answers, score: it.score };
        Self { group: GroupId(it.group_id), questions: it.questions.into_iter().map(question).collect() }
    }
}

impl From<proto::UpdateGroupJoinQuestionRequest> for UpdateGroupJoinQuestion {
    fn from(it: proto::UpdateGroupJoinQuestionRequest) -> Self {
        Self { id: QuestionId(it.question_id), question: it.question, answers: it.answers, score: it.score }
    }
}

impl From<proto::DeleteGroupJoinQuestionsRequest> for DeleteGroupJoinQuestions {
    fn from(it: proto::DeleteGroupJoinQuestionsRequest) -> Self {
        Self { group: GroupId(it.group_id), questions: it.question_ids.into_iter().map(QuestionId).collect() }
    }
}

impl From<proto::QueryGroupJoinQuestionsRequest> for QueryGroupJoinQuestions {
    fn from(it: proto::QueryGroupJoinQuestionsRequest) -> Self {
        Self { group: GroupId(it.group_id), with_answers: it.with_answers, version: date(it.last_updated_date) }
    }
}

impl From<proto::CheckGroupJoinQuestionsAnswersRequest> for CheckGroupJoinQuestionsAnswers {
    fn from(it: proto::CheckGroupJoinQuestionsAnswersRequest) -> Self {
        let answers = it.question_id_to_answer.into_iter();
        Self { answers: answers.map(|(id, answer)| (QuestionId(id), answer)).collect() }
    }
}

pub(super) fn invitation(it: Enrolment) -> proto::GroupInvitation {
    proto::GroupInvitation {
        id: Some(it.id.0),
        creation_date: Some(it.creation_date.0),
        content: Some(it.content),
        status: Some(enums::encode_request_status(it.status)),
        expiration_date: millis(it.expiration_date),
        group_id: Some(it.group.0),
        inviter_id: Some(it.sender.0),
        invitee_id: Some(it.candidate.0),
        custom_attributes: Vec::new(),
    }
}

pub(super) fn join_request(it: Enrolment) -> proto::GroupJoinRequest {
    proto::GroupJoinRequest {
        id: Some(it.id.0),
        creation_date: Some(it.creation_date.0),
        content: Some(it.content),
        status: Some(enums::encode_request_status(it.status)),
        expiration_date: millis(it.expiration_date),
        group_id: Some(it.group.0),
        requester_id: Some(it.sender.0),
        responder_id: it.responder.map(|user| user.0),
        custom_attributes: Vec::new(),
    }
}

/// Whoever wants to answer sees neither the answers nor what they are worth.
pub(super) fn question(it: Question, with_answers: bool) -> proto::GroupJoinQuestion {
    proto::GroupJoinQuestion {
        id: Some(it.id.0),
        group_id: Some(it.group.0),
        question: Some(it.question),
        answers: if with_answers { it.answers } else { Vec::new() },
        score: with_answers.then_some(it.score),
        custom_attributes: Vec::new(),
    }
}

pub(super) fn answer_result(it: AnswerResult) -> proto::GroupJoinQuestionsAnswerResult {
    proto::GroupJoinQuestionsAnswerResult {
        score: it.score,
        question_ids: it.questions.into_iter().map(|id| id.0).collect(),
        joined: it.joined,
    }
}
