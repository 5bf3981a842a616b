//! What the server keeps about an installed plugin.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// The operator's settings of one plugin; the component itself lies in the plugin directory.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PluginSettings {
    /// The identity: the name in the component's metadata.
    pub name: String,
    /// A disabled plugin stays installed and handles nothing.
    pub enabled: bool,
    /// A JSON object.
    pub config: serde_json::Value,
    /// Capabilities that the operator gave, such as `kv`.
    pub grants: Vec<String>,
    /// How much of what it decides is done.
    pub mode: Mode,
    /// The SHA-256 of the version that decides the rest.
    pub beside: Option<String>,
    pub updated: Timestamp,
}

/// How much of what a plugin's version decides is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "kind", content = "percent", rename_all = "snake_case")]
pub enum Mode {
    /// Everything.
    #[default]
    Full,
    /// Nothing; it is counted.
    Shadow,
    /// What it decides for so many percent of the users.
    Canary(u8),
}
