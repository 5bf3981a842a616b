//! Before users are added, changed and deleted, and before their settings are.

use super::{ask, fill, judge, replace};
use crate::{
    dispatch::{
        hooks::{ProfileChange, SettingsChange, SettingsScope},
        wasm::{
            Fault, Judged, Plugin,
            bindings::exports::talaria::plugin::{user_before_create, user_before_set_settings, user_before_update},
            convert,
        },
    },
    model::{Context, UserId, user::NewUser},
};

impl Plugin {
    /// `user.before-create`
    pub(in crate::dispatch) async fn user_before_create(
        &self,
        context: &Context,
        user: &mut NewUser,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, UserBeforeCreate,
            user_before_create.call_before_create(user_before_create::NewUser {
                user_id: user.id.0,
                name: &user.name,
                intro: &user.intro,
                profile_picture: &user.profile_picture,
                has_password: user.password.is_some(),
                role: user.role.0,
            }),
            patch => {
                replace(&mut user.name, patch.name);
                replace(&mut user.intro, patch.intro);
                replace(&mut user.profile_picture, patch.profile_picture);
            }
        )
    }

    /// `user.before-update`
    pub(in crate::dispatch) async fn user_before_update(
        &self,
        context: &Context,
        change: &mut ProfileChange<'_>,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, UserBeforeUpdate,
            user_before_update.call_before_update(user_before_update::Change {
                user_id: change.user.0,
                name: change.name.as_deref(),
                intro: change.intro.as_deref(),
                profile_picture: change.profile_picture.as_deref(),
                has_password: change.has_password,
                active: change.active,
                role: change.role.map(|role| role.0),
            }),
            patch => {
                fill(change.name, patch.name);
                fill(change.intro, patch.intro);
                fill(change.profile_picture, patch.profile_picture);
            }
        )
    }

    /// `user.before-delete`
    pub(in crate::dispatch) async fn user_before_delete(
        &self,
        context: &Context,
        user: UserId,
    ) -> Result<Judged, Fault> {
        judge!(self, context, UserBeforeDelete, user_before_delete.call_before_delete(user.0))
    }

    /// `user.before-set-settings`
    pub(in crate::dispatch) async fn user_before_set_settings(
        &self,
        context: &Context,
        change: &SettingsChange<'_>,
    ) -> Result<Judged, Fault> {
        let values: Vec<String> = change.set.iter().flat_map(|set| set.values()).map(ToString::to_string).collect();
        let names = change.set.iter().flat_map(|set| set.keys()).map(String::as_str);
        let set: Vec<(&str, &str)> = names.zip(values.iter().map(String::as_str)).collect();
        let removed: Vec<&str> = change.removed.iter().map(String::as_str).collect();
        judge!(
            self,
            context,
            UserBeforeSetSettings,
            user_before_set_settings.call_before_set_settings(user_before_set_settings::Change {
                scope: match change.scope {
                    SettingsScope::User => user_before_set_settings::Scope::User,
                    SettingsScope::Conversation(target) => {
                        user_before_set_settings::Scope::Conversation(convert::target(target))
                    }
                    SettingsScope::Conversations => user_before_set_settings::Scope::Conversations,
                },
                set: &set,
                removed: &removed,
            })
        )
    }
}
