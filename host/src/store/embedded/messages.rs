//! Messages: one row each.

pub(super) mod contacts;
mod conversation;
mod held;
mod history;
mod inbox;
pub(super) mod index;
mod keys;
pub(super) mod last_sent;
mod purge;
mod ranges;
mod records;
pub(super) mod runs;
pub(super) mod sequences;
mod system;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use rusqlite::{Connection, OptionalExtension as _, Row, Statement, params};

use super::{
    EmbeddedStore,
    engine::Write,
    rows::{column, date, optional_date},
    search,
};
use crate::{
    model::{
        GroupId, MessageId, Sequence, Timestamp, UserId,
        conversation::{InboxEntry, InboxQuery},
        message::{
            ConversationPage, ConversationQuery, Insertion, Message, MessagePatch, MessageQuery, MessageScope,
            SearchPage, SearchQuery, Target,
        },
        outbox::Change,
    },
    store::{Error, InboxStore, MessageStore, Result, SearchStore},
};

pub(super) const INSERT: &str =
    "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const FIND: &str =
    "SELECT id, sender, target, delivery_date, flags, text, records, burn_after, previous, forwarded_from,
    modification_date, recall_date, deletion_date, sequence FROM messages WHERE id = ?1";

const SYSTEM: i64 = 1;
pub(super) const REACTED: i64 = 2;
/// The lowest bit of the hop, and the greatest hop.
const HOP: u32 = 2;
const MAX_HOP: i64 = 7;

/// A row.
pub(super) struct Found {
    pub(super) message: Message,
    is_reacted: bool,
}

#[async_trait]
impl MessageStore for EmbeddedStore {
    fn insert_message(&self, message: Arc<Message>) -> BoxFuture<'_, Result<Sequence>> {
        Box::pin(self.writer.insert_message(message))
    }

    fn insert_message_once(
        &self,
        message: Arc<Message>,
        key: String,
        oldest: Timestamp,
    ) -> BoxFuture<'_, Result<Insertion>> {
        let now = self.clock.now();
        Box::pin(self.writer.run_in_order(move |write| keys::insert(write, &message, &key, (oldest, now))))
    }

    async fn find_message_by_key(&self, sender: UserId, key: &str, oldest: Timestamp) -> Result<Option<MessageId>> {
        let key = key.to_owned();
        self.readers.run(move |connection| keys::find(connection, sender, &key, oldest)).await
    }

    async fn update_message(&self, id: MessageId, patch: MessagePatch, now: Timestamp) -> Result<bool> {
        self.writer.run(move |write| update(write, id, &patch, now)).await
    }

    fn recall_message(
        &self,
        id: MessageId,
        date: Timestamp,
        notice: Arc<Message>,
    ) -> BoxFuture<'_, Result<Option<Sequence>>> {
        Box::pin(self.writer.run_in_order(move |write| recall(write, id, date, &notice)))
    }

    async fn find_message(&self, id: MessageId) -> Result<Option<Message>> {
        self.readers
            .run(move |connection| {
                let found = find(connection, id)?.map(|found| found.message);
                Ok(found.filter(|message| message.deletion_date.is_none()))
            })
            .await
    }

    async fn find_messages(&self, ids: &[MessageId]) -> Result<Vec<Message>> {
        let ids: BTreeSet<_> = ids.iter().copied().collect();
        self.readers
            .run(move |connection| {
                let found = ids.into_iter().map(|id| find(connection, id)).collect::<Result<Vec<_>>>()?;
                let messages = found.into_iter().flatten().map(|found| found.message);
                Ok(messages.filter(|message| message.deletion_date.is_none()).collect())
            })
            .await
    }

    async fn list_messages(&self, query: &MessageQuery) -> Result<Vec<Message>> {
        let (query, recent) = (query.clone(), Arc::clone(&self.recent));
        self.readers.run(move |connection| history::list(connection, &recent, &query)).await
    }

    async fn list_conversation(&self, query: &ConversationQuery) -> Result<ConversationPage> {
        let (query, recent) = (query.clone(), Arc::clone(&self.recent));
        self.readers.run(move |connection| conversation::list(connection, &recent, &query)).await
    }

    async fn count_messages(
        &self,
        scope: &MessageScope,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    ) -> Result<u64> {
        let (scope, recent) = (scope.clone(), Arc::clone(&self.recent));
        self.readers.run(move |connection| history::count(connection, &recent, &scope, start, end)).await
    }

    async fn list_last_sent(&self, target: Target, senders: &[UserId]) -> Result<Vec<(UserId, Timestamp)>> {
        let Some(target) = key(target) else { return Ok(Vec::new()) };
        let (senders, recent) = (senders.to_vec(), Arc::clone(&self.recent));
        self.readers.run(move |connection| last_sent::list(connection, &recent, target, &senders)).await
    }

    async fn delete_messages(&self, ids: &[MessageId], date: Timestamp) -> Result<Vec<MessageId>> {
        let ids = ids.to_vec();
        self.writer
            .run(move |write| {
                let mut deleted = Vec::with_capacity(ids.len());
                for id in ids {
                    if delete(write, id, date)? {
                        deleted.push(id);
                    }
                }
                Ok(deleted)
            })
            .await
    }

    async fn purge_messages(&self, below: MessageId, limit: usize) -> Result<usize> {
        loop {
            match self.writer.run(move |write| purge::step(write, below, limit)).await? {
                purge::Step::Deleted(count) => return Ok(count),
                purge::Step::Unindexed => {}
            }
        }
    }

    async fn last_message_id(&self) -> Result<Option<MessageId>> {
        self.readers
            .run(|connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT max(id) FROM (SELECT max(id) AS id FROM messages UNION ALL SELECT max(id) FROM held_messages)",
                )?;
                Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(MessageId))
            })
            .await
    }
}

