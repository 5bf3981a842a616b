//! Rules of coming into a group by consent: invitations, requests to join, and questions to answer.

mod error;
mod invitations;
mod join_requests;
mod questions;
#[cfg(test)]
mod tests;

pub use error::Error;

use std::sync::Arc;

use super::groups::Groups;
use crate::{
    clock::Clock,
    config,
    model::{
        EnrolmentId, GroupId, QuestionId, UserId,
        approval::{self, RequestStatus, ResponseAction},
        enrolment::{Enrolment, EnrolmentKind, EnrolmentLimits, EnrolmentScope, Settled, Settlement},
        group::{GroupType, MemberLimits, Role},
        notification::Recipients,
        snowflake::Snowflake,
    },
    services::text::is_longer,
    store::{self, Store},
};

/// How many ids are tried for something new.
const ID_ATTEMPTS: usize = 8;
/// For what lets nobody in.
const NOBODY: MemberLimits = MemberLimits { size: 0, joined: 0 };

/// The rules of enrolment over a store.
pub struct Enrolments {
    store: Arc<dyn Store>,
    clock: Clock,
    ids: Arc<Snowflake>,
    groups: Arc<Groups>,
    config: Settings,
    notifications: Arc<config::Notifications>,
}

/// The settings of the three ways in.
pub(super) struct Settings {
    pub(super) invitations: config::Invitations,
    pub(super) join_requests: config::JoinRequests,
    pub(super) questions: config::JoinQuestions,
}

/// Who starts an enrolment and who would come in by it.
#[derive(Clone, Copy)]
struct Users {
    sender: UserId,
    candidate: UserId,
}

/// Whom an answer concerns.
#[derive(Clone, PartialEq, Debug)]
pub struct Answered {
    /// Who is told of the answer.
    pub recipients: Option<Recipients>,
    /// Who came in by it.
    pub joined: Option<Joined>,
}

/// A user who came into a group by consent.
#[derive(Clone, PartialEq, Debug)]
pub struct Joined {
    pub group: GroupId,
    pub user: UserId,
    /// Who is told that the user came in.
    pub recipients: Option<Recipients>,
}

