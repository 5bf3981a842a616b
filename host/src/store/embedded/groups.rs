//! Groups.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
};

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::{
    EmbeddedStore, conversations,
    engine::{Stale, Write, load},
    group_blocked_users, members,
    messages::last_sent,
    questions,
    rows::{column, date, optional_date, read_values, values_text},
    versions,
};
use crate::{
    model::{
        GroupId, GroupTypeId, Timestamp, UserId,
        group::{Admission, Group, GroupPatch, GroupVersion, Member, MemberLimits, MemberPatch, OwnershipLimits, Role},
        outbox::Change,
    },
    store::{Error, GroupStore, Result},
};

#[async_trait]
impl GroupStore for EmbeddedStore {
    async fn find_group(&self, id: GroupId) -> Result<Option<Arc<Group>>> {
        load(&self.caches.groups, &id, self.readers.run(move |connection| find(connection, id))).await
    }

    async fn list_groups(&self, ids: &[GroupId]) -> Result<Vec<Arc<Group>>> {
        let mut seen = HashSet::with_capacity(ids.len());
        let mut groups = Vec::with_capacity(ids.len());
        for id in ids {
            if seen.insert(*id) {
                groups.extend(self.find_group(*id).await?.filter(|group| group.deletion_date.is_none()));
            }
        }
        Ok(groups)
    }

    async fn count_owned_groups(&self, owner: UserId, type_id: GroupTypeId) -> Result<(u32, u32)> {
        self.readers.run(move |connection| count_owned(connection, owner, type_id)).await
    }

    async fn insert_group(
        &self,
        group: Group,
        members: Vec<Member>,
        limits: OwnershipLimits,
        max_joined: u32,
    ) -> Result<Admission> {
        self.writer.run(move |write| insert(write, &group, &members, limits, max_joined)).await
    }

    async fn update_group(&self, id: GroupId, patch: GroupPatch, now: Timestamp) -> Result<bool> {
        self.writer.run(move |write| update(write, id, &patch, now)).await
    }

    async fn delete_group(&self, id: GroupId, owner: UserId, now: Timestamp) -> Result<Option<Vec<UserId>>> {
        self.writer.run(move |write| delete(write, id, owner, now)).await
    }

    async fn transfer_group(&self, id: GroupId, from: UserId, to: UserId, quit: bool, now: Timestamp) -> Result<bool> {
        self.writer.run(move |write| transfer(write, id, (from, to), quit, now)).await
    }

    async fn find_member(&self, group: GroupId, user: UserId) -> Result<Option<Arc<Member>>> {
        let read = self.readers.run(move |connection| Ok(members::find(connection, group, user)?.map(Arc::new)));
        load(&self.caches.members, &(group, user), read).await
    }

    async fn list_member_ids(&self, group: GroupId) -> Result<Arc<[UserId]>> {
        let read = self.readers.run(move |connection| members::list_ids(connection, group));
        load(&self.caches.member_ids, &group, read).await
    }

    async fn list_members(&self, group: GroupId, users: Option<&[UserId]>) -> Result<Vec<Member>> {
        let users = users.map(<[_]>::to_vec);
        self.readers.run(move |connection| members::list(connection, group, users.as_deref())).await
    }

    async fn insert_members(
        &self,
        group: GroupId,
        members: Vec<Member>,
        limits: MemberLimits,
        now: Timestamp,
    ) -> Result<Admission> {
        self.writer.run(move |write| members::insert_within(write, group, &members, limits, now)).await
    }

    async fn update_member(&self, group: GroupId, user: UserId, patch: MemberPatch, now: Timestamp) -> Result<bool> {
        self.writer.run(move |write| members::update(write, group, user, &patch, now)).await
    }

    async fn delete_members(&self, group: GroupId, users: &[UserId], now: Timestamp) -> Result<Vec<UserId>> {
        let users = users.to_vec();
        self.writer.run(move |write| members::delete(write, group, users, now)).await
    }

    async fn list_joined_groups(&self, user: UserId) -> Result<Vec<GroupId>> {
        self.readers.run(move |connection| members::list_groups(connection, user)).await
    }

    async fn last_group_change(&self) -> Result<Timestamp> {
        Ok(Timestamp(self.group_change.load(Ordering::Acquire)))
    }

    async fn find_group_version(&self, id: GroupId, version: GroupVersion) -> Result<Option<Timestamp>> {
        self.readers.run(move |connection| versions::find_of_group(connection, id, version)).await
    }
}

fn find(connection: &Connection, id: GroupId) -> Result<Option<Arc<Group>>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, type_id, creator, owner, name, intro, announcement, min_score, creation_date, last_updated_date,
             mute_end_date, active, deletion_date, attributes FROM groups WHERE id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(|row| read(row).map(Arc::new)).transpose()
}

fn read(row: &Row<'_>) -> Result<Group> {
    Ok(Group {
        id: GroupId(column(row, 0)?),
        type_id: GroupTypeId(column(row, 1)?),
        creator: UserId(column(row, 2)?),
        owner: UserId(column(row, 3)?),
        name: column(row, 4)?,
        intro: column(row, 5)?,
        announcement: column(row, 6)?,
        min_score: column(row, 7)?,
        creation_date: date(row, 8)?,
        last_updated_date: date(row, 9)?,
        mute_end_date: optional_date(row, 10)?,
        active: column(row, 11)?,
        deletion_date: optional_date(row, 12)?,
        attributes: read_values(row, 13)?,
    })
}

