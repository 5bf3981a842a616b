//! Versions of the lists that clients keep copies of: the date of the last change. One grows even when the clock stands
//! still or steps back.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use rusqlite::{Connection, OptionalExtension};

use super::engine::Write;
use crate::{
    model::{GroupId, Timestamp, UserId, group::GroupVersion, user::UserVersion},
    store::Result,
};

/// Dates of the changes of groups, and of who is in them: each later than all before, of whichever group. One that was
/// only later than the last of its own group would go unseen by members who know a later one of another group.
pub(in crate::store::embedded) struct GroupDates {
    last: Timestamp,
    /// The last of those that everybody sees.
    seen: Arc<AtomicI64>,
}

impl GroupDates {
    pub(super) fn open(connection: &Connection) -> rusqlite::Result<Self> {
        // Who comes or goes changes the list of the group's members too, so that no date of a user's list is later.
        let sql = "SELECT max(max(last_updated_date, members_version)) FROM groups";
        let last = connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0);
        Ok(Self { last: Timestamp(last), seen: Arc::new(AtomicI64::new(last)) })
    }

    /// For those who read.
    pub(super) fn seen(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.seen)
    }

    /// The date of a change.
    pub(super) fn next(&mut self, now: Timestamp) -> Timestamp {
        self.last = now.max(self.last.plus_millis(1));
        self.last
    }

    /// A date was given otherwise; later ones come after it.
    pub(super) fn given(&mut self, date: Timestamp) {
        self.last = self.last.max(date);
    }

    /// Whatever was dated is committed and in no cache any more as it was before, or it is undone, which is as well.
    pub(super) fn settled(&self) {
        self.seen.store(self.last.0, Ordering::Release);
    }
}

pub(super) fn find_of_user(connection: &Connection, id: UserId, version: UserVersion) -> Result<Option<Timestamp>> {
    find(connection, &format!("SELECT {} FROM users WHERE id = ?1", of_user(version)), id.0)
}

/// A group that is deleted has none.
pub(super) fn find_of_group(connection: &Connection, id: GroupId, version: GroupVersion) -> Result<Option<Timestamp>> {
    find(connection, &format!("SELECT {} FROM groups WHERE id = ?1 AND deletion_date IS NULL", of_group(version)), id.0)
}

/// One of the user's lists changed.
pub(super) fn bump_user(connection: &Connection, id: UserId, version: UserVersion, now: Timestamp) -> Result<()> {
    bump(connection, "users", of_user(version), id.0, now)
}

/// The groups that a user is in changed, by a change with this date.
pub(super) fn bump_joined_groups(write: &mut Write<'_>, user: UserId, date: Timestamp) -> Result<()> {
    let sql = "UPDATE users SET joined_groups_version = max(?2, joined_groups_version + 1) WHERE id = ?1
               RETURNING joined_groups_version";
    let bumped = write.connection.prepare_cached(sql)?.query_row([user.0, date.0], |row| row.get(0)).optional()?;
    if let Some(bumped) = bumped {
        // Later than the change when the user has come before the clock stepped back.
        write.group_dates.given(Timestamp(bumped));
    }
    Ok(())
}

/// One of the group's lists changed.
pub(super) fn bump_group(connection: &Connection, id: GroupId, version: GroupVersion, now: Timestamp) -> Result<()> {
    bump(connection, "groups", of_group(version), id.0, now)
}

fn find(connection: &Connection, sql: &str, id: i64) -> Result<Option<Timestamp>> {
    Ok(connection.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?.map(Timestamp))
}

fn bump(connection: &Connection, table: &str, column: &str, id: i64, now: Timestamp) -> Result<()> {
    let sql = format!("UPDATE {table} SET {column} = max(?2, {column} + 1) WHERE id = ?1");
    connection.prepare_cached(&sql)?.execute([id, now.0])?;
    Ok(())
}

fn of_user(version: UserVersion) -> &'static str {
    match version {
        UserVersion::Relationships => "relationships_version",
        UserVersion::RelationshipGroups => "relationship_groups_version",
        UserVersion::RelationshipGroupMembers => "relationship_group_members_version",
        UserVersion::JoinedGroups => "joined_groups_version",
        UserVersion::SentFriendRequests => "sent_friend_requests_version",
        UserVersion::ReceivedFriendRequests => "received_friend_requests_version",
        UserVersion::SentInvitations => "sent_invitations_version",
        UserVersion::ReceivedInvitations => "received_invitations_version",
        UserVersion::JoinRequests => "join_requests_version",
    }
}

fn of_group(version: GroupVersion) -> &'static str {
    match version {
        GroupVersion::Members => "members_version",
        GroupVersion::BlockedUsers => "blocked_users_version",
        GroupVersion::Invitations => "invitations_version",
        GroupVersion::JoinRequests => "join_requests_version",
        GroupVersion::Questions => "questions_version",
    }
}
