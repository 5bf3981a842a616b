//! The outbox: what happened, in the order in which it was stored, for those who observe it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{GroupId, MessageId, OutboxPosition, Timestamp, UserId};

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
    /// The store changed, and entered that in the same transaction.
    Changed(Change),
    /// Anything else.
    Other(NewEvent),
}

/// A change of what is stored, by the ids of what changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Change {
    MessageStored(MessageId),
    MessageEdited(MessageId),
    MessageRecalled(MessageId),
    UserCreated(UserId),
    UserDeleted(UserId),
    GroupCreated(GroupId),
    /// Its members have left just before.
    GroupDeleted(GroupId),
    /// Also each member that a new group begins with.
    MemberJoined {
        group: GroupId,
        user: UserId,
    },
    MemberLeft {
        group: GroupId,
        user: UserId,
    },
}

/// Kinds of changes, as a set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Changes(pub u32);

impl Change {
    #[must_use]
    pub const fn kind(self) -> Changes {
        match self {
            Self::MessageStored(_) => Changes::MESSAGE_STORED,
            Self::MessageEdited(_) => Changes::MESSAGE_EDITED,
            Self::MessageRecalled(_) => Changes::MESSAGE_RECALLED,
            Self::UserCreated(_) => Changes::USER_CREATED,
            Self::UserDeleted(_) => Changes::USER_DELETED,
            Self::GroupCreated(_) => Changes::GROUP_CREATED,
            Self::GroupDeleted(_) => Changes::GROUP_DELETED,
            Self::MemberJoined { .. } => Changes::MEMBER_JOINED,
            Self::MemberLeft { .. } => Changes::MEMBER_LEFT,
        }
    }
}

impl Changes {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(u32::MAX);
    pub const MESSAGE_STORED: Self = Self(1);
    pub const MESSAGE_EDITED: Self = Self(1 << 1);
    pub const MESSAGE_RECALLED: Self = Self(1 << 2);
    pub const USER_CREATED: Self = Self(1 << 3);
    pub const USER_DELETED: Self = Self(1 << 4);
    pub const GROUP_CREATED: Self = Self(1 << 5);
    pub const GROUP_DELETED: Self = Self(1 << 6);
    pub const MEMBER_JOINED: Self = Self(1 << 7);
    pub const MEMBER_LEFT: Self = Self(1 << 8);

    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether the sets have a kind in common.
    #[must_use]
    pub const fn meet(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
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
