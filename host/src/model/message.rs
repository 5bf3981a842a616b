//! Messages: drafts, stored facts and queries.

use bytes::Bytes;

use serde::{Deserialize, Serialize};

use super::{GroupId, MessageId, Sequence, Timestamp, UserId, Value, reaction::ReactionGroup};

/// Where a message goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    User(UserId),
    Group(GroupId),
}

/// A message that does not exist yet, as its sender wants it.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub target: Target,
    pub text: Option<String>,
    pub records: Vec<Bytes>,
    /// Seconds after which clients hide the message.
    pub burn_after: Option<i32>,
    /// The sender's date; the server's clock is used unless configured otherwise.
    pub delivery_date: Option<Timestamp>,
    /// The message before this one, as the client saw it.
    pub previous: Option<MessageId>,
    /// The message that this one copies.
    pub forwarded_from: Option<MessageId>,
    /// Carried to the recipients, not stored.
    pub attributes: Vec<Value>,
    /// How many plugins it has come through, from 0 for one that a client sends.
    pub hop: u8,
}

/// A message as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    pub id: MessageId,
    /// Given by the store.
    pub sequence: Sequence,
    pub sender: UserId,
    pub target: Target,
    pub is_system: bool,
    pub text: Option<String>,
    pub records: Vec<Bytes>,
    pub burn_after: Option<i32>,
    pub delivery_date: Timestamp,
    pub modification_date: Option<Timestamp>,
    pub recall_date: Option<Timestamp>,
    pub deletion_date: Option<Timestamp>,
    pub previous: Option<MessageId>,
    pub forwarded_from: Option<MessageId>,
    /// How many plugins it has come through, so that those that answer each other come to an end; 7 at most.
    pub hop: u8,
    /// Filled in by pages only, the type that came first before the others.
    pub reactions: Vec<ReactionGroup>,
}

impl Message {
    /// Takes the content away, so that only the fact is left.
    pub fn clear(&mut self) {
        self.text = None;
        self.records = Vec::new();
        self.reactions = Vec::new();
    }
}

/// What changes of a message's content; `None` stays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessagePatch {
    pub text: Option<String>,
    pub records: Option<Vec<Bytes>>,
    /// How many plugins the change has come through; the message keeps the greater number.
    pub hop: u8,
}

/// Whose messages to find. The services fill it in from what the requester may see; a list that is empty finds nothing.
#[derive(Clone, PartialEq, Debug)]
pub enum MessageScope {
    /// Private messages sent to `user`, by any of `from` when given.
    SentTo { user: UserId, from: Option<Vec<UserId>> },
    /// Private messages that `user` sent, to any of `to` when given.
    SentBy { user: UserId, to: Option<Vec<UserId>> },
    /// Private messages between `user` and any of `with`, both ways; with anybody when `None`.
    Private { user: UserId, with: Option<Vec<UserId>> },
    /// Messages of these groups.
    Groups(Vec<GroupId>),
}

/// A page of messages.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageQuery {
    pub scope: MessageScope,
    pub ids: Option<Vec<MessageId>>,
    pub is_system: Option<bool>,
    /// Recalled ones too.
    pub with_recalled: bool,
    /// From this date on.
    pub start: Option<Timestamp>,
    /// Before this date.
    pub end: Option<Timestamp>,
    /// Newest first.
    pub descending: bool,
    /// At most so many, over the whole scope.
    pub limit: u32,
    /// Of those who reacted in one way to a message, answer at most so many.
    pub reacting_users: u32,
}

/// Messages of one sender or group, with the number of all that match.
#[derive(Clone, PartialEq, Debug)]
pub struct MessagesWithTotal {
    pub from: Target,
    pub total: u64,
    pub messages: Vec<Message>,
}

/// A page of a conversation by sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConversationQuery {
    /// One side of a private conversation; does not matter for a group.
    pub user: UserId,
    pub target: Target,
    pub after: Sequence,
    pub limit: u32,
    /// As in [`MessageQuery`].
    pub reacting_users: u32,
}

/// Messages of a conversation in the order of their sequences.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ConversationPage {
    /// Recalled ones too; deleted ones not.
    pub messages: Vec<Message>,
    /// The last sequence of the whole conversation; 0 for an empty one.
    pub last: Sequence,
}

/// What came of storing a message under a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Insertion {
    Stored(Sequence),
    /// The sender stored this one under the key before.
    Repeated(MessageId),
}

/// Whose messages to search. The services fill it in from what the requester may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchScope {
    /// The private messages of `user`, and those of these groups.
    All { user: UserId, groups: Vec<GroupId> },
    /// The messages between `user` and `contact`.
    Private { user: UserId, contact: UserId },
    /// The messages of one group.
    Group(GroupId),
}

/// A search by words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchQuery {
    pub text: String,
    pub scope: SearchScope,
    /// Only messages with lesser ids.
    pub before: Option<MessageId>,
    /// At most so many.
    pub limit: u32,
}

/// What a search found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SearchPage {
    /// Newest first, without their reactions.
    pub messages: Vec<Message>,
    /// Where to go on, as [`SearchQuery::before`]; `None` when there is nothing more. A page can be short, or empty,
    /// and yet have a next one: a search looks at a bounded number of messages at a time.
    pub next: Option<MessageId>,
}
