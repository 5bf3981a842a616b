//! The groups that users sort their relationships into.

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::{EmbeddedStore, rows::column, versions::bump_user};
use crate::{
    model::{RelationshipGroupIndex as Index, Timestamp, UserId, relationship::RelationshipGroup, user::UserVersion},
    store::{RelationshipGroupStore, Result},
};

#[async_trait]
impl RelationshipGroupStore for EmbeddedStore {
    async fn list_relationship_groups(&self, owner: UserId) -> Result<Vec<RelationshipGroup>> {
        self.readers.run(move |connection| list(connection, owner)).await
    }

    async fn insert_relationship_group(
        &self,
        owner: UserId,
        group: RelationshipGroup,
        max: usize,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .run(move |write| {
                let present = count(write.connection, owner)?;
                // Without group 0 there is no such user.
                if present == 0 || present >= max {
                    return Ok(false);
                }
                insert(write.connection, owner, &group)?;
                bump_user(write.connection, owner, UserVersion::RelationshipGroups, now)?;
                Ok(true)
            })
            .await
    }

    async fn rename_relationship_group(
        &self,
        owner: UserId,
        index: Index,
        name: String,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .run(move |write| {
                let changed = write
                    .connection
                    .prepare_cached("UPDATE relationship_groups SET name = ?3 WHERE owner = ?1 AND group_index = ?2")?
                    .execute(params![owner.0, index.0, name])?;
                if changed > 0 {
                    bump_user(write.connection, owner, UserVersion::RelationshipGroups, now)?;
                }
                Ok(changed > 0)
            })
            .await
    }

    async fn delete_relationship_group(
        &self,
        owner: UserId,
        index: Index,
        target: Index,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .run(move |write| {
                let deleted = index != target && delete(write.connection, owner, index, target)?;
                if deleted {
                    bump_user(write.connection, owner, UserVersion::RelationshipGroups, now)?;
                    bump_user(write.connection, owner, UserVersion::RelationshipGroupMembers, now)?;
                }
                Ok(deleted)
            })
            .await
    }
}

fn list(connection: &Connection, owner: UserId) -> Result<Vec<RelationshipGroup>> {
    let mut statement = connection
        .prepare_cached("SELECT group_index, name FROM relationship_groups WHERE owner = ?1 ORDER BY group_index")?;
    let mut rows = statement.query([owner.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(RelationshipGroup { index: Index(column(row, 0)?), name: column(row, 1)? });
    }
    Ok(found)
}

fn count(connection: &Connection, owner: UserId) -> Result<usize> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM relationship_groups WHERE owner = ?1")?
        .query_row([owner.0], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(super) fn insert(connection: &Connection, owner: UserId, group: &RelationshipGroup) -> Result<()> {
    connection.prepare_cached("INSERT INTO relationship_groups VALUES (?1, ?2, ?3)")?.execute(params![
        owner.0,
        group.index.0,
        group.name
    ])?;
    Ok(())
}

fn delete(connection: &Connection, owner: UserId, index: Index, target: Index) -> Result<bool> {
    let deleted = connection
        .prepare_cached("DELETE FROM relationship_groups WHERE owner = ?1 AND group_index = ?2 AND group_index <> 0")?
        .execute(params![owner.0, index.0])?;
    if deleted == 0 {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO relationship_group_members
             SELECT owner, related, ?3 FROM relationship_group_members WHERE owner = ?1 AND group_index = ?2",
        )?
        .execute(params![owner.0, index.0, target.0])?;
    connection
        .prepare_cached("DELETE FROM relationship_group_members WHERE owner = ?1 AND group_index = ?2")?
        .execute(params![owner.0, index.0])?;
    Ok(true)
}
