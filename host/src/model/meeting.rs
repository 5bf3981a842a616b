//! Meetings, which are a plugin's matter; the server carries what is said of them.

use super::{GroupId, MeetingId, Timestamp, UserId, hidden::Hidden};

/// A meeting, as those are told of it who may know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meeting {
    pub id: MeetingId,
    pub creator: UserId,
    pub user: Option<UserId>,
    pub group: Option<GroupId>,
    /// What the conference service wants to see from a participant.
    pub access_token: Option<Hidden>,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub password: Option<Hidden>,
    pub start_date: Timestamp,
    pub end_date: Option<Timestamp>,
    pub cancel_date: Option<Timestamp>,
}
