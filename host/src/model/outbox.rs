//! The outbox: what happened, in the order in which it was stored, for those who observe it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{EnrolmentId, FriendRequestId, GroupId, MessageId, OutboxPosition, Timestamp, UserId, message::Target};

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
    UserUpdated(UserId),
    /// Settings were set or removed.
    SettingsChanged {
        user: UserId,
        /// `None`: the user's own.
        conversation: Option<Target>,
    },
    FriendRequestSent {
        request: FriendRequestId,
        sender: UserId,
        recipient: UserId,
    },
    FriendRequestAnswered {
        request: FriendRequestId,
        sender: UserId,
        recipient: UserId,
    },
    RelationshipCreated {
        owner: UserId,
        related: UserId,
    },
    RelationshipUpdated {
        owner: UserId,
        related: UserId,
    },
    RelationshipDeleted {
        owner: UserId,
        related: UserId,
    },
    GroupUpdated(GroupId),
    GroupTransferred {
        group: GroupId,
        owner: UserId,
    },
    MemberUpdated {
        group: GroupId,
        user: UserId,
    },
    MemberInvited {
        invitation: EnrolmentId,
        group: GroupId,
        user: UserId,
    },
    MemberApplied {
        request: EnrolmentId,
        group: GroupId,
        user: UserId,
    },
    /// An invitation or a request to join was answered.
    MemberAnswered {
        enrolment: EnrolmentId,
        group: GroupId,
        user: UserId,
    },
    /// By the operator, not for its age.
    MessageDeleted {
        message: MessageId,
        sender: UserId,
        target: Target,
    },
    /// Reactions of the user came or went.
    MessageReacted {
        message: MessageId,
        user: UserId,
    },
    ConversationRead {
        reader: UserId,
        conversation: Target,
        read_date: Timestamp,
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
            Self::UserUpdated(_) => Changes::USER_UPDATED,
            Self::SettingsChanged { .. } => Changes::SETTINGS_CHANGED,
            Self::FriendRequestSent { .. } => Changes::FRIEND_REQUEST_SENT,
            Self::FriendRequestAnswered { .. } => Changes::FRIEND_REQUEST_ANSWERED,
            Self::RelationshipCreated { .. } => Changes::RELATIONSHIP_CREATED,
            Self::RelationshipUpdated { .. } => Changes::RELATIONSHIP_UPDATED,
            Self::RelationshipDeleted { .. } => Changes::RELATIONSHIP_DELETED,
            Self::GroupUpdated(_) => Changes::GROUP_UPDATED,
            Self::GroupTransferred { .. } => Changes::GROUP_TRANSFERRED,
            Self::MemberUpdated { .. } => Changes::MEMBER_UPDATED,
            Self::MemberInvited { .. } => Changes::MEMBER_INVITED,
            Self::MemberApplied { .. } => Changes::MEMBER_APPLIED,
            Self::MemberAnswered { .. } => Changes::MEMBER_ANSWERED,
            Self::MessageDeleted { .. } => Changes::MESSAGE_DELETED,
            Self::MessageReacted { .. } => Changes::MESSAGE_REACTED,
            Self::ConversationRead { .. } => Changes::CONVERSATION_READ,
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
    pub const USER_UPDATED: Self = Self(1 << 9);
    pub const SETTINGS_CHANGED: Self = Self(1 << 10);
    pub const FRIEND_REQUEST_SENT: Self = Self(1 << 11);
    pub const FRIEND_REQUEST_ANSWERED: Self = Self(1 << 12);
    pub const RELATIONSHIP_CREATED: Self = Self(1 << 13);
    pub const RELATIONSHIP_UPDATED: Self = Self(1 << 14);
    pub const RELATIONSHIP_DELETED: Self = Self(1 << 15);
    pub const GROUP_UPDATED: Self = Self(1 << 16);
    pub const GROUP_TRANSFERRED: Self = Self(1 << 17);
    pub const MEMBER_UPDATED: Self = Self(1 << 18);
    pub const MEMBER_INVITED: Self = Self(1 << 19);
    pub const MEMBER_APPLIED: Self = Self(1 << 20);
    pub const MEMBER_ANSWERED: Self = Self(1 << 21);
    pub const MESSAGE_REACTED: Self = Self(1 << 22);
    pub const CONVERSATION_READ: Self = Self(1 << 23);
    pub const MESSAGE_DELETED: Self = Self(1 << 24);

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
