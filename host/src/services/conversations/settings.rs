//! Settings that a user's clients keep for each conversation.

use super::{Conversations, Error, named};
use crate::{
    model::{
        Reply, UserId,
        command::{DeleteConversationSettings, QueryConversationSettings, UpdateConversationSettings},
        message::Target,
        notification::Recipients,
        settings::SettingsScope,
    },
    services::settings::keep_named,
};

impl Conversations {
    /// Sets what is given. Tells nobody when nothing changed.
    pub async fn update_settings(
        &self,
        user: UserId,
        update: &UpdateConversationSettings,
    ) -> Result<Option<Recipients>, Error> {
        let conversation = named(update.conversation)?;
        if update.settings.is_empty() {
            return Ok(None);
        }
        match conversation {
            Target::User(contact) if contact == user => return Err(Error::WithOneself),
            Target::User(contact) => {
                if self.store.find_relationship(user, contact).await?.is_none() {
                    return Err(Error::NotRelatedToSet);
                }
            }
            Target::Group(group) => {
                if !self.is_member(group, user).await? {
                    return Err(Error::NotMemberToSet);
                }
            }
        }
        let (whose, max) = ((user, Some(conversation)), self.config.max_conversations_with_settings);
        let changed = self.settings.update(&*self.store, whose, &update.settings, max, self.clock.now()).await?;
        Ok(self.told_of_settings(changed))
    }

    /// Deletes what is named, or all that may be deleted, of some conversations or of all. Tells nobody when nothing
    /// changed.
    pub async fn delete_settings(
        &self,
        user: UserId,
        request: &DeleteConversationSettings,
    ) -> Result<Option<Recipients>, Error> {
        self.check_count(request.conversations.len())?;
        let conversations = if request.conversations.is_empty() {
            self.store.list_set_conversations(user).await?
        } else {
            request.conversations.clone()
        };
        let records: Vec<_> = conversations.into_iter().map(Some).collect();
        let changed = self.settings.delete(&*self.store, (user, &records), &request.names, self.clock.now()).await?;
        Ok(self.told_of_settings(changed))
    }

    /// The settings by these names, or all, of some conversations or of all; maybe none.
    pub async fn query_settings(&self, user: UserId, query: &QueryConversationSettings) -> Result<Reply, Error> {
        self.check_count(query.conversations.len())?;
        let (scope, max) = (scope(&query.conversations), self.config.max_settings);
        let mut found = self.store.list_settings(user, &scope, query.changed_since, max).await?;
        for settings in &mut found {
            keep_named(&mut settings.values, &query.names);
        }
        Ok(Reply::ConversationSettings(found))
    }

    fn told_of_settings(&self, changed: bool) -> Option<Recipients> {
        Recipients::own(changed && self.notifications.conversation_settings_changed.own_devices)
    }
}

/// No conversation in a request means all.
fn scope(conversations: &[Target]) -> SettingsScope {
    SettingsScope::Conversations((!conversations.is_empty()).then(|| conversations.to_vec()))
}
