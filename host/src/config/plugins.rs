//! Settings of the plugin platform.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The plugin platform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Plugins {
    /// The directory whose components are loaded, and watched for changes. Absent: `plugins` in the data directory.
    #[schemars(example = "talaria-data/plugins")]
    pub directory: Option<PathBuf>,
    /// The largest component that is accepted, in bytes.
    pub max_file_bytes: usize,
}

impl Default for Plugins {
    fn default() -> Self {
        Self { directory: None, max_file_bytes: 64 * 1024 * 1024 }
    }
}

impl Plugins {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_file_bytes == 0 {
            return Err("plugins.max_file_bytes must be at least 1".into());
        }
        Ok(())
    }
}
