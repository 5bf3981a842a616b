//! Settings of the log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The log, which goes to standard error.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// What is logged: `error`, `warn`, `info`, `debug` or `trace`, and for single rooms as in
    /// `info,talaria::gateway=debug`. The variable RUST_LOG has the last word.
    pub level: String,
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::default() }
    }
}

impl Log {
    /// Why these settings cannot be used. The level's syntax is telemetry's matter.
    pub fn validate(&self) -> Result<(), String> {
        if self.level.trim().is_empty() {
            return Err("log.level is empty; use `info`, or `off` for silence".into());
        }
        Ok(())
    }
}
