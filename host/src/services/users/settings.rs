//! Settings that a user's clients keep for the user.

use super::{Error, Users};
use crate::{
    model::{
        Reply, UserId,
        command::{DeleteUserSettings, QueryUserSettings, UpdateUserSettings},
        notification::Recipients,
        settings::SettingsScope,
    },
    services::settings::keep_named,
};

impl Users {
    /// Sets what is given. Tells nobody when nothing changed.
    pub async fn update_settings(
        &self,
        user: UserId,
        update: &UpdateUserSettings,
    ) -> Result<Option<Recipients>, Error> {
        let now = self.clock.now();
        let changed = self.settings.update(&*self.store, (user, None), &update.settings, 0, now).await?;
        Ok(Recipients::own(changed && self.notifications.user_settings_changed.own_devices))
    }

    /// Deletes what is named, or all that may be deleted. Tells nobody when nothing changed.
    pub async fn delete_settings(
        &self,
        user: UserId,
        request: &DeleteUserSettings,
    ) -> Result<Option<Recipients>, Error> {
        let now = self.clock.now();
        let changed = self.settings.delete(&*self.store, (user, &[None]), &request.names, now).await?;
        Ok(Recipients::own(changed && self.notifications.user_settings_changed.own_devices))
    }

    /// The settings by these names, or all; nothing when none were ever set, or not since the given date.
    pub async fn query_settings(&self, user: UserId, query: &QueryUserSettings) -> Result<Reply, Error> {
        let found = self.store.list_settings(user, &SettingsScope::Own, query.changed_since, 1).await?.pop();
        let Some(mut settings) = found else { return Ok(Reply::NoContent) };
        keep_named(&mut settings.values, &query.names);
        Ok(Reply::Settings(settings))
    }
}
