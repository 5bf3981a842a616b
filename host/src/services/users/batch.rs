//! What the administrator does to users, many at once.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Error, Users};
use crate::{
    model::{
        Timestamp, UserId, UserRoleId,
        hidden::Hidden,
        settings::Values,
        user::{NewUser, User, UserPatch},
    },
    store,
};

/// Passwords of a batch that are hashed, or wait for it, at the same time.
const HASHED_AT_ONCE: usize = 2;

impl Users {
    /// Adds users, all or none. Each password is hashed with a salt of its own.
    pub async fn create(&self, users: Vec<NewUser>) -> Result<(), Error> {
        self.check_batch(users.len())?;
        let mut ids = HashSet::with_capacity(users.len());
        for user in &users {
            self.check_new_user(user)?;
            if !ids.insert(user.id) {
                return Err(Error::Exists);
            }
        }
        let now = self.clock.now();
        // A few at a time: the hashes of logins are computed in the order they were asked for, and nobody could log in
        // while thousands stood before them.
        let hashed = users.into_iter().map(|user| self.hashed(user, now));
        let users = stream::iter(hashed).buffered(HASHED_AT_ONCE).try_collect().await?;
        self.insert(users).await
    }

    /// Marks users as deleted and answers those that were there. Their sessions are to be closed.
    pub async fn delete(&self, ids: &[UserId]) -> Result<Vec<UserId>, Error> {
        self.check_batch(ids.len())?;
        Ok(self.store.delete_users(ids, self.clock.now()).await?)
    }

    /// Sets a user's password. Their sessions are to be closed, as whoever knew the old one may hold them.
    pub async fn set_password(&self, id: UserId, password: String) -> Result<(), Error> {
        self.check_new_password(&password)?;
        let password_hash = Some(self.passwords.hash(password).await?);
        self.change(id, UserPatch { password_hash, ..UserPatch::default() }).await
    }

    /// Gives a user another role, which must be configured.
    pub async fn set_role(&self, id: UserId, role: UserRoleId) -> Result<(), Error> {
        self.check_role(role)?;
        self.change(id, UserPatch { role: Some(role), ..UserPatch::default() }).await
    }

    pub(super) fn check_role(&self, role: UserRoleId) -> Result<(), Error> {
        let is_known = self.config.roles.iter().any(|known| known.id == role);
        if is_known { Ok(()) } else { Err(Error::UnknownRole(role)) }
    }

    /// Activates or deactivates a user. The sessions of a deactivated one are to be closed.
    pub async fn set_active(&self, id: UserId, active: bool) -> Result<(), Error> {
        self.change(id, UserPatch { active: Some(active), ..UserPatch::default() }).await
    }

    pub(in crate::services) async fn hash_password(&self, password: String) -> Result<Hidden, Error> {
        self.passwords.hash(password).await
    }

    pub(in crate::services) async fn insert(&self, users: Vec<User>) -> Result<(), Error> {
        self.store.insert_users(users).await.map_err(|error| match error {
            store::Error::Conflict => Error::Exists,
            other => Error::Store(other),
        })
    }

    async fn change(&self, id: UserId, patch: UserPatch) -> Result<(), Error> {
        if self.store.update_user(id, patch, self.clock.now()).await? { Ok(()) } else { Err(Error::Unknown(id)) }
    }

    fn check_batch(&self, count: usize) -> Result<(), Error> {
        let max = self.config.max_batch;
        if count > max { Err(Error::TooMany { max }) } else { Ok(()) }
    }

    async fn hashed(&self, user: NewUser, now: Timestamp) -> Result<User, Error> {
        let password_hash = match user.password {
            Some(Hidden(password)) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        Ok(User {
            id: user.id,
            password_hash,
            name: user.name,
            intro: user.intro,
            profile_picture: user.profile_picture,
            profile_access: user.profile_access,
            registration_date: now,
            last_updated_date: now,
            active: user.active.unwrap_or(self.config.activate_when_created),
            role: user.role,
            deletion_date: None,
            attributes: Values::new(),
        })
    }
}
