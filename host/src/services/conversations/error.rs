//! Why an operation on conversations was refused or failed.

use crate::{services::settings, store};

/// Why an operation was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Of a setting.
    #[error(transparent)]
    Setting(#[from] settings::Error),
    #[error("a conversation is with a user or in a group, whose id is positive")]
    NoConversation,
    #[error("there is no conversation with oneself")]
    WithOneself,
    #[error("at most {max} users or groups at once")]
    TooMany { max: usize },
    #[error("the number of conversations must be at least 1")]
    InvalidCount,
    #[error("read dates are switched off")]
    ReadReceiptsDisabled,
    #[error("there is no such group, or it is not active")]
    GroupInactive,
    #[error("only members read the group's messages")]
    NotMemberToRead,
    #[error("groups of this type have no read dates")]
    ReadReceiptsDisabledByGroup,
    #[error("a read date does not go back")]
    MovingBack,
    #[error("typing notices are switched off")]
    TypingDisabled,
    #[error("only members tell the group that they are typing")]
    NotMemberToType,
    #[error("only friends are told that one is typing")]
    NotFriendToType,
    #[error("settings need a relationship to the user")]
    NotRelatedToSet,
    #[error("settings need membership in the group")]
    NotMemberToSet,
}