#[async_trait]
impl InboxStore for EmbeddedStore {
    async fn list_inbox(&self, query: &InboxQuery) -> Result<Vec<InboxEntry>> {
        let (query, recent) = (*query, Arc::clone(&self.recent));
        self.readers.run(move |connection| inbox::list(connection, &recent, &query)).await
    }
}

#[async_trait]
impl SearchStore for EmbeddedStore {
    async fn search_messages(&self, query: &SearchQuery) -> Result<SearchPage> {
        let Some(search) = &self.search else { return Err(Error::Unavailable("search is switched off".into())) };
        let (query, recent) = (query.clone(), Arc::clone(&self.recent));
        let found = self.readers.run(move |connection| search::find(connection, &recent, &query)).await;
        found.inspect_err(|error| search.failed(error))
    }
}

/// Finds a deleted one as well.
pub(super) fn find(connection: &Connection, id: MessageId) -> Result<Option<Found>> {
    let mut statement = connection.prepare_cached(FIND)?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(read).transpose()
}

/// The statement is [`INSERT`]; the index is told by the caller.
pub(super) fn insert(statement: &mut Statement<'_>, message: &Message, sequence: Sequence) -> Result<()> {
    let target = key(message.target).ok_or_else(|| Error::Engine("a message's target must not be negative".into()))?;
    statement.execute(params![
        message.id.0,
        message.sender.0,
        target,
        message.delivery_date.0,
        flags(message),
        message.text,
        records::encode(&message.records),
        message.burn_after,
        message.previous.map(|id| id.0),
        message.forwarded_from.map(|id| id.0),
        message.modification_date.map(|date| date.0),
        message.recall_date.map(|date| date.0),
        message.deletion_date.map(|date| date.0),
        sequence.0,
    ])?;
    Ok(())
}

/// As they are when it is inserted.
fn flags(message: &Message) -> i64 {
    let system = if message.is_system { SYSTEM } else { 0 };
    system | hop_bits(message.hop)
}

fn hop_bits(hop: u8) -> i64 {
    i64::from(hop).min(MAX_HOP) << HOP
}

