//! What filters judge where several operations make the same step: borrowed from whatever the operation is, so that a
//! patch lands there.

use std::collections::BTreeMap;

use crate::model::{
    EnrolmentId, GroupId, GroupTypeId, QuestionId, UserId, UserRoleId, Value, approval::ResponseAction, group::Role,
    message::Target,
};

/// A group that is about to be founded.
#[derive(Debug)]
pub(in crate::dispatch) struct Founding<'a> {
    pub(in crate::dispatch) owner: UserId,
    pub(in crate::dispatch) type_id: Option<GroupTypeId>,
    pub(in crate::dispatch) name: &'a mut String,
    pub(in crate::dispatch) intro: &'a mut Option<String>,
    pub(in crate::dispatch) announcement: &'a mut Option<String>,
}

/// What is about to be changed of a user; what is `None` stays.
#[derive(Debug)]
pub(in crate::dispatch) struct ProfileChange<'a> {
    pub(in crate::dispatch) user: UserId,
    pub(in crate::dispatch) name: &'a mut Option<String>,
    pub(in crate::dispatch) intro: &'a mut Option<String>,
    pub(in crate::dispatch) profile_picture: &'a mut Option<String>,
    pub(in crate::dispatch) has_password: bool,
    pub(in crate::dispatch) active: Option<bool>,
    pub(in crate::dispatch) role: Option<UserRoleId>,
}

/// Whose settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dispatch) enum SettingsScope {
    /// The user's own.
    User,
    /// Those of one conversation of the user.
    Conversation(Target),
    /// Those of all conversations of the user.
    Conversations,
}

/// Settings that are about to be set or removed.
#[derive(Debug)]
pub(in crate::dispatch) struct SettingsChange<'a> {
    pub(in crate::dispatch) scope: SettingsScope,
    pub(in crate::dispatch) set: Option<&'a BTreeMap<String, Value>>,
    pub(in crate::dispatch) removed: &'a [String],
}

/// What an answer is to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dispatch) enum AnswerSubject {
    Invitation,
    JoinRequest,
}

/// An invitation or a request to join is about to be answered.
#[derive(Debug)]
pub(in crate::dispatch) struct Answering<'a> {
    pub(in crate::dispatch) subject: AnswerSubject,
    pub(in crate::dispatch) id: EnrolmentId,
    pub(in crate::dispatch) action: ResponseAction,
    pub(in crate::dispatch) reason: &'a mut Option<String>,
}

/// A question to those who want to join, which is about to be added or changed.
#[derive(Debug)]
pub(in crate::dispatch) struct Questioning<'a> {
    pub(in crate::dispatch) group: GroupId,
    /// `None` of one that does not exist yet.
    pub(in crate::dispatch) id: Option<QuestionId>,
    pub(in crate::dispatch) text: &'a mut Option<String>,
    pub(in crate::dispatch) answers: &'a mut Vec<String>,
}

/// Users who are about to come into a group.
#[derive(Debug)]
pub(in crate::dispatch) struct Joining<'a> {
    pub(in crate::dispatch) group: GroupId,
    pub(in crate::dispatch) users: &'a [UserId],
    pub(in crate::dispatch) role: Role,
    pub(in crate::dispatch) name: &'a mut Option<String>,
}
