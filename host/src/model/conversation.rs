//! Conversations: how far they have been read, and how they stand in an inbox.

use super::{
    GroupId, MessageId, Timestamp, UserId,
    message::{Message, Target},
};

/// How far a user has read the conversation with another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrivateReadDate {
    pub reader: UserId,
    pub contact: UserId,
    pub date: Timestamp,
}

/// How far the members of a group have read; those who never did are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupReadDates {
    pub group: GroupId,
    pub dates: Vec<(UserId, Timestamp)>,
}

/// What became of a new read date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadDateChange {
    Changed,
    /// It is the date that was there.
    Unchanged,
    /// It is earlier than the date that was there, and stays out.
    Refused,
}

/// A page of a user's conversations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InboxQuery {
    pub user: UserId,
    /// Only those whose last message has a lesser id.
    pub before: Option<MessageId>,
    /// At most so many.
    pub limit: u32,
    /// Unread messages of a conversation are counted up to so many.
    pub max_unread: u32,
    /// Whether who sends a message has read the conversation up to it.
    pub read_by_sending: bool,
}

/// A conversation as its participant sees it among others.
#[derive(Clone, PartialEq, Debug)]
pub struct InboxEntry {
    /// The group, or the other user.
    pub conversation: Target,
    /// The last one, recalled or not, without its reactions.
    pub last: Message,
    /// What others sent after the participant read last, and after the participant came into the group. System messages
    /// and recalled ones do not count.
    pub unread: u32,
    /// Up to when the participant has read; `None` when nothing of it is known.
    pub read_date: Option<Timestamp>,
}
