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
    /// Whether messages go only to users and groups that are active. Unknown ones are refused in any case.
    pub require_active_target: bool,
    /// Whether a message is dated by its sender's clock, when the sender gives a date, instead of the server's. So is
    /// its recall.
    pub client_dates: bool,
    /// Whether records are stored, so that queries answer them. They always go to those who are online.
    pub store_records: bool,
    /// Whether the sender's link to the message before is stored, so that queries answer it.
    pub store_previous: bool,
    /// Whether users may edit what they sent.
    pub allow_edit: bool,
    /// Whether users may recall what they sent.
    pub allow_recall: bool,
    /// Seconds within which a message can be recalled; 0: no limit.
    pub recall_seconds: u32,
    /// Whether queries answer recalled messages too.
    pub show_recalled: bool,
    /// Whether a query for the private messages of some users finds both sides of the conversations with them, instead
    /// of what they sent.
    pub query_both_sides: bool,
    /// Reactions of one user to one message.
    pub max_reactions_per_user: usize,
    /// Different reactions to one message, of all users.
    pub max_reaction_types: usize,
    /// Of those who reacted in one way to a message, a query answers at most so many, the first ones.
    pub reacting_users: u32,
    /// The longest name that a client may give a message to send it once, in bytes.
    pub max_idempotency_key_length: usize,
    /// Seconds for which such a name is remembered, across restarts.
    pub idempotency_seconds: u32,
    /// Messages that one plugin may hold back at a time, for somebody to decide about.
    pub max_held_per_plugin: u32,
    /// Bytes of text and records that these may have together.
    pub max_held_bytes_per_plugin: u32,
    /// Messages of one sender that may be held at a time, by whichever plugins.
    pub max_held_per_sender: u32,
    /// Hours after which messages are deleted for good, with their reactions; 0: never.
    pub retention_hours: u32,
    /// Whether users may search the messages that they may read for words, which are then indexed in a file of their
    /// own, when there is time. Without it the index is deleted, and is made anew when it is switched on again.
    pub search: bool,
    /// The longest text to search for, in UTF-16 code units; 0: no limit but that on a request.
    pub max_search_length: usize,
    /// Messages that a search answers when it does not say how many.
    pub default_search_count: u32,
    /// Messages that a search answers at most.
    pub max_search_count: u32,
    /// Ids of messages that a query may name.
    pub max_ids_per_query: usize,
    /// Senders or groups that a query may name.
    pub max_from_per_query: usize,
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
            require_active_target: true,
            client_dates: false,
            store_records: true,
            store_previous: true,
            allow_edit: true,
            allow_recall: true,
            recall_seconds: 300,
            show_recalled: false,
            query_both_sides: false,
            max_reactions_per_user: 10,
            max_reaction_types: 50,
            reacting_users: 10,
            max_idempotency_key_length: 64,
            idempotency_seconds: 86_400,
            max_held_per_plugin: 10_000,
            max_held_bytes_per_plugin: 64 * 1024 * 1024,
            max_held_per_sender: 100,
            retention_hours: 0,
            search: true,
            max_search_length: 200,
            default_search_count: 20,
            max_search_count: 100,
            max_ids_per_query: 1000,
            max_from_per_query: 1000,
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
        let counts = [
            self.default_count,
            self.max_count,
            self.default_count_with_total,
            self.max_count_with_total,
            self.default_search_count,
            self.max_search_count,
        ];
        if counts.contains(&0) {
            return Err("messages: the counts must be at least 1".into());
        }
        Ok(())
    }
}
