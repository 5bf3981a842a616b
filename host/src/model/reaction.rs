//! Reactions to messages.

use std::sync::Arc;

use super::{MessageId, ReactionType, UserId, user::User};

/// Reactions of one user to one message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reactions {
    pub message: MessageId,
    pub user: UserId,
    pub types: Vec<ReactionType>,
}

/// How many reactions a message takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReactionLimits {
    /// Of one user.
    pub per_user: usize,
    /// Different ones, of all users.
    pub types: usize,
}

/// What came of adding reactions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReactionOutcome {
    Added,
    /// They were all there.
    Unchanged,
    /// A limit would be exceeded; none was added.
    TooMany,
    /// The message is unknown, deleted or recalled.
    NoMessage,
}

/// All reactions of one type to a message.
#[derive(Clone, PartialEq, Debug)]
pub struct ReactionGroup {
    pub reaction_type: ReactionType,
    pub count: u32,
    /// The first of those who reacted, as they are now.
    pub users: Vec<Arc<User>>,
}
