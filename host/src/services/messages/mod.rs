//! Rules of messages: who may send what to whom, and who may read it.

mod delete;
mod draft;
mod error;
mod held;
mod permission;
mod purge;
mod query;
mod reactions;
mod search;
mod send;
mod sync;
#[cfg(test)]
mod tests;
mod turn;
mod update;

pub use error::Error;
pub use held::Kept;
pub use send::{Sending, Sent};
pub use turn::Turn;
pub use update::Updated;

use std::sync::Arc;

use self::turn::Turns;
use crate::{
    clock::Clock,
    config,
    model::{MessageId, snowflake::Snowflake},
    store::Store,
};

/// The rules of messages over a store.
pub struct Messages {
    store: Arc<dyn Store>,
    clock: Clock,
    ids: Arc<Snowflake>,
    config: config::Messages,
    notifications: Arc<config::Notifications>,
    turns: Arc<Turns>,
}

impl Messages {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        ids: Arc<Snowflake>,
        config: config::Messages,
        notifications: Arc<config::Notifications>,
    ) -> Self {
        Self { store, clock, ids, config, notifications, turns: Arc::new(Turns::new()) }
    }

    /// An id that no other message gets, for an answer that pretends one was sent.
    #[must_use]
    pub fn next_id(&self) -> MessageId {
        MessageId(self.ids.next(self.clock.now()))
    }
}
