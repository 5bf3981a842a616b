//! Rules of groups: founding and changing them, who is in them, and who may see that.

mod batch;
mod blocked_users;
mod create;
mod error;
mod join;
mod leave;
mod member;
mod query;
#[cfg(test)]
mod tests;
mod transfer;
mod types;
mod update;

pub use error::Error;
pub use leave::Removal;
pub use query::FoundMembers;

use std::sync::Arc;

use crate::{
    clock::Clock,
    config,
    model::{
        GroupId, GroupTypeId, UserId, UserRoleId,
        group::{Group, GroupType, MemberLimits, OwnershipLimits, Role},
        notification::Recipients,
        snowflake::Snowflake,
    },
    services::{settings::Schema, text::is_longer},
    store::{self, Store},
};

/// The rules of groups over a store.
pub struct Groups {
    store: Arc<dyn Store>,
    clock: Clock,
    ids: Arc<Snowflake>,
    config: config::Groups,
    roles: Vec<config::UserRole>,
    notifications: Arc<config::Notifications>,
    attributes: Schema,
}

impl Groups {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        ids: Arc<Snowflake>,
        config: config::Groups,
        roles: Vec<config::UserRole>,
        notifications: Arc<config::Notifications>,
    ) -> Self {
        let attributes = Schema::new(&config.attributes, config.ignore_unknown_attributes);
        Self { store, clock, ids, config, roles, notifications, attributes }
    }

    /// The members of a group if they are `told`, without those `concerned` by what happened; these if they are told;
    /// and the requester's other devices.
    pub(in crate::services) async fn audience(
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

    /// What a user is in a group; `None` for an outsider.
    pub(in crate::services) async fn role(&self, group: GroupId, user: UserId) -> Result<Option<Role>, store::Error> {
        Ok(self.store.find_member(group, user).await?.map(|member| member.role))
    }

    /// The group when it exists and is active, with its type.
    pub(in crate::services) async fn find_active(
        &self,
        id: GroupId,
    ) -> Result<Option<(Arc<Group>, Arc<GroupType>)>, store::Error> {
        let Some(group) = self.store.find_group(id).await?.filter(|group| group.is_active()) else {
            return Ok(None);
        };
        let group_type = self.store.find_group_type(group.type_id).await?;
        let group_type = group_type.ok_or_else(|| store::Error::Corrupt(format!("group {id} has no type")))?;
        Ok(Some((group, group_type)))
    }

    /// How many members a group of the type takes, who may be in so many groups each.
    #[must_use]
    pub(in crate::services) fn member_limits(&self, group_type: &GroupType) -> MemberLimits {
        MemberLimits { size: group_type.size_limit, joined: self.config.max_joined_groups }
    }

    /// How many groups a user may own; refused when they may own none of this type.
    async fn ownership_limits(&self, user: UserId, type_id: GroupTypeId) -> Result<OwnershipLimits, Error> {
        let role = self.store.find_user(user).await?.map_or(UserRoleId::DEFAULT, |user| user.role);
        // Users of a role that is no longer configured may own none.
        let role = self.roles.iter().find(|known| known.id == role).ok_or(Error::ForbiddenType)?;
        if role.group_types.contains(&type_id) { Ok(role.ownership_limits()) } else { Err(Error::ForbiddenType) }
    }

    fn check_texts(&self, name: Option<&str>, intro: Option<&str>, announcement: Option<&str>) -> Result<(), Error> {
        let limits = [
            ("name", name, self.config.max_name_length),
            ("intro", intro, self.config.max_intro_length),
            ("announcement", announcement, self.config.max_announcement_length),
        ];
        match limits.into_iter().find(|(_, text, max)| text.is_some_and(|text| is_longer(text, *max))) {
            Some((field, _, max)) => Err(Error::TooLong { field, max }),
            None => Ok(()),
        }
    }

    fn check_request_size(&self, members: &[UserId]) -> Result<(), Error> {
        let max = self.config.max_members_per_request;
        if members.len() > max { Err(Error::TooManyMembers { max }) } else { Ok(()) }
    }
}
