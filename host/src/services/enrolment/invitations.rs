//! Invitations: a member invites, the invitee answers.

use super::{Answered, Enrolments, Error, Users, check_text};
use crate::{
    model::{
        EnrolmentId, Reply, UserId,
        command::{CreateGroupInvitation, QueryGroupInvitations, UpdateGroupInvitation},
        enrolment::{EnrolmentKind, EnrolmentLimits, EnrolmentScope},
        group::{GroupVersion, Permitted},
        notification::Recipients,
        user::UserVersion,
    },
    services::version::is_current,
};

const KIND: EnrolmentKind = EnrolmentKind::Invitation;

impl Enrolments {
    /// Invites a user. Several invitations of the same user may wait, as in the reference.
    pub async fn invite(
        &self,
        inviter: UserId,
        request: &CreateGroupInvitation,
    ) -> Result<(EnrolmentId, Option<Recipients>), Error> {
        let config = &self.config.invitations;
        check_text("content", &request.content, config.max_content_length)?;
        self.check_invitation(inviter, request).await?;
        let users = Users { sender: inviter, candidate: request.invitee };
        let invitation = self.pending(KIND, request.group, users, &request.content, config.lifetime_days);
        let limits = EnrolmentLimits { max_pending: config.max_pending, max_settled: config.max_settled };
        let id = self.insert(invitation, limits).await?;
        let told = &self.notifications.invitation_created;
        let invitee = told.invitee.then_some(request.invitee);
        Ok((id, self.managers_and(request.group, told.managers, invitee, told.own_devices).await?))
    }

    async fn check_invitation(&self, inviter: UserId, request: &CreateGroupInvitation) -> Result<(), Error> {
        let (group, invitee) = (request.group, request.invitee);
        let role = self.groups.role(group, inviter).await?.ok_or(Error::NotMemberToInvite)?;
        let (_, group_type) = self.groups.find_active(group).await?.ok_or(Error::EntryToInactive)?;
        let policy = group_type.invitation;
        if !policy.who.permits(Some(role)) {
            return Err(match policy.who {
                Permitted::Anyone | Permitted::Members => Error::NotMemberToInvite,
                Permitted::Managers => Error::NotManagerToInvite,
                Permitted::Owner => Error::NotOwnerToInvite,
            });
        }
        if invitee.0 <= 0 {
            return Err(Error::InvalidUser(invitee));
        }
        if self.groups.role(group, invitee).await?.is_some() {
            return Err(Error::InviteeIsMember);
        }
        if self.store.is_blocked_from_group(group, invitee).await? {
            return Err(Error::InviteeIsBlocked);
        }
        if !policy.needs_approval {
            return Err(Error::InvitationNotNeeded);
        }
        Ok(self.groups.check_users(&[invitee]).await?)
    }

    /// Takes an invitation back.
    pub async fn recall_invitation(&self, requester: UserId, id: EnrolmentId) -> Result<Option<Recipients>, Error> {
        let config = &self.config.invitations;
        if !config.allow_recall_by_managers && !config.allow_recall_by_sender {
            return Err(Error::InvitationRecallDisabled);
        }
        let refusal = if config.allow_recall_by_sender { Error::NotInviterToRecall } else { Error::NotManagerToRecall };
        let Some(invitation) = self.store.find_enrolment(KIND, id).await? else { return Err(refusal) };
        let may_recall = (config.allow_recall_by_sender && invitation.sender == requester)
            || (config.allow_recall_by_managers && self.manages(invitation.group, requester).await?);
        if !may_recall {
            return Err(refusal);
        }
        if !self.cancel(&invitation, requester).await? {
            return Err(Error::InvitationNotPendingToRecall);
        }
        let told = &self.notifications.invitation_recalled;
        let invitee = told.invitee.then_some(invitation.candidate);
        self.managers_and(invitation.group, told.managers, invitee, told.own_devices).await
    }

    /// Answers an invitation. Accepting it makes the invitee a member, if the group takes them.
    pub async fn answer_invitation(&self, invitee: UserId, answer: &UpdateGroupInvitation) -> Result<Answered, Error> {
        let action = answer.action.ok_or(Error::UnknownAction)?;
        let reason = answer.reason.as_deref().unwrap_or_default();
        check_text("reason", reason, self.config.invitations.max_reason_length)?;
        let found = self.store.find_enrolment(KIND, answer.id).await?;
        let invitation = found.filter(|invitation| invitation.candidate == invitee).ok_or(Error::NotInvitee)?;
        let joined = self.answer(&invitation, action, answer.reason.clone(), invitee).await?;
        let joined = joined.ok_or(Error::InvitationNotPending)?;
        let told = &self.notifications.invitation_answered;
        let inviter = told.inviter.then_some(invitation.sender);
        let recipients = self.managers_and(invitation.group, told.managers, inviter, told.own_devices).await?;
        Ok(Answered { recipients, joined })
    }

    /// The newest invitations of a group, or those that a user sent or received.
    pub async fn query_invitations(&self, requester: UserId, query: QueryGroupInvitations) -> Result<Reply, Error> {
        let (scope, version) = match query.group {
            Some(group) if !self.manages(group, requester).await? => return Err(Error::NotManagerToQueryInvitations),
            Some(group) => {
                let version = self.store.find_group_version(group, GroupVersion::Invitations).await?;
                (EnrolmentScope::OfGroup(group), version)
            }
            None if query.sent => {
                let version = self.store.find_user_version(requester, UserVersion::SentInvitations).await?;
                (EnrolmentScope::SentBy(requester), version)
            }
            None => {
                let version = self.store.find_user_version(requester, UserVersion::ReceivedInvitations).await?;
                (EnrolmentScope::ReceivedBy(requester), version)
            }
        };
        if is_current(query.version, version) {
            return Ok(Reply::UpToDate);
        }
        let enrolments = self.list(KIND, scope, self.config.invitations.max_count).await?;
        if enrolments.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Invitations { invitations: enrolments, version })
    }
}