fn update(write: &mut Write<'_>, id: MessageId, patch: &MessagePatch, now: Timestamp) -> Result<bool> {
    let mut statement = write.connection.prepare_cached(
        "UPDATE messages SET text = coalesce(?2, text), records = coalesce(?3, records), modification_date = ?4,
         flags = flags & ~?6 | max(flags & ?6, ?5)
         WHERE id = ?1 AND deletion_date IS NULL AND recall_date IS NULL",
    )?;
    let records = patch.records.as_deref().and_then(records::encode);
    let hop = hop_bits(patch.hop);
    let is_updated = statement.execute(params![id.0, patch.text, records, now.0, hop, MAX_HOP << HOP])? == 1;
    if is_updated {
        write.outbox.changed(Change::MessageEdited(id));
    }
    if is_updated && patch.text.is_some() {
        write.indexer.text_changed(write.connection, id)?;
    }
    Ok(is_updated)
}

fn recall(write: &mut Write<'_>, id: MessageId, date: Timestamp, notice: &Message) -> Result<Option<Sequence>> {
    let recalled = write
        .connection
        .prepare_cached(
            "UPDATE messages SET recall_date = ?2 WHERE id = ?1 AND deletion_date IS NULL AND recall_date IS NULL",
        )?
        .execute([id.0, date.0])?;
    if recalled == 0 {
        return Ok(None);
    }
    write.outbox.changed(Change::MessageRecalled(id));
    Ok(Some(insert_within(write, notice)?))
}

fn delete(write: &mut Write<'_>, id: MessageId, date: Timestamp) -> Result<bool> {
    let mut statement = write.connection.prepare_cached(
        "UPDATE messages SET deletion_date = ?2, text = NULL, records = NULL, flags = flags & ~?3
         WHERE id = ?1 AND deletion_date IS NULL RETURNING sender, target",
    )?;
    let deleted = statement
        .query_row([id.0, date.0, REACTED], |row| Ok((UserId(row.get(0)?), target(row.get(1)?))))
        .optional()?;
    let Some((sender, target)) = deleted else { return Ok(false) };
    write.connection.prepare_cached("DELETE FROM message_reactions WHERE message = ?1")?.execute([id.0])?;
    write.outbox.changed(Change::MessageDeleted { message: id, sender, target });
    write.indexer.text_changed(write.connection, id)?;
    Ok(true)
}

/// Inserts a message as a part of a job.
fn insert_within(write: &mut Write<'_>, message: &Message) -> Result<Sequence> {
    let mut statement = write.connection.prepare_cached(INSERT)?;
    let sequence = write.indexer.next(write.connection, message)?;
    insert(&mut statement, message, sequence)?;
    write.indexer.add(write.connection, message, sequence)?;
    write.outbox.changed(Change::MessageStored(message.id));
    Ok(sequence)
}

/// The columns are those of [`FIND`], in that order.
fn read(row: &Row<'_>) -> Result<Found> {
    let records: Option<&[u8]> = row.get_ref(6)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    let flags: i64 = column(row, 4)?;
    let message = Message {
        id: MessageId(column(row, 0)?),
        sequence: Sequence(column(row, 13)?),
        sender: UserId(column(row, 1)?),
        target: target(column(row, 2)?),
        delivery_date: date(row, 3)?,
        is_system: flags & SYSTEM != 0,
        hop: (flags >> HOP & MAX_HOP) as u8,
        text: column(row, 5)?,
        records: records.map_or(Ok(Vec::<Bytes>::new()), records::decode)?,
        burn_after: column(row, 7)?,
        previous: column::<Option<i64>>(row, 8)?.map(MessageId),
        forwarded_from: column::<Option<i64>>(row, 9)?.map(MessageId),
        modification_date: optional_date(row, 10)?,
        recall_date: optional_date(row, 11)?,
        deletion_date: optional_date(row, 12)?,
        reactions: Vec::new(),
    };
    Ok(Found { message, is_reacted: flags & REACTED != 0 })
}

/// The column `target`. `None` for an id outside the range, which would be taken for one of the other kind.
pub(super) fn key(target: Target) -> Option<i64> {
    match target {
        Target::User(UserId(id)) if id >= 0 => Some(id),
        Target::Group(GroupId(id)) if id > 0 => Some(-id),
        Target::User(_) | Target::Group(_) => None,
    }
}

pub(super) fn target(key: i64) -> Target {
    if key < 0 { Target::Group(GroupId(-key)) } else { Target::User(UserId(key)) }
}
