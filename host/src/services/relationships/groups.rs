//! The groups that a user sorts relationships into.

use super::{Error, Relationships, check_groups};
use crate::{
    model::{
        RelationshipGroupIndex, Reply, Timestamp, UserId,
        command::{CreateRelationshipGroup, DeleteRelationshipGroup, UpdateRelationshipGroup},
        notification::Recipients,
        relationship::RelationshipGroup,
        user::UserVersion,
    },
    services::{text, version::is_current},
    store,
};

/// Random indexes that are tried; a second is needed once in two million times when a user has a thousand groups.
const TRIES: usize = 8;

impl Relationships {
    /// Makes a group and answers its index.
    pub async fn create_group(
        &self,
        owner: UserId,
        request: &CreateRelationshipGroup,
    ) -> Result<RelationshipGroupIndex, Error> {
        self.check_name(&request.name)?;
        let max = self.config.max_groups;
        for _ in 0..TRIES {
            let index = Self::random_group();
            let group = RelationshipGroup { index, name: request.name.clone() };
            match self.store.insert_relationship_group(owner, group, max, self.clock.now()).await {
                Ok(true) => return Ok(index),
                Ok(false) => return Err(Error::TooManyGroups { max }),
                Err(store::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(store::Error::Conflict.into())
    }

    /// An index that is probably not taken: positive, as clients expect.
    #[must_use]
    pub fn random_group() -> RelationshipGroupIndex {
        RelationshipGroupIndex(rand::random_range(1..=i32::MAX))
    }

    /// Gives a group another name. That there is no such group is no error, but nobody is told then.
    pub async fn rename_group(
        &self,
        owner: UserId,
        request: &UpdateRelationshipGroup,
    ) -> Result<Option<Recipients>, Error> {
        self.check_name(&request.name)?;
        let (index, name) = (request.index, request.name.clone());
        let renamed = self.store.rename_relationship_group(owner, index, name, self.clock.now()).await?;
        Ok(Recipients::own(renamed && self.notifications.relationship_group_updated.own_devices))
    }

    /// Removes a group, after moving what is in it. That there is no such group, or that it is the one to move to, is
    /// no error, but nobody is told then.
    pub async fn delete_group(
        &self,
        owner: UserId,
        request: &DeleteRelationshipGroup,
    ) -> Result<Option<Recipients>, Error> {
        check_groups([Some(request.index), request.target])?;
        if request.index == RelationshipGroupIndex::DEFAULT {
            return Err(Error::DefaultGroup);
        }
        let target = request.target.unwrap_or(RelationshipGroupIndex::DEFAULT);
        let deleted = self.store.delete_relationship_group(owner, request.index, target, self.clock.now()).await?;
        Ok(Recipients::own(deleted && self.notifications.relationship_group_deleted.own_devices))
    }

    /// All groups of the owner.
    pub async fn query_groups(&self, owner: UserId, copy: Option<Timestamp>) -> Result<Reply, Error> {
        let version = self.store.find_user_version(owner, UserVersion::RelationshipGroups).await?;
        if is_current(copy, version) {
            return Ok(Reply::UpToDate);
        }
        let groups = self.store.list_relationship_groups(owner).await?;
        Ok(Reply::RelationshipGroups { groups, version })
    }

    fn check_name(&self, name: &str) -> Result<(), Error> {
        let max = self.config.max_group_name_length;
        if text::is_longer(name, max) { Err(Error::NameTooLong { max }) } else { Ok(()) }
    }
}
