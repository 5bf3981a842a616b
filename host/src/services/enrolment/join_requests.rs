//! Requests to join: a user asks, the owner or a manager answers.

use super::{Answered, Enrolments, Error, Users, check_text};
use crate::{
    model::{
        EnrolmentId, Reply, UserId,
        command::{CreateGroupJoinRequest, QueryGroupJoinRequests, UpdateGroupJoinRequest},
        enrolment::{EnrolmentKind, EnrolmentLimits, EnrolmentScope},
        group::{GroupVersion, JoinPolicy},
        notification::Recipients,
        user::UserVersion,
    },
    services::version::is_current,
};

const KIND: EnrolmentKind = EnrolmentKind::JoinRequest;

impl Enrolments {
    /// Asks to join a group. Several requests of the same user may wait, as in the reference.
    pub async fn request_to_join(
        &self,
        requester: UserId,
        request: &CreateGroupJoinRequest,
    ) -> Result<(EnrolmentId, Option<Recipients>), Error> {
        let config = &self.config.join_requests;
        check_text("content", &request.content, config.max_content_length)?;
        if self.groups.role(request.group, requester).await?.is_some() {
            return Err(Error::MemberRequests);
        }
        if self.store.is_blocked_from_group(request.group, requester).await? {
            return Err(Error::BlockedRequests);
        }
        let (_, group_type) = self.groups.find_active(request.group).await?.ok_or(Error::RequestToInactive)?;
        match group_type.join {
            JoinPolicy::Request => {}
            JoinPolicy::Membership => return Err(Error::RequestWhereOpen),
            JoinPolicy::Invitation => return Err(Error::RequestWhereInvited),
            JoinPolicy::Question => return Err(Error::RequestWhereQuestioned),
        }
        let users = Users { sender: requester, candidate: requester };
        let join_request = self.pending(KIND, request.group, users, &request.content, config.lifetime_days);
        let limits = EnrolmentLimits { max_pending: config.max_pending, max_settled: config.max_settled };
        let id = self.insert(join_request, limits).await?;
        let told = &self.notifications.join_request_created;
        Ok((id, self.managers_and(request.group, told.managers, None, told.own_devices).await?))
    }

    /// Takes a request back that the requester sent.
    pub async fn recall_join_request(&self, requester: UserId, id: EnrolmentId) -> Result<Option<Recipients>, Error> {
        if !self.config.join_requests.allow_recall {
            return Err(Error::RequestRecallDisabled);
        }
        let found = self.store.find_enrolment(KIND, id).await?;
        let request = found.filter(|request| request.sender == requester).ok_or(Error::NotSenderToRecall)?;
        if !self.cancel(&request, requester).await? {
            return Err(Error::RequestNotPendingToRecall);
        }
        let told = &self.notifications.join_request_recalled;
        self.managers_and(request.group, told.managers, None, told.own_devices).await
    }

    /// Answers a request. Accepting it makes who asked a member, if the group takes them.
    pub async fn answer_join_request(
        &self,
        responder: UserId,
        answer: &UpdateGroupJoinRequest,
    ) -> Result<Answered, Error> {
        let action = answer.action.ok_or(Error::UnknownAction)?;
        let reason = answer.reason.as_deref().unwrap_or_default();
        check_text("reason", reason, self.config.join_requests.max_reason_length)?;
        let found = self.store.find_enrolment(KIND, answer.id).await?;
        let request = found.ok_or(Error::NotManagerToAnswer)?;
        if !self.manages(request.group, responder).await? {
            return Err(Error::NotManagerToAnswer);
        }
        let joined = self.answer(&request, action, answer.reason.clone(), responder).await?;
        let joined = joined.ok_or(Error::RequestNotPending)?;
        let told = &self.notifications.join_request_answered;
        let sender = told.sender.then_some(request.sender);
        let recipients = self.managers_and(request.group, told.managers, sender, told.own_devices).await?;
        Ok(Answered { recipients, joined })
    }

    /// The newest requests to join a group, or those that a user sent.
    pub async fn query_join_requests(&self, requester: UserId, query: QueryGroupJoinRequests) -> Result<Reply, Error> {
        let (scope, version) = match query.group {
            Some(group) if !self.manages(group, requester).await? => return Err(Error::NotManagerToQueryRequests),
            Some(group) => {
                let version = self.store.find_group_version(group, GroupVersion::JoinRequests).await?;
                (EnrolmentScope::OfGroup(group), version)
            }
            None => {
                let version = self.store.find_user_version(requester, UserVersion::JoinRequests).await?;
                (EnrolmentScope::SentBy(requester), version)
            }
        };
        if is_current(query.version, version) {
            return Ok(Reply::UpToDate);
        }
        let enrolments = self.list(KIND, scope, self.config.join_requests.max_count).await?;
        if enrolments.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::JoinRequests { requests: enrolments, version })
    }
}
