//! The trait for friend requests.

use async_trait::async_trait;

use super::Result;
use crate::model::{
    FriendRequestId, Timestamp,
    approval::RequestStatus,
    friend_request::{FriendRequest, FriendRequestInsertion, FriendRequestLimits, FriendRequestScope},
};

/// Requests to become friends. Each write bumps the versions of the lists of both users, in the same transaction.
#[async_trait]
pub trait FriendRequestStore: Send + Sync {
    async fn find_friend_request(&self, id: FriendRequestId) -> Result<Option<FriendRequest>>;

    /// The newest of the scope, `limit` at most.
    async fn list_friend_requests(&self, scope: FriendRequestScope, limit: usize) -> Result<Vec<FriendRequest>>;

    /// Adds a pending request when the limits allow it at its creation date; of the sender's settled ones the oldest go
    /// that are too many. [`super::Error::Conflict`] when the id is taken.
    async fn insert_friend_request(
        &self,
        request: FriendRequest,
        limits: FriendRequestLimits,
    ) -> Result<FriendRequestInsertion>;

    /// Ends a request that is pending, whatever its expiration; false when there is none. [`RequestStatus::Accepted`]
    /// makes the relationships of both, each in its owner's group 0, or unblocks those that are there; but one that the
    /// requester blocked after sending the request stays blocked.
    async fn settle_friend_request(
        &self,
        id: FriendRequestId,
        status: RequestStatus,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<bool>;

    /// Deletes requests that were settled or expired before a date, `limit` at most, and answers how many it deleted.
    async fn purge_friend_requests(&self, before: Timestamp, limit: usize, now: Timestamp) -> Result<usize>;
}
