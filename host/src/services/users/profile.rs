//! Profiles: reading anybody's, changing one's own.

use std::sync::Arc;

use super::{Error, Users};
use crate::{
    model::{
        Reply, UserId,
        command::{QueryUserProfiles, UpdateUser},
        hidden::Hidden,
        notification::Recipients,
        relationship::RelationshipFilter,
        settings::SettingsPatch,
        user::{NewUser, ProfileAccess, User, UserPatch},
    },
    services::text::is_longer,
    store,
};

impl Users {
    /// Profiles that the requester may see, of users that exist, changed after the given date.
    pub async fn query_profiles(&self, requester: UserId, query: &QueryUserProfiles) -> Result<Reply, Error> {
        if query.name.as_ref().is_some_and(|name| !name.trim().is_empty()) {
            return Err(Error::SearchDisabled);
        }
        self.check_count(&query.users)?;
        let mut users = self.visible_profiles(requester, &query.users).await?;
        users.retain(|user| query.changed_after.is_none_or(|date| user.last_updated_date > date));
        Ok(Reply::Profiles { users, version: None })
    }

    /// Whether one query may name so many users.
    pub fn check_count(&self, users: &[UserId]) -> Result<(), Error> {
        let max = self.config.max_ids_per_query;
        if users.len() > max { Err(Error::TooManyIds { max }) } else { Ok(()) }
    }

    /// Those of the users that exist and let the requester see their profile.
    pub(super) async fn visible_profiles(&self, requester: UserId, ids: &[UserId]) -> Result<Vec<Arc<User>>, Error> {
        let mut users = self.store.list_users(ids).await?;
        users.retain(|user| user.deletion_date.is_none());
        self.visible(requester, users).await
    }

    /// Those of the users who let the requester see their profile. Unless the operator has it enforced, what users
    /// chose for that is for plugins and clients to honour, as in the reference.
    pub async fn visible(&self, requester: UserId, users: Vec<Arc<User>>) -> Result<Vec<Arc<User>>, Error> {
        if !self.config.enforce_profile_access {
            return Ok(users);
        }
        let mut visible = Vec::with_capacity(users.len());
        for user in users {
            if self.lets_see(&user, requester).await? {
                visible.push(user);
            }
        }
        Ok(visible)
    }

    async fn lets_see(&self, user: &User, requester: UserId) -> Result<bool, Error> {
        if user.id == requester || user.profile_access == ProfileAccess::All {
            return Ok(true);
        }
        let held = self.store.find_relationship(user.id, requester).await?;
        Ok(match held {
            Some(held) => !held.is_blocked(),
            None => user.profile_access == ProfileAccess::AllExceptBlockedUsers,
        })
    }

    /// Changes what is given of the user's own profile. Tells nobody when nothing was given.
    pub async fn update(&self, id: UserId, update: &UpdateUser) -> Result<Option<Recipients>, Error> {
        let mut patch = self.patch(update)?;
        if !update.user_defined_attributes.is_empty() {
            let user = self.store.find_user(id).await?.ok_or(Error::Unknown(id))?;
            patch.attributes = self.attributes.check(&update.user_defined_attributes, &user.attributes)?;
        }
        // What costs much comes last.
        if let Some(Hidden(password)) = &update.password {
            patch.password_hash = Some(self.passwords.hash(password.clone()).await?);
        }
        if patch.is_empty() {
            return Ok(None);
        }
        if !self.store.update_user(id, patch, self.clock.now()).await? {
            return Err(Error::Unknown(id));
        }
        let told = &self.notifications.user_updated;
        let related = if told.related_users { self.unblocked(id).await? } else { Vec::new() };
        Ok(Recipients::among(&related, told.own_devices))
    }

    /// Whom the user holds a relationship to and does not block.
    pub(in crate::services) async fn unblocked(&self, user: UserId) -> Result<Vec<UserId>, store::Error> {
        let filter = RelationshipFilter { blocked: Some(false), ..RelationshipFilter::default() };
        let held = self.store.list_relationships(user, &filter).await?;
        Ok(held.into_iter().map(|relationship| relationship.related).collect())
    }

    /// Checks everything and carries over all but the password.
    fn patch(&self, update: &UpdateUser) -> Result<UserPatch, Error> {
        if let Some(Hidden(password)) = &update.password {
            self.check_new_password(password)?;
        }
        self.check_texts(update.name.as_deref(), update.intro.as_deref(), update.profile_picture.as_deref())?;
        let profile_access = match update.profile_access {
            None => None,
            Some(None) => return Err(Error::UnknownProfileAccess),
            Some(given) => given,
        };
        Ok(UserPatch {
            password_hash: None,
            name: update.name.clone(),
            intro: update.intro.clone(),
            profile_picture: update.profile_picture.clone(),
            profile_access,
            active: None,
            role: None,
            attributes: SettingsPatch::default(),
        })
    }

    /// Whether the password may be set.
    pub(super) fn check_new_password(&self, password: &str) -> Result<(), Error> {
        let (min, max) = (self.config.min_password_length, self.config.max_password_length);
        if is_longer(password, max) {
            return Err(Error::TooLong { field: "password", max });
        }
        if password.encode_utf16().count() < min {
            return Err(Error::TooShort { field: "password", min });
        }
        Ok(())
    }

    /// Whether the user may be added.
    pub(super) fn check_new_user(&self, user: &NewUser) -> Result<(), Error> {
        if user.id.0 <= 0 {
            return Err(Error::InvalidId(user.id));
        }
        self.check_role(user.role)?;
        if let Some(Hidden(password)) = &user.password {
            self.check_new_password(password)?;
        }
        self.check_texts(Some(&user.name), Some(&user.intro), Some(&user.profile_picture))
    }

    fn check_texts(&self, name: Option<&str>, intro: Option<&str>, picture: Option<&str>) -> Result<(), Error> {
        let limits = [
            ("name", name, self.config.max_name_length),
            ("intro", intro, self.config.max_intro_length),
            ("profile picture", picture, self.config.max_profile_picture_length),
        ];
        for (field, text, max) in limits {
            if text.is_some_and(|text| is_longer(text, max)) {
                return Err(Error::TooLong { field, max });
            }
        }
        Ok(())
    }
}
