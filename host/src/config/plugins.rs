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
    /// Memory of one instance, in bytes.
    pub memory_bytes: usize,
    /// Instances of one plugin at a time; a call beyond waits for one until its deadline.
    pub max_instances: usize,
    /// Instances of one plugin that are kept for the next call.
    pub warm_instances: usize,
    /// How long calls of a version that was replaced may go on.
    pub drain_seconds: u64,
}

impl Default for Plugins {
    fn default() -> Self {
        Self {
            directory: None,
            max_file_bytes: 64 * 1024 * 1024,
            memory_bytes: 64 * 1024 * 1024,
            max_instances: 16,
            warm_instances: 8,
            drain_seconds: 10,
        }
    }
}

impl Plugins {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_file_bytes", self.max_file_bytes),
            ("memory_bytes", self.memory_bytes),
            ("max_instances", self.max_instances),
        ];
        match at_least_one.into_iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(format!("plugins.{name} must be at least 1")),
            None => Ok(()),
        }
    }
}
