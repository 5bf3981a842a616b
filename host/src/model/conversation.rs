//! How far conversations have been read.

use super::{GroupId, Timestamp, UserId};

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