fn count_owned(connection: &Connection, owner: UserId, type_id: GroupTypeId) -> Result<(u32, u32)> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE type_id = ?2) FROM groups
             WHERE owner = ?1 AND deletion_date IS NULL",
        )?
        .query_row([owner.0, type_id.0], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A type can be removed between the rules and the write, and no group must be left without one.
fn check_type(connection: &Connection, id: GroupTypeId) -> Result<()> {
    if connection.prepare_cached("SELECT 1 FROM group_types WHERE id = ?1")?.exists([id.0])? {
        return Ok(());
    }
    Err(Error::Unavailable(format!("group type {id} has just been removed")))
}

fn insert(
    write: &mut Write<'_>,
    group: &Group,
    members: &[Member],
    limits: OwnershipLimits,
    max_joined: u32,
) -> Result<Admission> {
    let (groups, groups_of_type) = count_owned(write.connection, group.owner, group.type_id)?;
    if !limits.allow(groups, groups_of_type) {
        return Ok(Admission::Refused);
    }
    if let Some(user) = members::find_in_too_many(write.connection, members, max_joined)? {
        return Ok(Admission::TooManyJoined(user));
    }
    check_type(write.connection, group.type_id)?;
    let date = write.group_dates.next(group.creation_date);
    write.group_dates.given(group.last_updated_date);
    let mut statement = write.connection.prepare_cached(
        "INSERT INTO groups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?15, ?9, ?9, ?9, ?9, ?14)",
    )?;
    statement.execute(params![
        group.id.0,
        group.type_id.0,
        group.creator.0,
        group.owner.0,
        group.name,
        group.intro,
        group.announcement,
        group.min_score,
        group.creation_date.0,
        group.last_updated_date.0,
        group.mute_end_date.map(|date| date.0),
        group.active,
        group.deletion_date.map(|date| date.0),
        values_text(&group.attributes)?,
        date.0,
    ])?;
    write.stale.push(Stale::Group(group.id));
    write.outbox.changed(Change::GroupCreated(group.id));
    members.iter().try_for_each(|member| members::insert(write, group.id, member, date))?;
    Ok(Admission::Done)
}

fn update(write: &mut Write<'_>, id: GroupId, patch: &GroupPatch, now: Timestamp) -> Result<bool> {
    if let Some(type_id) = patch.type_id {
        check_type(write.connection, type_id)?;
    }
    let attributes = if patch.attributes.values.is_empty() {
        None
    } else {
        let Some(group) = find(write.connection, id)? else { return Ok(false) };
        let mut attributes = group.attributes.clone();
        patch.attributes.apply(&mut attributes);
        Some(values_text(&attributes)?)
    };
    let date = write.group_dates.next(now);
    let changed = write
        .connection
        .prepare_cached(
            "UPDATE groups SET type_id = coalesce(?2, type_id), name = coalesce(?3, name), intro = coalesce(?4, intro),
                 announcement = coalesce(?5, announcement), min_score = coalesce(?6, min_score),
                 mute_end_date = iif(?7, ?8, mute_end_date), last_updated_date = ?9,
                 attributes = coalesce(?10, attributes)
             WHERE id = ?1 AND deletion_date IS NULL",
        )?
        .execute(params![
            id.0,
            patch.type_id.map(|id| id.0),
            patch.name,
            patch.intro,
            patch.announcement,
            patch.min_score,
            patch.mute_end_date.is_some(),
            patch.mute_end_date.flatten().map(|date| date.0),
            date.0,
            attributes,
        ])?;
    write.stale.push(Stale::Group(id));
    if changed > 0 {
        write.outbox.changed(Change::GroupUpdated(id));
    }
    Ok(changed > 0)
}

fn delete(write: &mut Write<'_>, id: GroupId, owner: UserId, now: Timestamp) -> Result<Option<Vec<UserId>>> {
    let owns = members::find(write.connection, id, owner)?.is_some_and(|member| member.role == Role::Owner);
    if !owns {
        return Ok(None);
    }
    let date = write.group_dates.next(now);
    let members = members::list_ids(write.connection, id)?.to_vec();
    for &member in &members {
        members::remove(write, id, member)?;
        versions::bump_joined_groups(write, member, date)?;
    }
    conversations::delete_group(write.connection, id)?;
    group_blocked_users::delete_group(write.connection, id)?;
    questions::delete_group(write.connection, id)?;
    last_sent::delete_group(write.connection, id)?;
    write
        .connection
        .prepare_cached("UPDATE groups SET deletion_date = ?2, last_updated_date = ?3 WHERE id = ?1")?
        .execute([id.0, now.0, date.0])?;
    versions::bump_group(write.connection, id, GroupVersion::Members, date)?;
    write.stale.push(Stale::Group(id));
    write.outbox.changed(Change::GroupDeleted(id));
    Ok(Some(members))
}

fn transfer(
    write: &mut Write<'_>,
    id: GroupId,
    (from, to): (UserId, UserId),
    quit: bool,
    now: Timestamp,
) -> Result<bool> {
    let connection = write.connection;
    let owns = members::find(connection, id, from)?.is_some_and(|member| member.role == Role::Owner);
    if !owns || from == to || members::find(connection, id, to)?.is_none() {
        return Ok(false);
    }
    let date = write.group_dates.next(now);
    members::set_role(write, id, to, Role::Owner)?;
    if quit {
        members::remove(write, id, from)?;
        versions::bump_joined_groups(write, from, date)?;
    } else {
        members::set_role(write, id, from, Role::Member)?;
    }
    connection
        .prepare_cached("UPDATE groups SET owner = ?2, last_updated_date = ?3 WHERE id = ?1")?
        .execute([id.0, to.0, date.0])?;
    versions::bump_group(connection, id, GroupVersion::Members, date)?;
    write.stale.push(Stale::Group(id));
    write.outbox.changed(Change::GroupTransferred { group: id, owner: to });
    Ok(true)
}
