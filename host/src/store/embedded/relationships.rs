//! One-sided relationships and the groups that their owners sort them into.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::{
    EmbeddedStore,
    engine::{Stale, Write, load},
    rows::{column, date, json, optional_date},
    versions::bump_user,
};
use crate::{
    model::{
        RelationshipGroupIndex as Index, Timestamp, UserId,
        outbox::Change,
        relationship::{Regroup, Relationship, RelationshipFilter, RelationshipPatch},
        user::UserVersion,
    },
    store::{RelationshipStore, Result},
};

#[async_trait]
impl RelationshipStore for EmbeddedStore {
    async fn find_relationship(&self, owner: UserId, related: UserId) -> Result<Option<Arc<Relationship>>> {
        let read = self.readers.run(move |connection| Ok(find(connection, owner, related)?.map(Arc::new)));
        load(&self.caches.relationships, &(owner, related), read).await
    }

    async fn count_relationships(&self, owner: UserId) -> Result<usize> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached("SELECT count(*) FROM relationships WHERE owner = ?1")?;
                let count: i64 = statement.query_row([owner.0], |row| row.get(0))?;
                Ok(usize::try_from(count).unwrap_or(usize::MAX))
            })
            .await
    }

    async fn list_relationships(&self, owner: UserId, filter: &RelationshipFilter) -> Result<Vec<Relationship>> {
        let filter = filter.clone();
        self.readers.run(move |connection| list(connection, owner, &filter)).await
    }

    async fn insert_relationships(&self, relationships: Vec<(Relationship, Index)>) -> Result<()> {
        let now = self.clock.now();
        self.writer
            .run(move |write| {
                for (relationship, group) in &relationships {
                    insert(write, relationship)?;
                    join(write, (relationship.owner, relationship.related), *group)?;
                }
                let owners: BTreeSet<_> = relationships.iter().map(|(relationship, _)| relationship.owner).collect();
                owners.into_iter().try_for_each(|owner| bump(write.connection, owner, now))
            })
            .await
    }

    async fn upsert_relationship(
        &self,
        owner: UserId,
        related: UserId,
        patch: RelationshipPatch,
        now: Timestamp,
    ) -> Result<()> {
        self.writer.run(move |write| upsert(write, (owner, related), patch, now)).await
    }

    async fn delete_relationship(
        &self,
        owner: UserId,
        related: UserId,
        group: Option<Index>,
        target: Option<Index>,
        two_sided: bool,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .run(move |write| {
                let changed = delete(write, (owner, related), group, target)?;
                if changed {
                    bump(write.connection, owner, now)?;
                    if two_sided && find(write.connection, owner, related)?.is_none() {
                        delete_other_side(write, (owner, related), now)?;
                    }
                }
                Ok(changed)
            })
            .await
    }
}

/// Owner and related user.
pub(super) type Pair = (UserId, UserId);

pub(super) fn find(connection: &Connection, owner: UserId, related: UserId) -> Result<Option<Relationship>> {
    let mut statement = connection.prepare_cached(
        "SELECT owner, related, name, note, block_date, establishment_date FROM relationships
         WHERE owner = ?1 AND related = ?2",
    )?;
    let mut rows = statement.query([owner.0, related.0])?;
    rows.next()?.map(read).transpose()
}

fn read(row: &Row<'_>) -> Result<Relationship> {
    Ok(Relationship {
        owner: UserId(column(row, 0)?),
        related: UserId(column(row, 1)?),
        name: column(row, 2)?,
        note: column(row, 3)?,
        block_date: optional_date(row, 4)?,
        establishment_date: date(row, 5)?,
    })
}

fn list(connection: &Connection, owner: UserId, filter: &RelationshipFilter) -> Result<Vec<Relationship>> {
    let mut statement = connection.prepare_cached(
        "SELECT owner, related, name, note, block_date, establishment_date FROM relationships AS r
         WHERE owner = ?1
           AND (?2 IS NULL OR related IN (SELECT value FROM json_each(?2)))
           AND (?3 IS NULL OR EXISTS (SELECT 1 FROM relationship_group_members AS m WHERE m.owner = r.owner
                AND m.related = r.related AND m.group_index IN (SELECT value FROM json_each(?3))))
           AND (?4 IS NULL OR (block_date IS NOT NULL) = ?4)
         ORDER BY related",
    )?;
    let related = filter.related.as_ref().map(|ids| json(ids.iter().map(|id| id.0)));
    let groups = filter.groups.as_ref().map(|indexes| json(indexes.iter().map(|index| i64::from(index.0))));
    let mut rows = statement.query(params![owner.0, related, groups, filter.blocked])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

pub(super) fn upsert(write: &mut Write<'_>, pair: Pair, patch: RelationshipPatch, now: Timestamp) -> Result<()> {
    match find(write.connection, pair.0, pair.1)? {
        Some(relationship) => update(write, relationship, patch, now)?,
        None => create(write, pair, patch, now)?,
    }
    bump(write.connection, pair.0, now)
}

fn insert(write: &mut Write<'_>, relationship: &Relationship) -> Result<()> {
    write.connection.prepare_cached("INSERT INTO relationships VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        relationship.owner.0,
        relationship.related.0,
        relationship.name,
        relationship.note,
        relationship.block_date.map(|date| date.0),
        relationship.establishment_date.0,
    ])?;
    let (owner, related) = (relationship.owner, relationship.related);
    write.stale.push(Stale::Relationship(owner, related));
    write.outbox.changed(Change::RelationshipCreated { owner, related });
    Ok(())
}

