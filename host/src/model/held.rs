//! Messages that plugins hold back until somebody decides about them.

use serde::{Deserialize, Serialize};

use super::{
    MessageId, Timestamp, UserId,
    message::{Draft, Target},
};

/// Why and for how long a message is held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Who holds it: a plugin's name.
    pub plugin: String,
    /// For whoever decides.
    pub reason: Option<String>,
    /// When it is discarded.
    pub until: Timestamp,
}

/// A message that nobody sees yet.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldMessage {
    /// As the sender was told; the message keeps it.
    pub id: MessageId,
    pub sender: UserId,
    /// As the plugins before the one that holds it left it. Without attributes, which are not stored.
    pub draft: Draft,
    /// Under which the sender sent it.
    pub key: Option<String>,
    pub hold: Hold,
    pub date: Timestamp,
}

/// A page of messages that are held, by id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldQuery {
    /// Held by this plugin.
    pub plugin: Option<String>,
    /// With greater ids.
    pub after: Option<MessageId>,
    /// At most so many.
    pub limit: u32,
}

/// How many messages may be held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeldQuota {
    /// By one plugin.
    pub messages: i64,
    /// Of text and records of these.
    pub bytes: i64,
    /// Of one sender, by all plugins.
    pub of_sender: i64,
}

/// What came of holding a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holding {
    Held,
    /// The sender sent this one under the key before.
    Repeated(MessageId),
    /// The plugin holds as many as it may.
    Full,
    /// So many of the sender are held as may be.
    SenderFull,
}

/// That a message is held, for those who observe it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeldNotice {
    pub message: MessageId,
    pub sender: UserId,
    pub target: Target,
    pub plugin: String,
    pub reason: Option<String>,
    pub until: Timestamp,
    /// How many plugins the message has come through.
    pub hop: u8,
}
