//! Settings of the server as a whole.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The server as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The data directory: the database, the plugins and the admin token. Created when absent; one server at a time.
    pub data: PathBuf,
    /// Threads that run everything but blocking work. 0: one per core.
    pub worker_threads: usize,
    /// How long a stop may take before what is left is cut off.
    pub stop_seconds: u64,
    /// How often what is too old by its settings is deleted. The first time is soon after the start.
    pub purge_interval_seconds: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self { data: "talaria-data".into(), worker_threads: 0, stop_seconds: 15, purge_interval_seconds: 3600 }
    }
}

impl Server {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.data.as_os_str().is_empty() {
            return Err("server.data is empty; name a directory".into());
        }
        if self.worker_threads > 1024 {
            return Err("server.worker_threads is above 1024".into());
        }
        if self.purge_interval_seconds == 0 {
            return Err("server.purge_interval_seconds must be at least 1".into());
        }
        Ok(())
    }
}
