//! Reactions to messages. A flag of the message says that it has some, so that those without cost a page nothing.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{EmbeddedStore, engine::Write, messages::REACTED, rows::column, users};
use crate::{
    model::{
        MessageId, ReactionType, Timestamp, UserId,
        outbox::Change,
        reaction::{ReactionGroup, ReactionLimits, ReactionOutcome, Reactions},
    },
    store::{ReactionStore, Result},
};

/// Users whose profiles come with the reactions of one page of messages: some must not make it too long to be answered.
pub(super) const USERS_OF_A_PAGE: usize = 1000;

#[async_trait]
impl ReactionStore for EmbeddedStore {
    async fn insert_reactions(
        &self,
        reactions: Reactions,
        limits: ReactionLimits,
        now: Timestamp,
    ) -> Result<ReactionOutcome> {
        self.writer.run(move |write| insert(write, &reactions, limits, now)).await
    }

    async fn delete_reactions(&self, reactions: Reactions) -> Result<bool> {
        self.writer.run(move |write| delete(write, &reactions)).await
    }
}

fn insert(
    write: &mut Write<'_>,
    reactions: &Reactions,
    limits: ReactionLimits,
    now: Timestamp,
) -> Result<ReactionOutcome> {
    let Reactions { message, user, types } = reactions;
    let shown = "SELECT flags FROM messages WHERE id = ?1 AND deletion_date IS NULL AND recall_date IS NULL";
    let mut statement = write.connection.prepare_cached(shown)?;
    let Some(flags) = statement.query_row([message.0], |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(ReactionOutcome::NoMessage);
    };
    let mut all = BTreeSet::new();
    let mut own = BTreeSet::new();
    let mut statement = write
        .connection
        .prepare_cached("SELECT DISTINCT reaction_type, user = ?2 FROM message_reactions WHERE message = ?1")?;
    let mut rows = statement.query([message.0, user.0])?;
    while let Some(row) = rows.next()? {
        let reaction_type = ReactionType(column(row, 0)?);
        all.insert(reaction_type);
        if column(row, 1)? {
            own.insert(reaction_type);
        }
    }
    let new: BTreeSet<_> = types.iter().copied().filter(|reaction_type| !own.contains(reaction_type)).collect();
    if new.is_empty() {
        return Ok(ReactionOutcome::Unchanged);
    }
    all.extend(&new);
    if own.len() + new.len() > limits.per_user || all.len() > limits.types {
        return Ok(ReactionOutcome::TooMany);
    }
    let mut statement = write.connection.prepare_cached("INSERT INTO message_reactions VALUES (?1, ?2, ?3, ?4)")?;
    for reaction_type in new {
        statement.execute(params![message.0, user.0, reaction_type.0, now.0])?;
    }
    if flags & REACTED == 0 {
        write
            .connection
            .prepare_cached("UPDATE messages SET flags = flags | ?2 WHERE id = ?1")?
            .execute([message.0, REACTED])?;
    }
    write.outbox.changed(Change::MessageReacted { message: *message, user: *user });
    Ok(ReactionOutcome::Added)
}

fn delete(write: &mut Write<'_>, reactions: &Reactions) -> Result<bool> {
    let Reactions { message, user, types } = reactions;
    let mut statement = write
        .connection
        .prepare_cached("DELETE FROM message_reactions WHERE message = ?1 AND user = ?2 AND reaction_type = ?3")?;
    let mut deleted = 0;
    for reaction_type in types {
        deleted += statement.execute(params![message.0, user.0, reaction_type.0])?;
    }
    if deleted > 0 {
        write
            .connection
            .prepare_cached(
                "UPDATE messages SET flags = flags & ~?2
                 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message_reactions WHERE message = ?1)",
            )?
            .execute([message.0, REACTED])?;
        write.outbox.changed(Change::MessageReacted { message: *message, user: *user });
    }
    Ok(deleted > 0)
}

/// The reactions to a message, by type; of each the first `limit` users, and no more than are left of the `budget` of a
/// page.
pub(super) fn list(
    connection: &Connection,
    message: MessageId,
    limit: u32,
    budget: &mut usize,
) -> Result<Vec<ReactionGroup>> {
    let mut statement = connection.prepare_cached(
        "SELECT reaction_type, user FROM message_reactions WHERE message = ?1 ORDER BY date, user, reaction_type",
    )?;
    let mut rows = statement.query([message.0])?;
    let mut groups: Vec<ReactionGroup> = Vec::new();
    let mut places: HashMap<ReactionType, usize> = HashMap::new();
    while let Some(row) = rows.next()? {
        let reaction_type = ReactionType(column(row, 0)?);
        let place = *places.entry(reaction_type).or_insert_with(|| {
            groups.push(ReactionGroup { reaction_type, count: 0, users: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[place];
        group.count += 1;
        if group.users.len() < limit as usize && *budget > 0 {
            *budget -= 1;
            let user = users::find(connection, UserId(column(row, 1)?))?;
            group.users.extend(user.filter(|user| user.deletion_date.is_none()));
        }
    }
    Ok(groups)
}
