//! Rules of relationships: what a user holds of another. Whether the other exists is not asked, as in the reference.

use std::sync::Arc;

use super::version::is_current;
use crate::{
    clock::Clock,
    config,
    model::{
        RelationshipGroupIndex, Reply, Timestamp, UserId,
        command::{
            CreateRelationship, DeleteRelationship, QueryRelatedUserIds, QueryRelationships, UpdateRelationship,
        },
        notification::Recipients,
        relationship::{Regroup, Relationship, RelationshipFilter, RelationshipPatch},
        snowflake::Snowflake,
        user::UserVersion,
    },
    store::{self, Store},
};

mod error;
mod friend_requests;
mod groups;
#[cfg(test)]
mod tests;

pub use error::Error;

/// The rules of relationships over a store.
pub struct Relationships {
    store: Arc<dyn Store>,
    clock: Clock,
    ids: Arc<Snowflake>,
    config: config::Relationships,
    friend_requests: config::FriendRequests,
    notifications: Arc<config::Notifications>,
}

impl Relationships {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        ids: Arc<Snowflake>,
        (config, friend_requests): (config::Relationships, config::FriendRequests),
        notifications: Arc<config::Notifications>,
    ) -> Self {
        Self { store, clock, ids, config, friend_requests, notifications }
    }

    /// Holds a new relationship.
    pub async fn create(&self, owner: UserId, request: &CreateRelationship) -> Result<Option<Recipients>, Error> {
        check_related(owner, request.user)?;
        let group = request.group.unwrap_or(RelationshipGroupIndex::DEFAULT);
        check_groups([request.group])?;
        self.check_room(owner, request.user).await?;
        let now = self.clock.now();
        let relationship = Relationship {
            owner,
            related: request.user,
            name: request.name.clone(),
            note: None,
            block_date: request.blocked.then_some(now),
            establishment_date: now,
        };
        match self.store.insert_relationships(vec![(relationship, group)]).await {
            Ok(()) => {
                let told = &self.notifications.relationship_created;
                Ok(among(told.related_user.then_some(request.user), told.own_devices))
            }
            Err(store::Error::Conflict) => Err(Error::Exists),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes what is given, and makes the relationship when there is none.
    pub async fn update(&self, owner: UserId, request: &UpdateRelationship) -> Result<Option<Recipients>, Error> {
        check_related(owner, request.user)?;
        check_groups([request.new_group, request.delete_group])?;
        let patch = RelationshipPatch {
            name: request.name.clone(),
            note: request.note.clone(),
            blocked: request.blocked,
            regroup: regroup(request.new_group, request.delete_group)?,
        };
        self.check_room(owner, request.user).await?;
        self.store.upsert_relationship(owner, request.user, patch, self.clock.now()).await?;
        let told = &self.notifications.relationship_updated;
        Ok(among(told.related_user.then_some(request.user), told.own_devices))
    }

    /// Whether the owner may hold one more relationship, unless there is one to this user already. A few requests at
    /// the same moment may make a few too many, which does no harm.
    async fn check_room(&self, owner: UserId, related: UserId) -> Result<(), Error> {
        let max = self.config.max_relationships;
        if self.store.find_relationship(owner, related).await?.is_none()
            && self.store.count_relationships(owner).await? >= max
        {
            return Err(Error::TooMany { max });
        }
        Ok(())
    }

    /// Ends a relationship, or takes it out of one group. That there is none is no error, but nobody is told then.
    pub async fn delete(&self, owner: UserId, request: &DeleteRelationship) -> Result<Option<Recipients>, Error> {
        check_groups([request.group, request.target_group])?;
        let changed = self
            .store
            .delete_relationship(
                owner,
                request.user,
                request.group,
                request.target_group,
                self.config.delete_two_sided,
                self.clock.now(),
            )
            .await?;
        if !changed {
            return Ok(None);
        }
        let told = &self.notifications.relationship_deleted;
        Ok(among(told.related_user.then_some(request.user), told.own_devices))
    }

    /// The owner's relationships.
    pub async fn query(&self, owner: UserId, query: &QueryRelationships) -> Result<Reply, Error> {
        let version = self.version(owner, &query.groups).await?;
        if is_current(query.version, version) {
            return Ok(Reply::UpToDate);
        }
        let filter =
            RelationshipFilter { related: given(&query.users), groups: given(&query.groups), blocked: query.blocked };
        let relationships = self.store.list_relationships(owner, &filter).await?;
        if relationships.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Relationships { relationships, version })
    }

    /// The ids of the users that the owner has a relationship to.
    pub async fn query_related_ids(&self, owner: UserId, query: &QueryRelatedUserIds) -> Result<Reply, Error> {
        let version = self.version(owner, &query.groups).await?;
        if is_current(query.version, version) {
            return Ok(Reply::UpToDate);
        }
        let filter = RelationshipFilter { related: None, groups: given(&query.groups), blocked: query.blocked };
        let relationships = self.store.list_relationships(owner, &filter).await?;
        if relationships.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Ids { ids: relationships.iter().map(|relationship| relationship.related.0).collect(), version })
    }

    /// Who is in a group of relationships changes without any relationship changing, so a list by group has the later
    /// date.
    async fn version(
        &self,
        owner: UserId,
        groups: &[RelationshipGroupIndex],
    ) -> Result<Option<Timestamp>, store::Error> {
        let relationships = self.store.find_user_version(owner, UserVersion::Relationships).await?;
        if groups.is_empty() {
            return Ok(relationships);
        }
        let members = self.store.find_user_version(owner, UserVersion::RelationshipGroupMembers).await?;
        Ok(relationships.max(members))
    }
}

fn among(related: Option<UserId>, own_devices: bool) -> Option<Recipients> {
    Recipients::among(related.as_slice(), own_devices)
}

fn check_related(owner: UserId, related: UserId) -> Result<(), Error> {
    if owner == related {
        return Err(Error::WithOneself);
    }
    if related.0 <= 0 {
        return Err(Error::InvalidUser(related));
    }
    Ok(())
}

fn check_groups<const N: usize>(groups: [Option<RelationshipGroupIndex>; N]) -> Result<(), Error> {
    match groups.into_iter().flatten().find(|group| group.0 < 0) {
        Some(group) => Err(Error::InvalidGroup(group)),
        None => Ok(()),
    }
}

/// The change of groups that a request asks for. Leaving a group without a new one leads back to the default group;
/// leaving the default group alone changes nothing, as each relationship is in at least one.
fn regroup(
    new: Option<RelationshipGroupIndex>,
    delete: Option<RelationshipGroupIndex>,
) -> Result<Option<Regroup>, Error> {
    match (new, delete) {
        (Some(new), Some(delete)) if new == delete => Err(Error::SameGroup),
        (Some(to), Some(from)) => Ok(Some(Regroup::Move { from, to })),
        (Some(group), None) => Ok(Some(Regroup::Add(group))),
        (None, None | Some(RelationshipGroupIndex::DEFAULT)) => Ok(None),
        (None, Some(from)) => Ok(Some(Regroup::Move { from, to: RelationshipGroupIndex::DEFAULT })),
    }
}

/// An absent list in a request means no filter.
fn given<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}
