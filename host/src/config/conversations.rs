//! The settings of conversations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AllowedSetting;

/// Read dates, typing notices, and what clients may keep for each conversation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Conversations {
    /// Whether users tell how far they have read.
    pub read_receipts: bool,
    /// Whether a read date is the server's time, whatever the client says.
    pub server_read_dates: bool,
    /// Whether a read date may go back.
    pub allow_moving_back: bool,
    /// Whether who sends a message has read the conversation up to it.
    pub read_by_sending: bool,
    /// Whether who asks for messages has read those that were found.
    pub read_by_querying: bool,
    /// Whether users tell that they are typing.
    pub typing: bool,
    /// How many users or groups a query names at most.
    pub max_ids_per_query: usize,
    /// How many conversations of the inbox a query answers when it does not say how many.
    pub default_inbox_count: u32,
    /// How many conversations of the inbox a query answers at most.
    pub max_inbox_count: u32,
    /// Unread messages of a conversation of the inbox are counted up to so many.
    pub max_unread_count: u32,
    /// For how many conversations settings of a user are kept.
    pub max_conversations_with_settings: usize,
    /// How many conversations with settings a query answers at most, those that changed last first.
    pub max_settings: usize,
    /// Settings that clients may keep for each conversation of their users: a table each, as for `users.settings`.
    pub settings: Vec<AllowedSetting>,
    /// Whether settings of other names are ignored rather than refused.
    pub ignore_unknown_settings: bool,
}

impl Default for Conversations {
    fn default() -> Self {
        Self {
            read_receipts: true,
            server_read_dates: true,
            allow_moving_back: false,
            read_by_sending: true,
            read_by_querying: false,
            typing: true,
            max_ids_per_query: 200,
            default_inbox_count: 50,
            max_inbox_count: 200,
            max_unread_count: 999,
            max_conversations_with_settings: 10_000,
            max_settings: 1000,
            settings: Vec::new(),
            ignore_unknown_settings: false,
        }
    }
}

impl Conversations {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_ids_per_query", self.max_ids_per_query),
            ("max_conversations_with_settings", self.max_conversations_with_settings),
            ("max_settings", self.max_settings),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("conversations.{name} must be at least 1"));
        }
        if self.default_inbox_count == 0 || self.max_inbox_count == 0 {
            return Err("conversations: the counts of the inbox must be at least 1".into());
        }
        AllowedSetting::validate(&self.settings, "conversations.settings")
    }
}
