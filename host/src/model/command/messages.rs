//! Messages.

use bytes::Bytes;

use crate::model::{
    MessageId, ReactionType, Sequence, Timestamp, Value,
    message::{Draft, Target},
};

/// Send a message.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateMessage {
    /// The id of the new message in what is relayed to its recipients; `None` in a request.
    pub id: Option<MessageId>,
    /// The place of the new message in its conversation, likewise.
    pub sequence: Option<Sequence>,
    /// Refused when a client sets it.
    pub is_system: bool,
    /// `None` when the request names neither a user nor a group.
    pub draft: Option<Draft>,
    /// The client's name for this message: sent again under it, nothing is sent. Not relayed.
    pub idempotency_key: Option<String>,
}

/// Find messages that the requester may see.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryMessages {
    pub ids: Vec<MessageId>,
    /// Mandatory in the protocol; `None` is refused.
    pub of_groups: Option<bool>,
    pub is_system: Option<bool>,
    /// Senders, or groups. Empty: all.
    pub from: Vec<i64>,
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    pub max_count: Option<i32>,
    pub with_total: bool,
    pub descending: bool,
}

/// Edit an own message, or recall it.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateMessage {
    pub message: MessageId,
    /// `None`: stays.
    pub text: Option<String>,
    /// Empty: stay.
    pub records: Vec<Bytes>,
    /// Its presence makes this a recall.
    pub recall_date: Option<Timestamp>,
    pub attributes: Vec<Value>,
}

impl UpdateMessage {
    /// Whether it changes the content.
    #[must_use]
    pub fn is_edit(&self) -> bool {
        self.text.is_some() || !self.records.is_empty()
    }
}

/// Put own reactions on a message, or take them off.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageReactions {
    pub message: MessageId,
    pub types: Vec<ReactionType>,
    pub attributes: Vec<Value>,
}

/// Catch up with a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyncMessages {
    /// The group, or the other user; `None` when the request names neither.
    pub conversation: Option<Target>,
    /// The last place that the client has.
    pub after: Sequence,
    pub max_count: Option<i32>,
}

/// Find messages by their words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchMessages {
    pub text: String,
    /// Only of the group, or of the conversation with the user.
    pub conversation: Option<Target>,
    /// Only messages with lesser ids.
    pub before: Option<MessageId>,
    pub max_count: Option<i32>,
}
