//! The settings of friend requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Limits on friend requests. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit for a length.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FriendRequests {
    /// The longest text of a request.
    pub max_content_length: usize,
    /// The longest reason given with an answer.
    pub max_reason_length: usize,
    /// How long a request waits for an answer; 0: without end. Requests keep the lifetime that they were made with.
    pub lifetime_days: u32,
    /// Whether a request that was declined, ignored or expired can be sent again.
    pub allow_resend: bool,
    /// Whether a sender may take a request back.
    pub allow_recall: bool,
    /// How many requests of one sender may wait for an answer.
    pub max_pending: usize,
    /// How many requests of one sender are kept that wait for no answer any more: beyond, the oldest go.
    pub max_settled: usize,
    /// How many requests a query answers at most, the newest first.
    pub max_count: usize,
    /// After how many days a request that was answered, taken back or expired is deleted; 0: never.
    pub purge_after_days: u32,
}

impl Default for FriendRequests {
    fn default() -> Self {
        Self {
            max_content_length: 200,
            max_reason_length: 200,
            lifetime_days: 30,
            allow_resend: false,
            allow_recall: false,
            max_pending: 500,
            max_settled: 1000,
            max_count: 1000,
            purge_after_days: 0,
        }
    }
}

impl FriendRequests {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_pending == 0 || self.max_count == 0 {
            return Err("friend_requests: max_pending and max_count must be at least 1".into());
        }
        Ok(())
    }
}
