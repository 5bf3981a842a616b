//! The settings of messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Limits on messages and on queries for them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Messages {
    /// The longest text, in UTF-16 code units as clients count them; 0: no limit.
    pub max_text_length: usize,
    /// The size of all records of a message in bytes; 0: no limit. The limit on a request comes first by default.
    pub max_records_size: usize,
    /// Whether private messages may go to users who hold no relationship to the sender.
    pub allow_strangers: bool,
    /// Whether users may send messages to themselves.
    pub allow_oneself: bool,
    /// Whether a message is dated by its sender's clock, when the sender gives a date, instead of the server's.
    pub client_dates: bool,
    /// Messages that a query answers when it does not say how many.
    pub default_count: u32,
    /// Messages that a query answers at most.
    pub max_count: u32,
    /// As `default_count`, for a query that asks for totals too.
    pub default_count_with_total: u32,
    /// As `max_count`, for a query that asks for totals too.
    pub max_count_with_total: u32,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            max_text_length: 500,
            max_records_size: 15 * 1024 * 1024,
            allow_strangers: true,
            allow_oneself: false,
            client_dates: false,
            default_count: 1000,
            max_count: 1000,
            default_count_with_total: 1,
            max_count_with_total: 1000,
        }
    }
}

impl Messages {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let counts = [self.default_count, self.max_count, self.default_count_with_total, self.max_count_with_total];
        if counts.contains(&0) {
            return Err("messages: the counts must be at least 1".into());
        }
        Ok(())
    }
}
