//! Why an operation was refused or failed. Each edge maps this to its protocol in one file.

use super::hooks::Denial;
use crate::services::{groups, messages, relationships, users};

/// The services' words and the plugins'.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Users(#[from] users::Error),
    #[error(transparent)]
    Relationships(#[from] relationships::Error),
    #[error(transparent)]
    Groups(#[from] groups::Error),
    #[error(transparent)]
    Messages(#[from] messages::Error),
    /// A plugin refused.
    #[error("{}", .0.text)]
    Denied(Denial),
    /// Nothing serves requests of this kind.
    #[error("requests of the kind {0} are not supported")]
    Unsupported(&'static str),
    /// A rule of the protocol that no service owns was broken.
    #[error("{0}")]
    Invalid(&'static str),
}