fn create(write: &mut Write<'_>, (owner, related): Pair, patch: RelationshipPatch, now: Timestamp) -> Result<()> {
    let group = match patch.regroup {
        Some(Regroup::Add(group) | Regroup::Move { to: group, .. }) => group,
        None => Index::DEFAULT,
    };
    let block_date = patch.blocked.unwrap_or(false).then_some(now);
    let RelationshipPatch { name, note, .. } = patch;
    insert(write, &Relationship { owner, related, name, note, block_date, establishment_date: now })?;
    join(write, (owner, related), group)?;
    Ok(())
}

fn update(write: &mut Write<'_>, mut old: Relationship, patch: RelationshipPatch, now: Timestamp) -> Result<()> {
    let pair = (old.owner, old.related);
    old.name = patch.name.or(old.name);
    old.note = patch.note.or(old.note);
    match patch.blocked {
        // The date of the first block stays.
        Some(true) => old.block_date = old.block_date.or(Some(now)),
        Some(false) => old.block_date = None,
        None => {}
    }
    write
        .connection
        .prepare_cached(
            "UPDATE relationships SET name = ?3, note = ?4, block_date = ?5 WHERE owner = ?1 AND related = ?2",
        )?
        .execute(params![pair.0.0, pair.1.0, old.name, old.note, old.block_date.map(|date| date.0)])?;
    write.stale.push(Stale::Relationship(pair.0, pair.1));
    write.outbox.changed(Change::RelationshipUpdated { owner: pair.0, related: pair.1 });
    match patch.regroup {
        Some(Regroup::Add(group)) => join(write, pair, group).map(drop),
        Some(Regroup::Move { from, to }) if from != to && leave(write, pair, from)? => join(write, pair, to).map(drop),
        Some(Regroup::Move { .. }) | None => Ok(()),
    }
}

fn delete(write: &mut Write<'_>, pair: Pair, group: Option<Index>, target: Option<Index>) -> Result<bool> {
    let Some(group) = group else { return remove(write, pair) };
    if !leave(write, pair, group)? {
        return Ok(false);
    }
    let groups: i64 = write
        .connection
        .prepare_cached("SELECT count(*) FROM relationship_group_members WHERE owner = ?1 AND related = ?2")?
        .query_row([pair.0.0, pair.1.0], |row| row.get(0))?;
    if groups == 0 {
        match target {
            Some(target) => join(write, pair, target)?,
            None => remove(write, pair)?,
        };
    }
    Ok(true)
}

/// What the related user holds of the owner, unless it is a block.
fn delete_other_side(write: &mut Write<'_>, (owner, related): Pair, now: Timestamp) -> Result<()> {
    if find(write.connection, related, owner)?.is_some_and(|held| !held.is_blocked()) {
        remove(write, (related, owner))?;
        bump(write.connection, related, now)?;
    }
    Ok(())
}

/// Removes the relationship with its places in groups; false when there was none.
fn remove(write: &mut Write<'_>, (owner, related): Pair) -> Result<bool> {
    let connection = write.connection;
    connection
        .prepare_cached("DELETE FROM relationship_group_members WHERE owner = ?1 AND related = ?2")?
        .execute([owner.0, related.0])?;
    let removed = connection
        .prepare_cached("DELETE FROM relationships WHERE owner = ?1 AND related = ?2")?
        .execute([owner.0, related.0])?;
    write.stale.push(Stale::Relationship(owner, related));
    if removed > 0 {
        write.outbox.changed(Change::RelationshipDeleted { owner, related });
    }
    Ok(removed > 0)
}

/// False when it is in the group already.
fn join(write: &Write<'_>, (owner, related): Pair, group: Index) -> Result<bool> {
    let added = write
        .connection
        .prepare_cached("INSERT OR IGNORE INTO relationship_group_members VALUES (?1, ?2, ?3)")?
        .execute(params![owner.0, related.0, group.0])?;
    Ok(added > 0)
}

/// False when it is not in the group.
fn leave(write: &Write<'_>, (owner, related): Pair, group: Index) -> Result<bool> {
    let removed = write
        .connection
        .prepare_cached(
            "DELETE FROM relationship_group_members WHERE owner = ?1 AND related = ?2 AND group_index = ?3",
        )?
        .execute(params![owner.0, related.0, group.0])?;
    Ok(removed > 0)
}

/// The lists of relationships changed.
fn bump(connection: &Connection, owner: UserId, now: Timestamp) -> Result<()> {
    bump_user(connection, owner, UserVersion::Relationships, now)?;
    bump_user(connection, owner, UserVersion::RelationshipGroupMembers, now)
}
