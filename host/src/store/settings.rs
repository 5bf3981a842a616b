//! The trait for settings.

use async_trait::async_trait;

use super::Result;
use crate::model::{
    Timestamp, UserId,
    message::Target,
    settings::{SettingNames, Settings, SettingsPatch, SettingsScope},
};

/// Settings of users, for themselves and for each of their conversations. Once set, a record stays, though it may be empty.
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

    /// Sets values for the owner, or for a conversation of theirs; false when nothing changed.
    async fn upsert_settings(
        &self,
        owner: UserId,
        conversation: Option<Target>,
        patch: SettingsPatch,
        now: Timestamp,
    ) -> Result<bool>;

    /// Removes values; false when nothing changed.
    async fn delete_settings(
        &self,
        owner: UserId,
        scope: SettingsScope,
        names: SettingNames,
        now: Timestamp,
    ) -> Result<bool>;
}
