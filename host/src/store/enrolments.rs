//! The trait for invitations into groups and requests to join them.

use async_trait::async_trait;

use super::Result;
use crate::model::{
    EnrolmentId, Timestamp,
    enrolment::{Enrolment, EnrolmentKind, EnrolmentLimits, EnrolmentScope, Settled, Settlement},
};

/// Invitations and requests to join. Each write bumps the versions of the lists of the group and of the users
/// concerned, in the same transaction.
#[async_trait]
pub trait EnrolmentStore: Send + Sync {
    async fn find_enrolment(&self, kind: EnrolmentKind, id: EnrolmentId) -> Result<Option<Enrolment>>;

    /// The newest of the kind and scope, `limit` at most.
    async fn list_enrolments(&self, kind: EnrolmentKind, scope: EnrolmentScope, limit: usize)
    -> Result<Vec<Enrolment>>;

    /// Adds a pending one when the limits allow it at its creation date; of the sender's settled ones the oldest go
    /// that are too many. False when too many wait for an answer. [`super::Error::Conflict`] when the id is taken.
    async fn insert_enrolment(&self, enrolment: Enrolment, limits: EnrolmentLimits) -> Result<bool>;

    /// Ends one that is pending, whatever its expiration. Accepting it makes the candidate a plain member, which is no
    /// error when they are one already.
    async fn settle_enrolment(
        &self,
        kind: EnrolmentKind,
        id: EnrolmentId,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<Settled>;

    /// Deletes those of a kind that were settled or expired before a date, `limit` at most, and answers how many.
    async fn purge_enrolments(
        &self,
        kind: EnrolmentKind,
        before: Timestamp,
        limit: usize,
        now: Timestamp,
    ) -> Result<usize>;
}