impl Enrolments {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        ids: Arc<Snowflake>,
        groups: Arc<Groups>,
        config: Settings,
        notifications: Arc<config::Notifications>,
    ) -> Self {
        Self { store, clock, ids, groups, config, notifications }
    }

    /// An id that nothing has had on this node.
    #[must_use]
    pub fn next_id(&self) -> EnrolmentId {
        EnrolmentId(self.ids.next(self.clock.now()))
    }

    /// The group and the user who would come into it by an acceptance; `None` when there is no such invitation or
    /// request.
    pub async fn would_join(&self, kind: EnrolmentKind, id: EnrolmentId) -> Result<Option<(GroupId, UserId)>, Error> {
        Ok(self.store.find_enrolment(kind, id).await?.map(|enrolment| (enrolment.group, enrolment.candidate)))
    }

    /// The group that a question is of.
    pub async fn group_of_question(&self, id: QuestionId) -> Result<Option<GroupId>, Error> {
        Ok(self.store.find_question(id).await?.map(|question| question.group))
    }

    /// Deletes up to `limit` of each kind that were answered, taken back or expired long enough ago, and says how many.
    pub async fn purge(&self, limit: usize) -> Result<usize, store::Error> {
        let kinds = [
            (EnrolmentKind::Invitation, self.config.invitations.purge_after_days),
            (EnrolmentKind::JoinRequest, self.config.join_requests.purge_after_days),
        ];
        let now = self.clock.now();
        let mut purged = 0;
        for (kind, days) in kinds {
            if days > 0 {
                purged += self.store.purge_enrolments(kind, now.minus_days(days), limit, now).await?;
            }
        }
        Ok(purged)
    }

    /// Takes a further id when its own is taken, as can happen after a restart with the clock set back. False when too
    /// many of the sender wait for an answer.
    async fn insert(&self, mut enrolment: Enrolment, limits: EnrolmentLimits) -> Result<EnrolmentId, Error> {
        for _ in 0..ID_ATTEMPTS {
            match self.store.insert_enrolment(enrolment.clone(), limits).await {
                Ok(true) => return Ok(enrolment.id),
                Ok(false) => return Err(Error::TooManyPending { max: limits.max_pending }),
                Err(store::Error::Conflict) => enrolment.id = self.next_id(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(store::Error::Conflict.into())
    }

    /// A new one, which waits for an answer for so many days.
    fn pending(&self, kind: EnrolmentKind, group: GroupId, users: Users, content: &str, days: u32) -> Enrolment {
        let now = self.clock.now();
        Enrolment {
            id: self.next_id(),
            kind,
            group,
            sender: users.sender,
            candidate: users.candidate,
            content: content.to_owned(),
            status: RequestStatus::Pending,
            reason: None,
            responder: None,
            creation_date: now,
            expiration_date: approval::expiration(now, days),
            settlement_date: None,
        }
    }

    /// Whether it waits for an answer.
    fn is_pending(&self, enrolment: &Enrolment) -> bool {
        enrolment.status.shown(enrolment.expiration_date, self.clock.now()) == RequestStatus::Pending
    }

    /// Takes one back; false when it does not wait for an answer.
    async fn cancel(&self, enrolment: &Enrolment, responder: UserId) -> Result<bool, Error> {
        let settlement = Settlement { status: RequestStatus::Canceled, reason: None, responder, limits: NOBODY };
        Ok(self.is_pending(enrolment) && self.settle(enrolment, settlement).await?.is_some())
    }

    /// Answers one, and says who came in by it; `None` when it does not wait for an answer.
    async fn answer(
        &self,
        enrolment: &Enrolment,
        action: ResponseAction,
        reason: Option<String>,
        responder: UserId,
    ) -> Result<Option<Option<Joined>>, Error> {
        if !self.is_pending(enrolment) {
            return Ok(None);
        }
        let (group, candidate) = (enrolment.group, enrolment.candidate);
        let limits = match action {
            ResponseAction::Accept => self.groups.member_limits(&*self.check_entry(group, candidate).await?),
            ResponseAction::Decline | ResponseAction::Ignore => NOBODY,
        };
        let settlement = Settlement { status: action.status(), reason, responder, limits };
        Ok(match self.settle(enrolment, settlement).await? {
            None => None,
            Some(false) => Some(None),
            Some(true) => Some(Some(self.joined(group, candidate).await?)),
        })
    }

    /// Carries out an answer and says whether somebody came in by it. Of two answers at the same time one counts:
    /// `None` for the other.
    async fn settle(&self, enrolment: &Enrolment, settlement: Settlement) -> Result<Option<bool>, Error> {
        let now = self.clock.now();
        let max = settlement.limits.joined;
        match self.store.settle_enrolment(enrolment.kind, enrolment.id, settlement, now).await? {
            Settled::Done { joined } => Ok(Some(joined)),
            Settled::NotPending => Ok(None),
            Settled::Full => Err(Error::Full),
            Settled::TooManyJoined => Err(Error::TooManyJoined { user: enrolment.candidate, max }),
        }
    }

    /// The type of the group that a candidate would come into. As with adding members, they must not be blocked and the
    /// group be active; the reference asks neither again.
    async fn check_entry(&self, group: GroupId, candidate: UserId) -> Result<Arc<GroupType>, Error> {
        let (group, group_type) = self.groups.find_active(group).await?.ok_or(Error::EntryToInactive)?;
        if self.store.is_blocked_from_group(group.id, candidate).await? {
            return Err(Error::EntryOfBlocked);
        }
        Ok(group_type)
    }

    /// Who is told that a user came in, they themselves included.
    async fn joined(&self, group: GroupId, user: UserId) -> Result<Joined, Error> {
        let told = &self.notifications.member_added;
        let recipients = self.groups.audience(group, told.members, (&[user], told.added), told.own_devices).await?;
        Ok(Joined { group, user, recipients })
    }

    /// The owner and the managers of a group if they are told, and others.
    async fn managers_and(
        &self,
        group: GroupId,
        are_managers_told: bool,
        other: Option<UserId>,
        own_devices: bool,
    ) -> Result<Option<Recipients>, Error> {
        let mut users: Vec<UserId> = other.into_iter().collect();
        if are_managers_told {
            let members = self.store.list_members(group, None).await?;
            users.extend(members.iter().filter(|member| member.role.manages()).map(|member| member.user));
        }
        Ok(Recipients::among(&users, own_devices))
    }

    async fn manages(&self, group: GroupId, user: UserId) -> Result<bool, Error> {
        Ok(self.groups.role(group, user).await?.is_some_and(Role::manages))
    }

    /// The newest of a kind and scope, with the status that is shown now.
    async fn list(&self, kind: EnrolmentKind, scope: EnrolmentScope, limit: usize) -> Result<Vec<Enrolment>, Error> {
        let mut found = self.store.list_enrolments(kind, scope, limit).await?;
        let now = self.clock.now();
        for enrolment in &mut found {
            enrolment.status = enrolment.status.shown(enrolment.expiration_date, now);
        }
        Ok(found)
    }
}

fn check_text(field: &'static str, text: &str, max: usize) -> Result<(), Error> {
    if is_longer(text, max) { Err(Error::TooLong { field, max }) } else { Ok(()) }
}
