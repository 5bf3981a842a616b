//! A directory in the memory of the test's thread, which a test fills.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Group, Member, MemberRole, Relationship, User};

#[derive(Default)]
struct Directory {
    users: BTreeMap<i64, User>,
    groups: BTreeMap<i64, Group>,
    /// By group and user.
    members: BTreeMap<(i64, i64), Member>,
    /// By owner and related user.
    relationships: BTreeMap<(i64, i64), Relationship>,
    /// Groups and whom they keep out.
    blocked: BTreeSet<(i64, i64)>,
}

thread_local! {
    static DIRECTORY: RefCell<Directory> = RefCell::default();
}

/// Adds an active user with nothing but an id and a name, or changes the one before.
pub fn add_user(id: i64, name: &str) {
    let user = User {
        id,
        name: name.to_owned(),
        intro: String::new(),
        profile_picture: String::new(),
        role: 0,
        active: true,
        registration_date: 0,
    };
    put_user(user);
}

/// Adds a user as it is.
pub fn put_user(user: User) {
    DIRECTORY.with_borrow_mut(|directory| directory.users.insert(user.id, user));
}

/// Deletes a user, who is in no group then and holds no relationship; nor does anybody to them.
pub fn remove_user(id: i64) {
    DIRECTORY.with_borrow_mut(|directory| {
        directory.users.remove(&id);
        directory.members.retain(|(_, user), _| *user != id);
        directory.relationships.retain(|(owner, related), _| *owner != id && *related != id);
    });
}

/// Adds an active group of type 0 with its owner as a member.
pub fn add_group(id: i64, owner: i64, name: &str) {
    let group = Group {
        id,
        type_id: 0,
        creator: owner,
        owner,
        name: name.to_owned(),
        intro: None,
        announcement: None,
        active: true,
        creation_date: 0,
        mute_end_date: None,
    };
    DIRECTORY.with_borrow_mut(|directory| directory.groups.insert(id, group));
    add_member(id, owner, MemberRole::Owner);
}

/// Deletes a group with its members.
pub fn remove_group(id: i64) {
    DIRECTORY.with_borrow_mut(|directory| {
        directory.groups.remove(&id);
        directory.members.retain(|(group, _), _| *group != id);
    });
}

/// Puts a user into a group, or gives a member another role.
pub fn add_member(group: i64, user_id: i64, role: MemberRole) {
    let member = Member { user_id, name: None, role, join_date: 0, mute_end_date: None };
    DIRECTORY.with_borrow_mut(|directory| directory.members.insert((group, user_id), member));
}

/// Takes a user out of a group.
pub fn remove_member(group: i64, user_id: i64) {
    DIRECTORY.with_borrow_mut(|directory| directory.members.remove(&(group, user_id)));
}

/// Ends what `owner` holds of `related`.
pub fn remove_relationship(owner: i64, related: i64) {
    DIRECTORY.with_borrow_mut(|directory| directory.relationships.remove(&(owner, related)));
}

/// Lets `owner` hold a relationship to `related`, which may be a block.
pub fn add_relationship(owner: i64, related: i64, blocked: bool) {
    let relationship = Relationship { name: None, blocked, establishment_date: 0 };
    DIRECTORY.with_borrow_mut(|directory| directory.relationships.insert((owner, related), relationship));
}

/// Keeps a user out of a group.
pub fn block_from_group(group: i64, user: i64) {
    DIRECTORY.with_borrow_mut(|directory| directory.blocked.insert((group, user)));
}

pub(super) fn users(ids: &[i64]) -> Result<Vec<User>, Error> {
    check_count(ids)?;
    Ok(DIRECTORY.with_borrow(|directory| ids.iter().filter_map(|id| directory.users.get(id).cloned()).collect()))
}

pub(super) fn groups(ids: &[i64]) -> Result<Vec<Group>, Error> {
    check_count(ids)?;
    Ok(DIRECTORY.with_borrow(|directory| ids.iter().filter_map(|id| directory.groups.get(id).cloned()).collect()))
}

pub(super) fn members(group: i64, after: Option<i64>, limit: u32) -> Result<Vec<Member>, Error> {
    let limit = limit.min(500) as usize;
    Ok(DIRECTORY.with_borrow(|directory| {
        let members =
            directory.members.iter().filter(|((of, user), _)| *of == group && after.is_none_or(|it| *user > it));
        members.map(|(_, member)| member.clone()).take(limit).collect()
    }))
}

pub(super) fn find_member(group: i64, user: i64) -> Result<Option<Member>, Error> {
    Ok(DIRECTORY.with_borrow(|directory| directory.members.get(&(group, user)).cloned()))
}

pub(super) fn joined_groups(user: i64, after: Option<i64>, limit: u32) -> Result<Vec<i64>, Error> {
    let limit = limit.min(500) as usize;
    Ok(DIRECTORY.with_borrow(|directory| {
        let joined = directory.members.keys().filter(|(group, of)| *of == user && after.is_none_or(|it| *group > it));
        joined.map(|(group, _)| *group).take(limit).collect()
    }))
}

pub(super) fn find_relationship(owner: i64, related: i64) -> Result<Option<Relationship>, Error> {
    Ok(DIRECTORY.with_borrow(|directory| directory.relationships.get(&(owner, related)).cloned()))
}

pub(super) fn is_blocked_from_group(group: i64, user: i64) -> Result<bool, Error> {
    Ok(DIRECTORY.with_borrow(|directory| directory.blocked.contains(&(group, user))))
}

fn check_count(ids: &[i64]) -> Result<(), Error> {
    if ids.len() > 100 { Err(Error::TooMany) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::{find_group, find_member, find_user, is_blocked, is_blocked_from_group, joined_groups, members};
    use super::*;

    #[test]
    fn the_double_has_what_a_test_has_put_in() {
        add_user(1, "one");
        add_group(10, 1, "ten");
        add_member(10, 2, MemberRole::Member);
        add_relationship(1, 2, true);
        block_from_group(10, 3);
        assert_eq!(find_user(1).unwrap().map(|user| user.name).as_deref(), Some("one"));
        assert_eq!(find_user(2).unwrap(), None);
        assert_eq!(find_group(10).unwrap().map(|group| group.owner), Some(1));
        let ids = |members: Vec<Member>| members.into_iter().map(|member| member.user_id).collect::<Vec<_>>();
        assert_eq!(ids(members(10, None, 9).unwrap()), [1, 2]);
        assert_eq!(ids(members(10, Some(1), 9).unwrap()), [2]);
        assert_eq!(find_member(10, 3).unwrap(), None);
        assert_eq!(joined_groups(2, None, 9).unwrap(), [10]);
        assert!(is_blocked(1, 2).unwrap() && !is_blocked(2, 1).unwrap() && is_blocked_from_group(10, 3).unwrap());
        assert_eq!(users(&[0; 101]), Err(Error::TooMany));
        add_member(10, 2, MemberRole::Manager);
        assert_eq!(find_member(10, 2).unwrap().map(|member| member.role), Some(MemberRole::Manager));
        remove_member(10, 2);
        remove_relationship(1, 2);
        assert!(find_member(10, 2).unwrap().is_none() && !is_blocked(1, 2).unwrap());
        remove_user(1);
        remove_group(10);
        assert!(find_user(1).unwrap().is_none() && find_group(10).unwrap().is_none());
        assert_eq!(joined_groups(1, None, 9).unwrap(), [0; 0]);
    }
}
