//! Friend requests.

use crate::model::{FriendRequestId, Timestamp, UserId, Value, approval::ResponseAction};

/// Ask a user to become a friend.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateFriendRequest {
    pub recipient: UserId,
    pub content: String,
    pub attributes: Vec<Value>,
}

/// Take a friend request back.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteFriendRequest {
    pub id: FriendRequestId,
    pub attributes: Vec<Value>,
}

/// Answer a friend request.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateFriendRequest {
    pub id: FriendRequestId,
    /// `None` when the client sent a number that is no answer.
    pub action: Option<ResponseAction>,
    pub reason: Option<String>,
    pub attributes: Vec<Value>,
}

/// List the friend requests that the requester sent, or received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueryFriendRequests {
    pub sent: bool,
    pub version: Option<Timestamp>,
}
