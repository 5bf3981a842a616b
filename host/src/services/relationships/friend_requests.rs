//! Requests to become friends: accepting one makes both relationships at once.

use super::{Error, Relationships, among, check_related};
use crate::{
    model::{
        FriendRequestId, Reply, UserId,
        approval::{self, RequestStatus, ResponseAction},
        command::{CreateFriendRequest, QueryFriendRequests, UpdateFriendRequest},
        friend_request::{FriendRequest, FriendRequestInsertion, FriendRequestLimits, FriendRequestScope},
        notification::Recipients,
        user::UserVersion,
    },
    services::{text::is_longer, version::is_current},
    store,
};

/// How many ids are tried for a new request.
const ID_ATTEMPTS: usize = 8;

impl Relationships {
    /// An id that no friend request has had on this node.
    #[must_use]
    pub fn next_friend_request_id(&self) -> FriendRequestId {
        FriendRequestId(self.ids.next(self.clock.now()))
    }

    /// Asks a user to become a friend. Who is a friend already may be asked too, as in the reference.
    pub async fn request_friend(
        &self,
        requester: UserId,
        request: &CreateFriendRequest,
    ) -> Result<(FriendRequestId, Option<Recipients>), Error> {
        let recipient = request.recipient;
        self.check_text("content", &request.content, self.friend_requests.max_content_length)?;
        check_related(requester, recipient)?;
        let held = self.store.find_relationship(recipient, requester).await?;
        if held.is_some_and(|relationship| relationship.is_blocked()) {
            return Err(Error::BlockedByRecipient);
        }
        let now = self.clock.now();
        let id = self
            .insert_friend_request(FriendRequest {
                id: self.next_friend_request_id(),
                requester,
                recipient,
                content: request.content.clone(),
                status: RequestStatus::Pending,
                reason: None,
                creation_date: now,
                expiration_date: approval::expiration(now, self.friend_requests.lifetime_days),
                settlement_date: None,
            })
            .await?;
        let told = &self.notifications.friend_request_created;
        Ok((id, among(told.recipient.then_some(recipient), told.own_devices)))
    }

    /// Takes a further id when the request's own is taken, as can happen after a restart with the clock set back.
    async fn insert_friend_request(&self, mut request: FriendRequest) -> Result<FriendRequestId, Error> {
        let limits = FriendRequestLimits {
            allow_resend: self.friend_requests.allow_resend,
            max_pending: self.friend_requests.max_pending,
            max_settled: self.friend_requests.max_settled,
        };
        for _ in 0..ID_ATTEMPTS {
            match self.store.insert_friend_request(request.clone(), limits).await {
                Ok(FriendRequestInsertion::Inserted) => return Ok(request.id),
                Ok(FriendRequestInsertion::Exists) => return Err(Error::FriendRequestExists),
                Ok(FriendRequestInsertion::TooMany) => {
                    return Err(Error::TooManyFriendRequests { max: limits.max_pending });
                }
                Err(store::Error::Conflict) => request.id = self.next_friend_request_id(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(store::Error::Conflict.into())
    }

    /// Takes a request back that the requester sent.
    pub async fn recall_friend_request(
        &self,
        requester: UserId,
        id: FriendRequestId,
    ) -> Result<Option<Recipients>, Error> {
        if !self.friend_requests.allow_recall {
            return Err(Error::RecallDisabled);
        }
        let found = self.store.find_friend_request(id).await?;
        let request = found.filter(|request| request.requester == requester).ok_or(Error::NotSenderToRecall)?;
        let now = self.clock.now();
        if request.status.shown(request.expiration_date, now) != RequestStatus::Pending
            || !self.store.settle_friend_request(id, RequestStatus::Canceled, None, now).await?
        {
            return Err(Error::NotPendingToRecall);
        }
        let told = &self.notifications.friend_request_recalled;
        Ok(among(told.recipient.then_some(request.recipient), told.own_devices))
    }

    /// Answers a request that the requester received. Of two answers at the same time one counts.
    pub async fn answer_friend_request(
        &self,
        recipient: UserId,
        answer: &UpdateFriendRequest,
    ) -> Result<Option<Recipients>, Error> {
        let action = answer.action.ok_or(Error::UnknownAction)?;
        let reason = answer.reason.as_deref().unwrap_or_default();
        self.check_text("reason", reason, self.friend_requests.max_reason_length)?;
        let found = self.store.find_friend_request(answer.id).await?;
        let request = found.filter(|request| request.recipient == recipient).ok_or(Error::NotRecipientToAnswer)?;
        let now = self.clock.now();
        if request.status.shown(request.expiration_date, now) != RequestStatus::Pending {
            return Err(Error::NotPendingToAnswer);
        }
        if action == ResponseAction::Accept {
            self.check_room(recipient, request.requester).await?;
            self.check_room(request.requester, recipient).await?;
        }
        if !self.store.settle_friend_request(answer.id, action.status(), answer.reason.clone(), now).await? {
            return Err(Error::NotPendingToAnswer);
        }
        let told = &self.notifications.friend_request_answered;
        Ok(among(told.sender.then_some(request.requester), told.own_devices))
    }

    /// The newest requests that a user sent, or received.
    pub async fn query_friend_requests(&self, user: UserId, query: QueryFriendRequests) -> Result<Reply, Error> {
        let (list, scope) = if query.sent {
            (UserVersion::SentFriendRequests, FriendRequestScope::SentBy(user))
        } else {
            (UserVersion::ReceivedFriendRequests, FriendRequestScope::ReceivedBy(user))
        };
        let version = self.store.find_user_version(user, list).await?;
        if is_current(query.version, version) {
            return Ok(Reply::UpToDate);
        }
        let mut requests = self.store.list_friend_requests(scope, self.friend_requests.max_count).await?;
        if requests.is_empty() {
            return Ok(Reply::NoContent);
        }
        let now = self.clock.now();
        for request in &mut requests {
            request.status = request.status.shown(request.expiration_date, now);
        }
        Ok(Reply::FriendRequests { requests, version })
    }

    /// Deletes up to `limit` requests that were answered, taken back or expired long enough ago, and says how many.
    pub async fn purge_friend_requests(&self, limit: usize) -> Result<usize, store::Error> {
        let days = self.friend_requests.purge_after_days;
        if days == 0 {
            return Ok(0);
        }
        let now = self.clock.now();
        self.store.purge_friend_requests(now.minus_days(days), limit, now).await
    }

    fn check_text(&self, field: &'static str, text: &str, max: usize) -> Result<(), Error> {
        if is_longer(text, max) { Err(Error::TooLong { field, max }) } else { Ok(()) }
    }
}
