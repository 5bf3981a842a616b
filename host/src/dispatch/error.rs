//! Why an operation was refused or failed. Each edge maps this to its protocol in one file.

use super::hooks::Denial;
use crate::model::command::Provider;
// The services' words under names that tell them apart, for the edges.
pub use crate::{
    services::{
        conversations::Error as ConversationsError, enrolment::Error as EnrolmentError, groups::Error as GroupsError,
        messages::Error as MessagesError, relationships::Error as RelationshipsError, settings::Error as SettingError,
        users::Error as UsersError,
    },
    store::Error as StoreError,
};

/// The services' words and the plugins'.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Users(#[from] UsersError),
    #[error(transparent)]
    Relationships(#[from] RelationshipsError),
    #[error(transparent)]
    Groups(#[from] GroupsError),
    #[error(transparent)]
    Conversations(#[from] ConversationsError),
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// A plugin refused.
    #[error("{}", .0.text)]
    Denied(Denial),
    /// No plugin serves requests of this kind.
    #[error("no plugin provides this")]
    NotProvided(Provider),
    /// A value of a request that plugins serve is missing or makes no sense.
    #[error("{0}")]
    Senseless(&'static str),
    /// A rule of the protocol that no service owns was broken.
    #[error("{0}")]
    Invalid(&'static str),
}
