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
    notifications: Arc<config::Notifications>,
}

impl Groups {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        ids: Arc<Snowflake>,
        config: config::Groups,
        notifications: Arc<config::Notifications>,
    ) -> Self {
        Self { store, clock, ids, config, notifications }
    }

    /// The members of a group if they are `told`, without those `concerned` by what happened; these if they are told; and
    /// the requester's other devices.
    async fn audience(
        &self,
        group: GroupId,
        are_members_told: bool,
        (concerned, are_concerned_told): (&[UserId], bool),
        own_devices: bool,
    ) -> Result<Option<Recipients>, store::Error> {
        let told = if are_concerned_told { concerned } else { &[] };
        if !are_members_told {
            return Ok(Recipients::among(told, own_devices));
        }
        let members = self.store.list_member_ids(group).await?;
        let is_member = |user| members.binary_search(user).is_ok();
        if told.iter().all(is_member) && (are_concerned_told || !concerned.iter().any(is_member)) {
            return Ok(Some(Recipients::all(members, own_devices)));
        }
        let mut users: Vec<UserId> = members.iter().filter(|user| !concerned.contains(user)).copied().collect();
        users.extend_from_slice(told);
        Ok(Recipients::among(&users, own_devices))
    }

    fn check_request_size(&self, members: &[UserId]) -> Result<(), Error> {
        let max = self.config.max_members_per_request;
        if members.len() > max { Err(Error::TooManyMembers { max }) } else { Ok(()) }
    }
}
