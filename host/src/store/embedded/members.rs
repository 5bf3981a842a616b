//! Members of groups.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    engine::{Stale, Write},
    group_blocked_users,
    rows::{column, date, json, optional_date, unknown},
    versions,
};
use crate::{
    model::{
        GroupId, Timestamp, UserId,
        group::{Admission, GroupVersion, Member, MemberLimits, MemberPatch, Role},
        outbox::Change,
    },
    store::Result,
};

pub(super) fn find(connection: &Connection, group: GroupId, user: UserId) -> Result<Option<Member>> {
    let mut statement = connection.prepare_cached(
        "SELECT group_id, user, name, role, join_date, mute_end_date FROM group_members
         WHERE group_id = ?1 AND user = ?2",
    )?;
    let mut rows = statement.query([group.0, user.0])?;
    rows.next()?.map(read).transpose()
}

pub(super) fn list(connection: &Connection, group: GroupId, users: Option<&[UserId]>) -> Result<Vec<Member>> {
    // Two statements, so that a few members of a large group are looked up rather than filtered out of all.
    let sql = if users.is_some() {
        "SELECT group_id, user, name, role, join_date, mute_end_date FROM group_members
         WHERE group_id = ?1 AND user IN (SELECT value FROM json_each(?2)) ORDER BY user"
    } else {
        "SELECT group_id, user, name, role, join_date, mute_end_date FROM group_members
         WHERE group_id = ?1 AND ?2 IS NULL ORDER BY user"
    };
    let mut statement = connection.prepare_cached(sql)?;
    let users = users.map(|users| json(users.iter().map(|user| user.0)));
    let mut rows = statement.query(params![group.0, users])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        members.push(read(row)?);
    }
    Ok(members)
}

pub(super) fn list_ids(connection: &Connection, group: GroupId) -> Result<Arc<[UserId]>> {
    let mut statement =
        connection.prepare_cached("SELECT user FROM group_members WHERE group_id = ?1 ORDER BY user")?;
    let users = statement.query_map([group.0], |row| row.get(0).map(UserId))?.collect::<Result<Vec<_>, _>>()?;
    Ok(users.into())
}

pub(super) fn list_groups(connection: &Connection, user: UserId) -> Result<Vec<GroupId>> {
    let mut statement =
        connection.prepare_cached("SELECT group_id FROM group_members WHERE user = ?1 ORDER BY group_id")?;
    Ok(statement.query_map([user.0], |row| row.get(0).map(GroupId))?.collect::<Result<_, _>>()?)
}

/// Adds one member, by a change with this date. The caller bumps the group's version; that of the user is bumped here.
pub(super) fn insert(write: &mut Write<'_>, group: GroupId, member: &Member, date: Timestamp) -> Result<()> {
    write.connection.prepare_cached("INSERT INTO group_members VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        group.0,
        member.user.0,
        member.name,
        number(member.role),
        member.join_date.0,
        member.mute_end_date.map(|date| date.0),
    ])?;
    forget(write, group, member.user);
    write.outbox.changed(Change::MemberJoined { group, user: member.user });
    versions::bump_joined_groups(write, member.user, date)
}

/// The first of the new members who is in so many groups already.
pub(super) fn find_in_too_many(connection: &Connection, members: &[Member], max: u32) -> Result<Option<UserId>> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM group_members WHERE user = ?1")?;
    for member in members {
        let joined: i64 = statement.query_row([member.user.0], |row| row.get(0))?;
        if joined >= i64::from(max) {
            return Ok(Some(member.user));
        }
    }
    Ok(None)
}

/// Adds all members, or none when they are too many, one is blocked or in too many groups, or there is no such group.
pub(super) fn insert_within(
    write: &mut Write<'_>,
    group: GroupId,
    members: &[Member],
    limits: MemberLimits,
    now: Timestamp,
) -> Result<Admission> {
    let size: Option<usize> = write
        .connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM group_members WHERE group_id = ?1) FROM groups
             WHERE id = ?1 AND deletion_date IS NULL",
        )?
        .query_row([group.0], |row| row.get::<_, i64>(0))
        .optional()?
        .and_then(|size| usize::try_from(size).ok());
    if size.is_none_or(|size| size + members.len() > limits.size as usize) {
        return Ok(Admission::Refused);
    }
    for member in members {
        // Somebody may have blocked them since the rules were asked.
        if group_blocked_users::is_blocked(write.connection, group, member.user)? {
            return Ok(Admission::Refused);
        }
    }
    if let Some(user) = find_in_too_many(write.connection, members, limits.joined)? {
        return Ok(Admission::TooManyJoined(user));
    }
    if members.is_empty() {
        return Ok(Admission::Done);
    }
    let date = write.group_dates.next(now);
    for member in members {
        insert(write, group, member, date)?;
    }
    versions::bump_group(write.connection, group, GroupVersion::Members, date)?;
    Ok(Admission::Done)
}

