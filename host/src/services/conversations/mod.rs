//! Rules of conversations: how far they are read, who is typing, and what clients keep for them.

mod error;
mod inbox;
mod read;
mod settings;
#[cfg(test)]
mod tests;
mod typing;

pub use error::Error;

use std::sync::Arc;

use super::settings::Schema;
use crate::{
    clock::Clock,
    config,
    model::{GroupId, UserId, message::Target},
    store::{self, Store},
};

/// The rules of conversations over a store.
pub struct Conversations {
    store: Arc<dyn Store>,
    clock: Clock,
    config: config::Conversations,
    notifications: Arc<config::Notifications>,
    settings: Schema,
}

impl Conversations {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        config: config::Conversations,
        notifications: Arc<config::Notifications>,
    ) -> Self {
        let settings = Schema::new(&config.settings, config.ignore_unknown_settings);
        Self { store, clock, config, notifications, settings }
    }

    async fn is_member(&self, group: GroupId, user: UserId) -> Result<bool, store::Error> {
        Ok(self.store.find_member(group, user).await?.is_some())
    }

    fn check_count(&self, count: usize) -> Result<(), Error> {
        let max = self.config.max_ids_per_query;
        if count > max { Err(Error::TooMany { max }) } else { Ok(()) }
    }
}

/// The conversation that a request names, if it is one.
fn named(conversation: Option<Target>) -> Result<Target, Error> {
    match conversation {
        Some(Target::User(UserId(id)) | Target::Group(GroupId(id))) if id <= 0 => Err(Error::NoConversation),
        Some(conversation) => Ok(conversation),
        None => Err(Error::NoConversation),
    }
}
