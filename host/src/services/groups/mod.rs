//! Rules of groups: founding them, who is in them, and who may see that.

mod batch;
mod create;
mod error;
mod join;
mod leave;
mod query;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use leave::Removal;
pub use query::FoundMembers;

use std::sync::Arc;

use crate::{
    clock::Clock,
    config,
    model::{GroupId, UserId, notification::Recipients, snowflake::Snowflake},
    store::{self, Store},
};

/// The rules of groups over a store.
pub struct Groups {
    store: Arc<dyn Store>,
    clock: Clock,
    ids: Arc<Snowflake>,
    config: config::Groups,
}

impl Groups {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, ids: Arc<Snowflake>, config: config::Groups) -> Self {
        Self { store, clock, ids, config }
    }

    /// All members, and others who must hear of what happened to them.
    async fn members_and(&self, group: GroupId, others: &[UserId]) -> Result<Recipients, store::Error> {
        let members = self.store.list_member_ids(group).await?;
        if others.is_empty() {
            return Ok(Recipients::Users(members));
        }
        Ok(Recipients::Users(members.iter().chain(others).copied().collect()))
    }

    fn check_request_size(&self, members: &[UserId]) -> Result<(), Error> {
        let max = self.config.max_members_per_request;
        if members.len() > max { Err(Error::TooManyMembers { max }) } else { Ok(()) }
    }
}
