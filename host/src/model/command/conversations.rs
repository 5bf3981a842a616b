//! Read dates, typing notices and the settings of conversations.

use std::collections::BTreeMap;

use crate::model::{GroupId, MessageId, Timestamp, UserId, Value, message::Target};

/// Read how far others have read: these users what the requester wrote to them, or the members of these groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryConversations {
    pub users: Vec<UserId>,
    /// Passed over when there are users.
    pub groups: Vec<GroupId>,
}

/// Tell how far the requester has read a conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateConversation {
    /// `None` when the client named neither a user nor a group.
    pub conversation: Option<Target>,
    pub read_date: Timestamp,
    pub attributes: Vec<Value>,
}

/// Tell others that the requester is typing.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateTypingStatus {
    pub conversation: Target,
    pub attributes: Vec<Value>,
}

/// Set the requester's settings of a conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateConversationSettings {
    /// `None` when the client named neither a user nor a group.
    pub conversation: Option<Target>,
    pub settings: BTreeMap<String, Value>,
    pub attributes: Vec<Value>,
}

/// Remove settings of conversations.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteConversationSettings {
    /// Empty: all.
    pub conversations: Vec<Target>,
    /// Empty: all that may be removed.
    pub names: Vec<String>,
    pub attributes: Vec<Value>,
}

/// Read the requester's settings of conversations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryConversationSettings {
    /// Empty: all.
    pub conversations: Vec<Target>,
    /// Empty: all.
    pub names: Vec<String>,
    /// Only records that changed at this date or later.
    pub changed_since: Option<Timestamp>,
}

/// Find the requester's conversations, those with the newest messages first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueryInbox {
    /// Only those whose last message has a lesser id.
    pub before: Option<MessageId>,
    pub max_count: Option<i32>,
}
