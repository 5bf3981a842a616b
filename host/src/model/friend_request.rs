//! Friend requests: one user asks another to hold relationships to each other.

use super::{FriendRequestId, Timestamp, UserId, approval::RequestStatus};

/// A friend request as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FriendRequest {
    pub id: FriendRequestId,
    pub requester: UserId,
    pub recipient: UserId,
    pub content: String,
    pub status: RequestStatus,
    /// What the recipient said with the answer.
    pub reason: Option<String>,
    pub creation_date: Timestamp,
    /// Fixed when the request is made, so that a later change of the settings breaks no promise; `None`: never.
    pub expiration_date: Option<Timestamp>,
    /// When it was answered or taken back.
    pub settlement_date: Option<Timestamp>,
}

/// Whose friend requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FriendRequestScope {
    SentBy(UserId),
    ReceivedBy(UserId),
}

/// What a new friend request must keep to, checked together with storing it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FriendRequestLimits {
    /// Whether a request that was declined, ignored or expired can be sent again.
    pub allow_resend: bool,
    /// How many requests of one sender may wait for an answer.
    pub max_pending: usize,
    /// How many others of one sender are kept: the oldest beyond go.
    pub max_settled: usize,
}

/// What became of a new friend request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FriendRequestInsertion {
    Inserted,
    /// An earlier one between the two stands in the way.
    Exists,
    /// Too many of the sender wait for an answer.
    TooMany,
}
