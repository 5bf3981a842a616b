//! Users come, change and go.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            presence_changed, user_created, user_deleted, user_settings_changed, user_updated,
        },
        convert,
    },
    model::{Context, happened::Happened, outbox::Change},
};

impl Plugin {
    pub(super) async fn observe_users(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::UserCreated => tell!(self, context, events, UserCreated, user_created.call_created,
                Event::Changed(Change::UserCreated(user), date) => user_created::NewUser {
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::UserUpdated => tell!(self, context, events, UserUpdated, user_updated.call_updated,
                Event::Changed(Change::UserUpdated(user), date) => user_updated::UpdatedUser {
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::UserDeleted => tell!(self, context, events, UserDeleted, user_deleted.call_deleted,
                Event::Changed(Change::UserDeleted(user), date) => user_deleted::DeletedUser {
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::UserSettingsChanged => {
                tell!(self, context, events, UserSettingsChanged, user_settings_changed.call_settings_changed,
                Event::Changed(Change::SettingsChanged { user, conversation }, date) => {
                    user_settings_changed::ChangedSettings {
                        user_id: user.0,
                        conversation: conversation.map(convert::target),
                        date: date.0,
                    }
                })
            }
            Hook::PresenceChanged => tell!(self, context, events, PresenceChanged, presence_changed.call_changed,
                Event::Happened(Happened::PresenceChanged(change), date) => presence_changed::Change {
                    user_id: change.user.0,
                    status: convert::online_status(change.status),
                    date: date.0,
                }
            ),
            _ => Ok(()),
        }
    }
}
