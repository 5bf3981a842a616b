//! Profiles: reading anybody's, changing one's own.

use super::{Error, Users};
use crate::{
    model::{
        Reply, UserId,
        command::{QueryUserProfiles, UpdateUser},
        notification::Recipients,
        settings::SettingsPatch,
        user::{NewUser, UserPatch},
    },
    services::text::is_longer,
};

impl Users {
    /// Profiles of the users that exist, changed after the given date. Everybody may read them, as in the reference: the
    /// profile access strategy is stored for plugins and clients to honour.
    pub async fn query_profiles(&self, query: &QueryUserProfiles) -> Result<Reply, Error> {
        if query.name.as_ref().is_some_and(|name| !name.trim().is_empty()) {
            return Err(Error::SearchDisabled);
        }
        let mut users = self.store.list_users(&query.users).await?;
        users.retain(|user| {
            user.deletion_date.is_none() && query.changed_after.is_none_or(|date| user.last_updated_date > date)
        });
        Ok(Reply::Profiles { users, version: None })
    }

    /// Changes what is given of the user's own profile. Tells nobody when nothing was given.
    pub async fn update(&self, id: UserId, update: &UpdateUser) -> Result<Option<Recipients>, Error> {
        let mut patch = self.patch(update)?;
        if let Some(password) = &update.password {
            patch.password_hash = Some(self.passwords.hash(password.clone()).await?);
        }
        if !update.user_defined_attributes.is_empty() {
            let user = self.store.find_user(id).await?.ok_or(Error::Unknown(id))?;
            patch.attributes = self.attributes.check(&update.user_defined_attributes, &user.attributes)?;
        }
        if patch.is_empty() {
            return Ok(None);
        }
        if !self.store.update_user(id, patch, self.clock.now()).await? {
            return Err(Error::Unknown(id));
        }
        Ok(Recipients::own(self.notifications.user_updated.own_devices))
    }

    /// Checks everything and carries over all but the password.
    fn patch(&self, update: &UpdateUser) -> Result<UserPatch, Error> {
        if let Some(password) = &update.password {
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
        if let Some(password) = &user.password {
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
