//! Why an operation on messages was refused or failed.

use crate::store;

/// Why an operation was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("clients do not send system messages")]
    System,
    #[error("the message names neither a recipient nor a group")]
    NoTarget,
    #[error("the text is longer than {max} characters")]
    TextTooLong { max: usize },
    #[error("the records are larger than {max} bytes")]
    RecordsTooLarge { max: usize },
    #[error("the time after which to burn the message is negative")]
    NegativeBurnAfter,
    #[error("the delivery date lies in the future")]
    FutureDate,
    /// The message to forward is unknown, recalled, or one that the sender may not see.
    #[error("only messages that one sent or received can be forwarded")]
    SourceNotVisible,
    #[error("messages to oneself are switched off")]
    ToOneself,
    #[error("the recipient does not exist or is not active")]
    RecipientNotActive,
    #[error("the recipient blocks the sender")]
    BlockedByRecipient,
    #[error("the recipient takes messages from friends only")]
    NotFriend,
    /// The group is unknown, inactive or deleted.
    #[error("the group does not exist or is not active")]
    GroupInactive,
    #[error("the group is muted")]
    GroupMuted,
    #[error("the member is muted")]
    MemberMuted,
    #[error("only members may send to this group")]
    NotMemberToSend,
    #[error("the group blocks the sender")]
    BlockedByGroup,
    #[error("the query does not say whether it is about groups")]
    ConversationKindMissing,
    #[error("the request names neither a user nor a group")]
    NoConversation,
    /// It never was, somebody has decided, or it was held for too long.
    #[error("no such message is held")]
    NotHeld,
    /// A plugin wants somebody to look at it first, which is not possible with an edit.
    #[error("the change would have to be looked at first")]
    EditHeld,
    #[error("a plugin holds as many messages as it may")]
    TooManyHeld,
    #[error("{max} messages of the sender wait for somebody's decision already")]
    TooManyHeldOfSender { max: u32 },
    #[error("the idempotency key is longer than {max} bytes")]
    KeyTooLong { max: usize },
    #[error("the number of messages must be at least 1")]
    InvalidCount,
    #[error("searching messages is switched off")]
    SearchDisabled,
    #[error("the text to search for has no letters and no digits")]
    NothingToSearch,
    #[error("the text to search for is longer than {max} characters")]
    SearchTooLong { max: usize },
    #[error("only members may read the group's messages")]
    NotMemberToQuery,
    #[error("a query may name at most {max} {what}")]
    TooMany { what: &'static str, max: usize },
    /// The message is unknown, recalled, or one that the user may not see.
    #[error("there is no such message")]
    NotVisible,
    #[error("at most {max_per_user} reactions of a user and {max_types} different ones fit on a message")]
    TooManyReactions { max_per_user: usize, max_types: usize },
    #[error("editing messages is switched off")]
    EditDisabled,
    /// The message is unknown, recalled, the server's, or another user's.
    #[error("only messages that one sent can be edited")]
    NotSenderToEdit,
    #[error("the group of the message to edit does not exist any more")]
    EditInDeletedGroup,
    #[error("messages of this group are not edited")]
    NotEditableInGroup,
    #[error("recalling messages is switched off")]
    RecallDisabled,
    /// The message is unknown, the server's, or another user's.
    #[error("only messages that one sent can be recalled")]
    NotSenderToRecall,
    #[error("the group of the message to recall does not exist any more")]
    RecallInDeletedGroup,
    #[error("it is too late to recall the message")]
    RecallTooLate,
    #[error("the date of the recall lies in the future")]
    FutureRecall,
}
