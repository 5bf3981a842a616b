//! What the server remembers: one small trait per entity, summed in [`Store`], implemented by each engine. An engine
//! makes every method atomic in its own way and answers a write only when it is durable: what was acknowledged survives
//! `kill -9`.

#[cfg(test)]
mod conformance;
mod conversations;
pub mod embedded;
mod enrolments;
mod error;
mod friend_requests;
mod group_blocked_users;
mod group_types;
mod groups;
mod held;
mod inbox;
mod jobs;
mod kv;
mod messages;
mod outbox;
mod plugins;
mod questions;
mod reactions;
mod relationship_groups;
mod relationships;
mod search;
mod settings;
mod timers;
mod users;

pub use conversations::ConversationStore;
pub use enrolments::EnrolmentStore;
pub use error::{Error, Result};
pub use friend_requests::FriendRequestStore;
pub use group_blocked_users::GroupBlockedUserStore;
pub use group_types::GroupTypeStore;
pub use groups::GroupStore;
pub use held::HeldStore;
pub use inbox::InboxStore;
pub use jobs::JobStore;
pub use kv::KvStore;
pub use messages::MessageStore;
pub use outbox::OutboxStore;
pub use plugins::PluginStore;
pub use questions::QuestionStore;
pub use reactions::ReactionStore;
pub use relationship_groups::RelationshipGroupStore;
pub use relationships::RelationshipStore;
pub use search::SearchStore;
pub use settings::SettingStore;
pub use timers::TimerStore;
pub use users::UserStore;

/// Everything an engine offers.
pub trait Store:
    UserStore
    + RelationshipStore
    + RelationshipGroupStore
    + FriendRequestStore
    + SettingStore
    + ConversationStore
    + GroupStore
    + GroupTypeStore
    + GroupBlockedUserStore
    + EnrolmentStore
    + QuestionStore
    + MessageStore
    + HeldStore
    + InboxStore
    + SearchStore
    + ReactionStore
    + OutboxStore
    + KvStore
    + TimerStore
    + JobStore
    + PluginStore
    + std::fmt::Debug
{
}

impl<T> Store for T where
    T: UserStore
        + RelationshipStore
        + RelationshipGroupStore
        + FriendRequestStore
        + SettingStore
        + ConversationStore
        + GroupStore
        + GroupTypeStore
        + GroupBlockedUserStore
        + EnrolmentStore
        + QuestionStore
        + MessageStore
        + HeldStore
        + InboxStore
        + SearchStore
        + ReactionStore
        + OutboxStore
        + KvStore
        + TimerStore
        + JobStore
        + PluginStore
        + std::fmt::Debug
{
}
