//! The trait for the operator's settings of plugins.

use async_trait::async_trait;

use super::Result;
use crate::model::plugin::PluginSettings;

/// What the operator decided about each plugin; few records, read at start and when something changes.
#[async_trait]
pub trait PluginStore: Send + Sync {
    async fn list_plugins(&self) -> Result<Vec<PluginSettings>>;

    async fn find_plugin(&self, name: &str) -> Result<Option<PluginSettings>>;

    /// Adds the record, or replaces the one with its name.
    async fn upsert_plugin(&self, settings: PluginSettings) -> Result<()>;

    /// True when there was one.
    async fn delete_plugin(&self, name: &str) -> Result<bool>;
}
