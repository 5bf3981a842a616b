//! Users.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::{
    EmbeddedStore,
    engine::{Stale, Write, load},
    relationship_groups,
    rows::{column, date, optional_date, read_values, unknown, values_text},
    versions,
};
use crate::{
    model::{
        RelationshipGroupIndex, Timestamp, UserId, UserRoleId,
        hidden::Hidden,
        outbox::Change,
        relationship::RelationshipGroup,
        user::{ProfileAccess, User, UserPatch, UserVersion},
    },
    store::{Result, UserStore},
};

#[async_trait]
impl UserStore for EmbeddedStore {
    async fn find_user(&self, id: UserId) -> Result<Option<Arc<User>>> {
        load(&self.caches.users, &id, self.readers.run(move |connection| find(connection, id))).await
    }

    async fn list_users(&self, ids: &[UserId]) -> Result<Vec<Arc<User>>> {
        let mut seen = HashSet::with_capacity(ids.len());
        let mut users = Vec::with_capacity(ids.len());
        for id in ids {
            if seen.insert(*id) {
                users.extend(self.find_user(*id).await?);
            }
        }
        Ok(users)
    }

    async fn insert_users(&self, users: Vec<User>) -> Result<()> {
        self.writer.run(move |write| users.iter().try_for_each(|user| insert(write, user))).await
    }

    async fn update_user(&self, id: UserId, patch: UserPatch, now: Timestamp) -> Result<bool> {
        self.writer.run(move |write| update(write, id, &patch, now)).await
    }

    async fn delete_users(&self, ids: &[UserId], now: Timestamp) -> Result<Vec<UserId>> {
        let ids = ids.to_vec();
        self.writer.run(move |write| delete(write, ids, now)).await
    }

    async fn find_user_version(&self, id: UserId, version: UserVersion) -> Result<Option<Timestamp>> {
        self.readers.run(move |connection| versions::find_of_user(connection, id, version)).await
    }
}

pub(super) fn find(connection: &Connection, id: UserId) -> Result<Option<Arc<User>>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, password_hash, name, intro, profile_picture, profile_access, registration_date, last_updated_date,
             active, deletion_date, role, attributes FROM users WHERE id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(|row| read(row).map(Arc::new)).transpose()
}

fn read(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: UserId(column(row, 0)?),
        password_hash: column::<Option<String>>(row, 1)?.map(Hidden),
        name: column(row, 2)?,
        intro: column(row, 3)?,
        profile_picture: column(row, 4)?,
        profile_access: access(column(row, 5)?)?,
        registration_date: date(row, 6)?,
        last_updated_date: date(row, 7)?,
        active: column(row, 8)?,
        deletion_date: optional_date(row, 9)?,
        role: UserRoleId(column(row, 10)?),
        attributes: read_values(row, 11)?,
    })
}

fn insert(write: &mut Write<'_>, user: &User) -> Result<()> {
    let mut statement = write.connection.prepare_cached(
        "INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?7, ?7, ?7, ?7, ?7, ?7, ?7, ?7, ?7, ?11, ?12)",
    )?;
    statement.execute(params![
        user.id.0,
        user.password_hash.as_ref().map(|hash| &hash.0),
        user.name,
        user.intro,
        user.profile_picture,
        number(user.profile_access),
        user.registration_date.0,
        user.last_updated_date.0,
        user.active,
        user.deletion_date.map(|date| date.0),
        user.role.0,
        values_text(&user.attributes)?,
    ])?;
    let group = RelationshipGroup { index: RelationshipGroupIndex::DEFAULT, name: String::new() };
    relationship_groups::insert(write.connection, user.id, &group)?;
    write.stale.push(Stale::User(user.id));
    write.outbox.changed(Change::UserCreated(user.id));
    Ok(())
}

fn update(write: &mut Write<'_>, id: UserId, patch: &UserPatch, now: Timestamp) -> Result<bool> {
    let attributes = if patch.attributes.values.is_empty() {
        None
    } else {
        let Some(user) = find(write.connection, id)? else { return Ok(false) };
        let mut attributes = user.attributes.clone();
        patch.attributes.apply(&mut attributes);
        Some(values_text(&attributes)?)
    };
    let mut statement = write.connection.prepare_cached(
        "UPDATE users SET password_hash = coalesce(?2, password_hash), name = coalesce(?3, name),
             intro = coalesce(?4, intro), profile_picture = coalesce(?5, profile_picture),
             profile_access = coalesce(?6, profile_access), active = coalesce(?7, active), role = coalesce(?8, role),
             last_updated_date = max(?9, last_updated_date + 1), attributes = coalesce(?10, attributes)
         WHERE id = ?1 AND deletion_date IS NULL",
    )?;
    let changed = statement.execute(params![
        id.0,
        patch.password_hash.as_ref().map(|hash| &hash.0),
        patch.name,
        patch.intro,
        patch.profile_picture,
        patch.profile_access.map(number),
        patch.active,
        patch.role.map(|role| role.0),
        now.0,
        attributes,
    ])?;
    write.stale.push(Stale::User(id));
    if changed > 0 {
        write.outbox.changed(Change::UserUpdated(id));
    }
    Ok(changed > 0)
}

fn delete(write: &mut Write<'_>, mut ids: Vec<UserId>, now: Timestamp) -> Result<Vec<UserId>> {
    let mut statement = write.connection.prepare_cached(
        "UPDATE users SET deletion_date = ?2, last_updated_date = max(?2, last_updated_date + 1)
         WHERE id = ?1 AND deletion_date IS NULL",
    )?;
    let mut failure = None;
    // A repeated id finds its user deleted already.
    ids.retain(|id| match statement.execute([id.0, now.0]) {
        Ok(changed) => changed > 0,
        Err(error) => {
            failure = Some(error);
            false
        }
    });
    if let Some(error) = failure {
        return Err(error.into());
    }
    write.stale.extend(ids.iter().copied().map(Stale::User));
    ids.iter().for_each(|id| write.outbox.changed(Change::UserDeleted(*id)));
    Ok(ids)
}

fn number(access: ProfileAccess) -> i64 {
    match access {
        ProfileAccess::All => 0,
        ProfileAccess::AllExceptBlockedUsers => 1,
        ProfileAccess::Friends => 2,
    }
}

fn access(number: i64) -> Result<ProfileAccess> {
    match number {
        0 => Ok(ProfileAccess::All),
        1 => Ok(ProfileAccess::AllExceptBlockedUsers),
        2 => Ok(ProfileAccess::Friends),
        other => Err(unknown("profile access", other)),
    }
}
