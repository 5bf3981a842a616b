//! One call of a plugin as it stands in a recording.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Of the lines that this server writes and reads.
pub const FORMAT: u32 = 1;

/// A line of a recording.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedCall {
    /// [`FORMAT`]
    pub format: u32,
    /// When it was called, in milliseconds since the Unix epoch.
    pub date: i64,
    pub plugin: String,
    pub version: String,
    pub hook: String,
    /// By the names of the hook's parameters, as the WIT files have them.
    pub arguments: Map<String, Value>,
    /// Absent when the call failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<RecordedFault>,
    /// How long the guest ran.
    pub micros: u64,
}

/// How a call failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFault {
    /// As in metrics.
    pub kind: String,
    pub text: String,
}
