//! Keeping users out of a group.

use super::{Error, Groups};
use crate::{
    model::{
        GroupId, Reply, Timestamp, UserId,
        command::{CreateGroupBlockedUser, DeleteGroupBlockedUser},
        group::{GroupVersion, Role},
        notification::Recipients,
    },
    services::version::is_current,
    store,
};

impl Groups {
    /// Blocks a user, who is removed when they are a member. As with removing, nobody blocks those of their own rank or
    /// above; the reference lets a manager block the owner.
    pub async fn block(
        &self,
        requester: UserId,
        request: &CreateGroupBlockedUser,
    ) -> Result<Option<Recipients>, Error> {
        let (group, user) = (request.group, request.user);
        if user == requester {
            return Err(Error::BlockOneself);
        }
        if user.0 <= 0 {
            return Err(Error::InvalidUser(user));
        }
        let role = self.role(group, requester).await?.filter(|role| role.manages()).ok_or(Error::NotManagerToBlock)?;
        if self.role(group, user).await?.is_some_and(|target: Role| target <= role) {
            return Err(Error::NotOwnerToRemove);
        }
        let max = self.config.max_blocked_users;
        match self.store.insert_group_blocked_user(group, user, max, self.clock.now()).await {
            Ok(true) => {}
            Ok(false) => return Err(Error::TooManyBlocked { max }),
            Err(store::Error::Conflict) => return Err(Error::AlreadyBlocked),
            Err(error) => return Err(error.into()),
        }
        let told = &self.notifications.blocked_user_added;
        Ok(self.audience(group, told.members, (&[user], told.blocked_user), told.own_devices).await?)
    }

    /// Unblocks a user. That they were not blocked is no error, but nobody is told then.
    pub async fn unblock(
        &self,
        requester: UserId,
        request: &DeleteGroupBlockedUser,
    ) -> Result<Option<Recipients>, Error> {
        let (group, user) = (request.group, request.user);
        if !self.role(group, requester).await?.is_some_and(Role::manages) {
            return Err(Error::NotManagerToUnblock);
        }
        if !self.store.delete_group_blocked_user(group, user, self.clock.now()).await? {
            return Ok(None);
        }
        let told = &self.notifications.blocked_user_removed;
        Ok(self.audience(group, told.members, (&[user], told.unblocked_user), told.own_devices).await?)
    }

    /// The ids of those whom the group blocks. Everybody may read them, as in the reference.
    pub async fn query_blocked_ids(&self, group: GroupId, copy: Option<Timestamp>) -> Result<Reply, Error> {
        let version = self.store.find_group_version(group, GroupVersion::BlockedUsers).await?;
        if is_current(copy, version) {
            return Ok(Reply::UpToDate);
        }
        let users = self.store.list_group_blocked_users(group).await?;
        if users.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Ids { ids: users.into_iter().map(|user| user.0).collect(), version })
    }

    /// The profiles of those whom the group blocks.
    pub async fn query_blocked(&self, group: GroupId, copy: Option<Timestamp>) -> Result<Reply, Error> {
        let version = self.store.find_group_version(group, GroupVersion::BlockedUsers).await?;
        if is_current(copy, version) {
            return Ok(Reply::UpToDate);
        }
        let ids = self.store.list_group_blocked_users(group).await?;
        let mut users = self.store.list_users(&ids).await?;
        users.retain(|user| user.deletion_date.is_none());
        if users.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Profiles { users, version })
    }
}
