//! Reading who is in a group and which groups one is in.

use std::{collections::BTreeSet, sync::Arc};

use super::{Error, Groups};
use crate::{
    model::{
        GroupId, Reply, Timestamp, UserId,
        command::{QueryGroupMembers, QueryGroups},
        group::{GroupVersion, Member},
        user::UserVersion,
    },
    services::version::is_current,
    store,
};

/// What a query for members found.
#[derive(Clone, PartialEq, Debug)]
pub enum FoundMembers {
    UpToDate,
    /// The members, maybe none; with the version of the list when all were asked for.
    Members(Vec<Member>, Option<Timestamp>),
}

impl Groups {
    /// Members of a group that the requester is in. A query for certain members is always answered.
    pub async fn query_members(&self, requester: UserId, query: &QueryGroupMembers) -> Result<FoundMembers, Error> {
        if self.store.find_member(query.group, requester).await?.is_none() {
            return Err(Error::NotMemberToQuery);
        }
        if !query.members.is_empty() {
            let members = self.store.list_members(query.group, Some(&query.members)).await?;
            return Ok(FoundMembers::Members(members, None));
        }
        let version = self.store.find_group_version(query.group, GroupVersion::Members).await?;
        if is_current(query.version, version) {
            return Ok(FoundMembers::UpToDate);
        }
        Ok(FoundMembers::Members(self.store.list_members(query.group, None).await?, version))
    }

    /// Groups that exist, changed after the given date. Everybody may read what they are, as in the reference; who is
    /// in them is for members only.
    pub async fn query(&self, query: &QueryGroups) -> Result<Reply, Error> {
        if query.name.as_ref().is_some_and(|name| !name.trim().is_empty()) {
            return Err(Error::SearchDisabled);
        }
        let max = self.config.max_infos_per_query;
        if query.groups.len() > max {
            return Err(Error::TooManyIds { max });
        }
        let mut groups = self.store.list_groups(&query.groups).await?;
        groups.retain(|group| query.changed_after.is_none_or(|date| group.last_updated_date > date));
        Ok(Reply::Groups { groups, version: None })
    }

    /// The ids of the groups that the user is in.
    pub async fn query_joined_ids(&self, user: UserId, copy: Option<Timestamp>) -> Result<Reply, Error> {
        let version = self.store.find_user_version(user, UserVersion::JoinedGroups).await?;
        if is_current(copy, version) {
            return Ok(Reply::UpToDate);
        }
        let groups = self.store.list_joined_groups(user).await?;
        if groups.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Ids { ids: groups.into_iter().map(|group| group.0).collect(), version })
    }

    /// The groups that the user is in. Of more than a query answers, those founded last: ids grow with time. The others
    /// are found by their ids.
    pub async fn query_joined(&self, user: UserId, copy: Option<Timestamp>) -> Result<Reply, Error> {
        let settled = self.store.last_group_change().await?;
        let joined = self.store.find_user_version(user, UserVersion::JoinedGroups).await?;
        let ids = self.store.list_joined_groups(user).await?;
        let founded_last = &ids[ids.len().saturating_sub(self.config.max_infos_per_query)..];
        let groups = self.store.list_groups(founded_last).await?;
        // What the groups are is part of the list.
        let version = groups.iter().map(|group| group.last_updated_date).max().max(joined);
        if is_current(copy, version) {
            return Ok(Reply::UpToDate);
        }
        if groups.is_empty() {
            return Ok(Reply::NoContent);
        }
        // Of two changes meanwhile, the later may be in what was read and the earlier not, which would then never be
        // asked for: such a copy is one from before them both.
        Ok(Reply::Groups { groups, version: version.map(|version| version.min(settled)) })
    }

    /// All members of a group, by id.
    pub async fn member_ids(&self, group: GroupId) -> Result<Arc<[UserId]>, store::Error> {
        self.store.list_member_ids(group).await
    }

    /// All members of the groups that the user is in, the user among them.
    pub(in crate::services) async fn fellow_members(&self, user: UserId) -> Result<BTreeSet<UserId>, store::Error> {
        let mut fellows = BTreeSet::new();
        for group in self.store.list_joined_groups(user).await? {
            fellows.extend(self.store.list_member_ids(group).await?.iter());
        }
        Ok(fellows)
    }
}
