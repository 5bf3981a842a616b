//! Identifiers as types of their own, so that a user's id cannot be taken for a group's.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(id: $inner) -> Self {
                Self(id)
            }
        }
    };
}

id! {
    /// A user. Chosen by the operator, positive; 0 is the administrator and never logs in.
    UserId(i64)
}
id! {
    /// A friend request: a snowflake.
    FriendRequestId(i64)
}
id! {
    /// A group: a snowflake.
    GroupId(i64)
}
id! {
    /// The policy that a group follows; 0 is the built-in default.
    GroupTypeId(i64)
}
id! {
    /// What a user may do, as configured; 0 is what everybody has.
    UserRoleId(i64)
}
id! {
    /// An invitation into a group or a request to join one: a snowflake.
    EnrolmentId(i64)
}
id! {
    /// A question of a group: a snowflake.
    QuestionId(i64)
}
id! {
    /// A meeting, as the plugin that arranges it numbers it: positive.
    MeetingId(i64)
}
id! {
    /// A message: a snowflake, so later messages have greater ids.
    MessageId(i64)
}
id! {
    /// The place of an event in the outbox, from 1 on without gaps.
    OutboxPosition(i64)
}
id! {
    /// One login of one device: positive and below 2^31, as clients read it.
    SessionId(i32)
}
id! {
    /// A user's own grouping of relationships; 0 always exists.
    RelationshipGroupIndex(i32)
}

id! {
    /// The place of a message in its conversation: 1 for the first, and no gaps. 0 while it is not stored.
    Sequence(i64)
}
id! {
    /// A kind of reaction to a message; what it stands for is the clients' agreement.
    ReactionType(i32)
}

impl UserId {
    /// The administrator, who acts through the admin API and never logs in as a client.
    pub const ADMIN: Self = Self(0);

    /// A number whose upper bits are spread evenly, also for ids that follow each other (Fibonacci hashing).
    #[must_use]
    pub const fn spread(self) -> u64 {
        self.0.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl RelationshipGroupIndex {
    /// The group that every user has and nobody can delete.
    pub const DEFAULT: Self = Self(0);
}

impl UserRoleId {
    /// The role of users who have no other.
    pub const DEFAULT: Self = Self(0);
}

impl GroupTypeId {
    /// The built-in type.
    pub const DEFAULT: Self = Self(0);
}
