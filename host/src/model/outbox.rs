//! The outbox: what happened, in the order in which it was stored, for those who observe it.

use bytes::Bytes;

use super::{MessageId, OutboxPosition, Timestamp};

/// An event with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboxEntry {
    pub position: OutboxPosition,
    /// When it was stored, by the server's clock.
    pub date: Timestamp,
    pub event: OutboxEvent,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OutboxEvent {
    /// A message was stored.
    Message(MessageId),
    /// Anything else.
    Other(NewEvent),
}

/// An event of a kind that the store does not know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEvent {
    pub kind: String,
    /// Read by whoever knows the kind.
    pub payload: Bytes,
}

/// How far a plugin has got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    pub plugin: String,
    /// The last event that the plugin took.
    pub position: OutboxPosition,
}

/// Which events go for good. The last one of all stays in any case, so that its place is not given again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutboxRetention {
    /// Events up to here have been taken by everybody who observes,
    pub taken: OutboxPosition,
    /// and of these, events from before this date go;
    pub replay: Timestamp,
    /// of the others, events from before this date.
    pub wait: Timestamp,
}
