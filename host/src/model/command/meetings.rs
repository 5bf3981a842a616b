//! Meetings, which a plugin arranges.

use crate::model::{GroupId, MeetingId, Timestamp, UserId, Value, approval::ResponseAction, hidden::Hidden};

/// A request about meetings.
#[derive(Clone, PartialEq, Debug)]
pub enum MeetingRequest {
    Create(CreateMeeting),
    Cancel(CancelMeeting),
    List(ListMeetings),
    Update(UpdateMeeting),
    Answer(AnswerMeeting),
    /// A change that changes nothing, or an invitation that is ignored.
    Nothing,
    /// A value makes no sense.
    Wrong(&'static str),
}

/// Invite a user or a group to a meeting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateMeeting {
    pub user: Option<UserId>,
    pub group: Option<GroupId>,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub password: Option<Hidden>,
    pub start_date: Option<Timestamp>,
}

/// Call a meeting off.
#[derive(Clone, PartialEq, Debug)]
pub struct CancelMeeting {
    /// 0 where the client names none.
    pub id: MeetingId,
    pub attributes: Vec<Value>,
}

/// Read which meetings the requester created or is invited to; what is said narrows it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListMeetings {
    pub ids: Vec<MeetingId>,
    pub creators: Vec<UserId>,
    pub users: Vec<UserId>,
    pub groups: Vec<GroupId>,
    pub created_from: Option<Timestamp>,
    pub created_to: Option<Timestamp>,
    pub skip: Option<u32>,
    pub limit: Option<u32>,
}

/// Change a meeting. At least one of the fields is there.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateMeeting {
    pub id: MeetingId,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub password: Option<Hidden>,
    pub attributes: Vec<Value>,
}

/// Accept or decline the invitation to a meeting.
#[derive(Clone, PartialEq, Debug)]
pub struct AnswerMeeting {
    pub id: MeetingId,
    pub action: ResponseAction,
    pub password: Option<Hidden>,
    pub attributes: Vec<Value>,
}