pub(super) fn delete(write: &mut Write<'_>, group: GroupId, users: Vec<UserId>, now: Timestamp) -> Result<Vec<UserId>> {
    let mut deleted = Vec::with_capacity(users.len());
    let date = write.group_dates.next(now);
    for user in users {
        let is_member = find(write.connection, group, user)?.is_some_and(|member| member.role != Role::Owner);
        if is_member && remove(write, group, user)? {
            versions::bump_joined_groups(write, user, date)?;
            deleted.push(user);
        }
    }
    if !deleted.is_empty() {
        versions::bump_group(write.connection, group, GroupVersion::Members, date)?;
    }
    Ok(deleted)
}

/// Removes one member, whatever the role; false when there is none. The caller bumps the versions.
pub(super) fn remove(write: &mut Write<'_>, group: GroupId, user: UserId) -> Result<bool> {
    let removed = write
        .connection
        .prepare_cached("DELETE FROM group_members WHERE group_id = ?1 AND user = ?2")?
        .execute([group.0, user.0])?;
    forget(write, group, user);
    if removed > 0 {
        write.outbox.changed(Change::MemberLeft { group, user });
    }
    Ok(removed > 0)
}

/// The owner's role is changed by a transfer only.
pub(super) fn update(
    write: &mut Write<'_>,
    group: GroupId,
    user: UserId,
    patch: &MemberPatch,
    now: Timestamp,
) -> Result<bool> {
    let changed = write
        .connection
        .prepare_cached(
            "UPDATE group_members SET name = coalesce(?3, name), role = coalesce(?4, role),
                 mute_end_date = iif(?5, ?6, mute_end_date)
             WHERE group_id = ?1 AND user = ?2 AND (?4 IS NULL OR role <> 0)",
        )?
        .execute(params![
            group.0,
            user.0,
            patch.name,
            patch.role.map(number),
            patch.mute_end_date.is_some(),
            patch.mute_end_date.flatten().map(|date| date.0),
        ])?;
    if changed > 0 {
        versions::bump_group(write.connection, group, GroupVersion::Members, now)?;
        write.stale.push(Stale::Member(group, user));
        write.outbox.changed(Change::MemberUpdated { group, user });
    }
    Ok(changed > 0)
}

pub(super) fn set_role(write: &mut Write<'_>, group: GroupId, user: UserId, role: Role) -> Result<()> {
    write
        .connection
        .prepare_cached("UPDATE group_members SET role = ?3 WHERE group_id = ?1 AND user = ?2")?
        .execute([group.0, user.0, number(role)])?;
    write.stale.push(Stale::Member(group, user));
    Ok(())
}

fn forget(write: &mut Write<'_>, group: GroupId, user: UserId) {
    write.stale.extend([Stale::Member(group, user), Stale::MemberIds(group)]);
}

fn read(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        group: GroupId(column(row, 0)?),
        user: UserId(column(row, 1)?),
        name: column(row, 2)?,
        role: role(column(row, 3)?)?,
        join_date: date(row, 4)?,
        mute_end_date: optional_date(row, 5)?,
    })
}

fn number(role: Role) -> i64 {
    match role {
        Role::Owner => 0,
        Role::Manager => 1,
        Role::Member => 2,
        Role::Guest => 3,
        Role::AnonymousGuest => 4,
    }
}

fn role(number: i64) -> Result<Role> {
    match number {
        0 => Ok(Role::Owner),
        1 => Ok(Role::Manager),
        2 => Ok(Role::Member),
        3 => Ok(Role::Guest),
        4 => Ok(Role::AnonymousGuest),
        other => Err(unknown("role", other)),
    }
}
