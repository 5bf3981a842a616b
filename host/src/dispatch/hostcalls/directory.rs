//! `directory`: who there is. Read only, bounded, and never a password.

use super::error::stored;
use crate::{
    dispatch::wasm::{GuestState, wit::directory},
    model::{
        GroupId, UserId,
        group::{Group, Member, Role},
        relationship::Relationship,
        user::User,
    },
};

/// Ids that one call may name.
const IDS: usize = 100;
/// Entries of one page.
const PAGE: u32 = 500;

impl directory::Host for GuestState {
    async fn users(&mut self, ids: Vec<i64>) -> Result<Vec<directory::User>, directory::Error> {
        check_count(&ids)?;
        let ids: Vec<_> = ids.into_iter().map(UserId).collect();
        let found = stored(&self.plugin, self.services.store.list_users(&ids).await)?;
        Ok(found.iter().filter(|user| user.deletion_date.is_none()).map(|found| user(found)).collect())
    }

    async fn groups(&mut self, ids: Vec<i64>) -> Result<Vec<directory::Group>, directory::Error> {
        check_count(&ids)?;
        let ids: Vec<_> = ids.into_iter().map(GroupId).collect();
        let found = stored(&self.plugin, self.services.store.list_groups(&ids).await)?;
        Ok(found.iter().map(|found| group(found)).collect())
    }

    async fn members(
        &mut self,
        group: i64,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<directory::Member>, directory::Error> {
        let (store, group) = (&self.services.store, GroupId(group));
        // The ids are shared and sorted, so that a page of a large group does not read all of it.
        let ids = stored(&self.plugin, store.list_member_ids(group).await)?;
        let page = page(&ids, after.map(UserId), limit);
        if page.is_empty() {
            return Ok(Vec::new());
        }
        let members = stored(&self.plugin, store.list_members(group, Some(page)).await)?;
        Ok(members.iter().map(member).collect())
    }

    async fn find_member(&mut self, group: i64, user: i64) -> Result<Option<directory::Member>, directory::Error> {
        let found = stored(&self.plugin, self.services.store.find_member(GroupId(group), UserId(user)).await)?;
        Ok(found.as_deref().map(member))
    }

    async fn joined_groups(&mut self, user: i64, after: Option<i64>, limit: u32) -> Result<Vec<i64>, directory::Error> {
        let joined = stored(&self.plugin, self.services.store.list_joined_groups(UserId(user)).await)?;
        Ok(page(&joined, after.map(GroupId), limit).iter().map(|group| group.0).collect())
    }

    async fn find_relationship(
        &mut self,
        owner: i64,
        related: i64,
    ) -> Result<Option<directory::Relationship>, directory::Error> {
        let found = stored(&self.plugin, self.services.store.find_relationship(UserId(owner), UserId(related)).await)?;
        Ok(found.as_deref().map(relationship))
    }

    async fn is_blocked_from_group(&mut self, group: i64, user: i64) -> Result<bool, directory::Error> {
        stored(&self.plugin, self.services.store.is_blocked_from_group(GroupId(group), UserId(user)).await)
    }
}

fn check_count(ids: &[i64]) -> Result<(), directory::Error> {
    if ids.len() <= IDS { Ok(()) } else { Err(directory::Error::TooMany) }
}

/// Those of `sorted` that come after `after`, as many as a page may have.
fn page<T: Ord>(sorted: &[T], after: Option<T>, limit: u32) -> &[T] {
    let start = after.map_or(0, |after| sorted.partition_point(|id| *id <= after));
    let rest = &sorted[start..];
    &rest[..rest.len().min(limit.min(PAGE) as usize)]
}

fn user(user: &User) -> directory::User {
    directory::User {
        id: user.id.0,
        name: user.name.clone(),
        intro: user.intro.clone(),
        profile_picture: user.profile_picture.clone(),
        role: user.role.0,
        active: user.active,
        registration_date: user.registration_date.0,
    }
}

fn group(group: &Group) -> directory::Group {
    directory::Group {
        id: group.id.0,
        type_id: group.type_id.0,
        creator: group.creator.0,
        owner: group.owner.0,
        name: group.name.clone(),
        intro: group.intro.clone(),
        announcement: group.announcement.clone(),
        active: group.active,
        creation_date: group.creation_date.0,
        mute_end_date: group.mute_end_date.map(|date| date.0),
    }
}

fn member(member: &Member) -> directory::Member {
    directory::Member {
        user_id: member.user.0,
        name: member.name.clone(),
        role: match member.role {
            Role::Owner => directory::MemberRole::Owner,
            Role::Manager => directory::MemberRole::Manager,
            Role::Member => directory::MemberRole::Member,
            Role::Guest => directory::MemberRole::Guest,
            Role::AnonymousGuest => directory::MemberRole::AnonymousGuest,
        },
        join_date: member.join_date.0,
        mute_end_date: member.mute_end_date.map(|date| date.0),
    }
}

fn relationship(relationship: &Relationship) -> directory::Relationship {
    directory::Relationship {
        name: relationship.name.clone(),
        blocked: relationship.is_blocked(),
        establishment_date: relationship.establishment_date.0,
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_page_begins_after_an_id_whether_it_is_there_or_not() {
        let ids = [2, 4, 6, 8];
        assert_eq!(page(&ids, None, 2), [2, 4]);
        assert_eq!(page(&ids, Some(4), 9), [6, 8]);
        assert_eq!(page(&ids, Some(5), 1), [6]);
        assert!(page(&ids, Some(8), 9).is_empty() && page(&ids, None, 0).is_empty());
        assert_eq!(page(&[0; 600], None, u32::MAX).len(), 500);
    }
}
