//! Capability: who there is: users, groups, members and relationships, read only. What users hide from each other is
//! not hidden from a plugin; passwords are. Nobody who was deleted is found.
//!
//! In a native unit test there are those whom the test has put in with [`testing`].

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::directory as host;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::directory::{
    Error, Group, Member, MemberRole, Relationship, User,
};

#[cfg(not(target_family = "wasm"))]
pub mod testing;

/// Those of these users that there are, in the order of the ids; 100 ids at most.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn users(ids: &[i64]) -> Result<Vec<User>, Error> {
    host::users(ids)
}

/// One user, if there is such a one.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn find_user(id: i64) -> Result<Option<User>, Error> {
    Ok(users(&[id])?.pop())
}

/// Those of these groups that there are, in the order of the ids; 100 ids at most.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn groups(ids: &[i64]) -> Result<Vec<Group>, Error> {
    host::groups(ids)
}

/// One group, if there is such a one.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn find_group(id: i64) -> Result<Option<Group>, Error> {
    Ok(groups(&[id])?.pop())
}

/// Members by their ids, those after `after` only; at most `limit` of them, 500 at most. None of a group that there is
/// not.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn members(group: i64, after: Option<i64>, limit: u32) -> Result<Vec<Member>, Error> {
    host::members(group, after, limit)
}

/// A user in a group; `None` when they are no member.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn find_member(group: i64, user: i64) -> Result<Option<Member>, Error> {
    host::find_member(group, user)
}

/// Ids of the groups that a user is in, sorted, those after `after` only; at most `limit` of them, 500 at most.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn joined_groups(user: i64, after: Option<i64>, limit: u32) -> Result<Vec<i64>, Error> {
    host::joined_groups(user, after, limit)
}

/// What `owner` holds of `related`; `None` when there is nothing.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn find_relationship(owner: i64, related: i64) -> Result<Option<Relationship>, Error> {
    host::find_relationship(owner, related)
}

/// Whether `owner` blocks `related`.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn is_blocked(owner: i64, related: i64) -> Result<bool, Error> {
    Ok(find_relationship(owner, related)?.is_some_and(|relationship| relationship.blocked))
}

/// Whether the group keeps the user out.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn is_blocked_from_group(group: i64, user: i64) -> Result<bool, Error> {
    host::is_blocked_from_group(group, user)
}
