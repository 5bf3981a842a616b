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
    pub updated: Timestamp,
}
