//! The users whom groups block.

use async_trait::async_trait;
use rusqlite::Connection;

use super::{EmbeddedStore, engine::Write, members, versions};
use crate::{
    model::{GroupId, Timestamp, UserId, group::GroupVersion},
    store::{GroupBlockedUserStore, Result},
};

#[async_trait]
impl GroupBlockedUserStore for EmbeddedStore {
    async fn is_blocked_from_group(&self, group: GroupId, user: UserId) -> Result<bool> {
        self.readers.run(move |connection| is_blocked(connection, group, user)).await
    }

    async fn insert_group_blocked_user(
        &self,
        group: GroupId,
        user: UserId,
        max: usize,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer.run(move |write| insert(write, group, user, max, now)).await
    }

    async fn delete_group_blocked_user(&self, group: GroupId, user: UserId, now: Timestamp) -> Result<bool> {
        self.writer
            .run(move |write| {
                let deleted = write
                    .connection
                    .prepare_cached("DELETE FROM group_blocked_users WHERE group_id = ?1 AND user = ?2")?
                    .execute([group.0, user.0])?;
                if deleted > 0 {
                    versions::bump_group(write.connection, group, GroupVersion::BlockedUsers, now)?;
                }
                Ok(deleted > 0)
            })
            .await
    }

    async fn list_group_blocked_users(&self, group: GroupId) -> Result<Vec<UserId>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection
                    .prepare_cached("SELECT user FROM group_blocked_users WHERE group_id = ?1 ORDER BY user")?;
                Ok(statement.query_map([group.0], |row| row.get(0).map(UserId))?.collect::<Result<_, _>>()?)
            })
            .await
    }
}

pub(super) fn is_blocked(connection: &Connection, group: GroupId, user: UserId) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM group_blocked_users WHERE group_id = ?1 AND user = ?2")?;
    Ok(statement.exists([group.0, user.0])?)
}

/// Nobody is kept out of a group that is gone.
pub(super) fn delete_group(connection: &Connection, group: GroupId) -> Result<()> {
    connection.prepare_cached("DELETE FROM group_blocked_users WHERE group_id = ?1")?.execute([group.0])?;
    Ok(())
}

fn insert(write: &mut Write<'_>, group: GroupId, user: UserId, max: usize, now: Timestamp) -> Result<bool> {
    let connection = write.connection;
    let exists =
        connection.prepare_cached("SELECT 1 FROM groups WHERE id = ?1 AND deletion_date IS NULL")?.exists([group.0])?;
    let blocked: i64 = connection
        .prepare_cached("SELECT count(*) FROM group_blocked_users WHERE group_id = ?1")?
        .query_row([group.0], |row| row.get(0))?;
    if !exists || usize::try_from(blocked).is_ok_and(|blocked| blocked >= max) {
        return Ok(false);
    }
    connection.prepare_cached("INSERT INTO group_blocked_users VALUES (?1, ?2)")?.execute([group.0, user.0])?;
    versions::bump_group(connection, group, GroupVersion::BlockedUsers, now)?;
    members::delete(write, group, vec![user], now)?;
    Ok(true)
}
