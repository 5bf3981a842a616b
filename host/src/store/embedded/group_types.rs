//! The policies that groups follow.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    EmbeddedStore,
    engine::{Stale, Write, load},
};
use crate::{
    model::{GroupTypeId, group::GroupType},
    store::{Error, GroupTypeStore, Result},
};

#[async_trait]
impl GroupTypeStore for EmbeddedStore {
    async fn find_group_type(&self, id: GroupTypeId) -> Result<Option<Arc<GroupType>>> {
        load(&self.caches.group_types, &id, self.readers.run(move |connection| find(connection, id))).await
    }

    async fn list_group_types(&self) -> Result<Vec<GroupType>> {
        self.readers.run(list).await
    }

    async fn upsert_group_type(&self, group_type: GroupType) -> Result<()> {
        self.writer.run(move |write| upsert(write, &group_type)).await
    }

    async fn delete_group_type(&self, id: GroupTypeId) -> Result<bool> {
        self.writer.run(move |write| delete(write, id)).await
    }
}

fn find(connection: &Connection, id: GroupTypeId) -> Result<Option<Arc<GroupType>>> {
    let mut statement = connection.prepare_cached("SELECT policy FROM group_types WHERE id = ?1")?;
    let policy: Option<String> = statement.query_row([id.0], |row| row.get(0)).optional()?;
    policy.map(|policy| read(id, &policy).map(Arc::new)).transpose()
}

fn list(connection: &Connection) -> Result<Vec<GroupType>> {
    let mut statement = connection.prepare_cached("SELECT id, policy FROM group_types ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut types = Vec::new();
    while let Some(row) = rows.next()? {
        types.push(read(GroupTypeId(row.get(0)?), &row.get::<_, String>(1)?)?);
    }
    Ok(types)
}

fn upsert(write: &mut Write<'_>, group_type: &GroupType) -> Result<()> {
    let policy = serde_json::to_string(group_type).map_err(|error| Error::Engine(Box::new(error)))?;
    write
        .connection
        .prepare_cached("INSERT INTO group_types VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET policy = ?2")?
        .execute(params![group_type.id.0, policy])?;
    write.stale.push(Stale::GroupType(group_type.id));
    Ok(())
}

fn delete(write: &mut Write<'_>, id: GroupTypeId) -> Result<bool> {
    if id == GroupTypeId::DEFAULT {
        return Ok(false);
    }
    if write.connection.prepare_cached("SELECT 1 FROM groups WHERE type_id = ?1 LIMIT 1")?.exists([id.0])? {
        return Err(Error::Conflict);
    }
    let deleted = write.connection.prepare_cached("DELETE FROM group_types WHERE id = ?1")?.execute([id.0])?;
    write.stale.push(Stale::GroupType(id));
    Ok(deleted > 0)
}

/// The id is the row's, whatever the policy says.
fn read(id: GroupTypeId, policy: &str) -> Result<GroupType> {
    let group_type: GroupType =
        serde_json::from_str(policy).map_err(|error| Error::Corrupt(format!("group type {id}: {error}")))?;
    Ok(GroupType { id, ..group_type })
}
