//! The trait for settings.

use async_trait::async_trait;

use super::Result;
use crate::model::{
    Timestamp, UserId,
    message::Target,
    settings::{SettingNames, Settings, SettingsChange, SettingsPatch, SettingsScope},
};

/// Settings of users, for themselves and for each of their conversations. Once set, a record stays, though it may be
/// empty, until another needs its place.
#[async_trait]
pub trait SettingStore: Send + Sync {
    /// Records of the scope that changed at `since` or later, the newest first and `limit` at most.
    async fn list_settings(
        &self,
        owner: UserId,
        scope: &SettingsScope,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Settings>>;

    /// Conversations of the owner for which something is set.
    async fn list_set_conversations(&self, owner: UserId) -> Result<Vec<Target>>;

    /// Sets values for the owner, or for a conversation of theirs. At most `max` conversations have a record: one more
    /// takes the place of the record that was emptied first, and is refused when none is empty.
    async fn upsert_settings(
        &self,
        owner: UserId,
        conversation: Option<Target>,
        patch: SettingsPatch,
        max: usize,
        now: Timestamp,
    ) -> Result<SettingsChange>;

    /// Removes values of these conversations, `None` being the owner's own; false when nothing changed. All in one
    /// write: the caller names a bounded number.
    async fn delete_settings(
        &self,
        owner: UserId,
        records: Vec<Option<Target>>,
        names: SettingNames,
        now: Timestamp,
    ) -> Result<bool>;
}
