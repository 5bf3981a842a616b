//! Versions of the lists that clients keep copies of: the date of the last change. One grows even when the clock stands
//! still or steps back.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    model::{GroupId, Timestamp, UserId, group::GroupVersion, user::UserVersion},
    store::Result,
};

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
