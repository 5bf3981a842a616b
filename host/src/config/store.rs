//! Settings of the embedded store.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The embedded store.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Threads that read, each with its own connection.
    pub readers: usize,
    /// Writes other than messages that may wait for the disk; one more waits before it is queued. As many messages wait
    /// as there are senders who wait for their answers.
    pub write_queue: usize,
    /// Writes in one commit at most.
    pub batch: usize,
    /// Memory for what the path of a message asks for, in MiB.
    pub cache_mib: u64,
}

impl Default for Store {
    fn default() -> Self {
        Self { readers: 3, write_queue: 4096, batch: 1024, cache_mib: 88 }
    }
}

impl Store {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [("readers", self.readers), ("write_queue", self.write_queue), ("batch", self.batch)];
        match at_least_one.into_iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(format!("store.{name} must be at least 1")),
            None => Ok(()),
        }
    }
}
