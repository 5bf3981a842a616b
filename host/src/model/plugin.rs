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
    /// The version that decides the rest.
    pub beside: Option<Beside>,
    pub updated: Timestamp,
}

/// A kept version that runs beside another of its plugin.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Beside {
    /// Of its component.
    pub sha256: String,
    /// Its own, which need not be that of the version it runs beside.
    pub config: serde_json::Value,
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
