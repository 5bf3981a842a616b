//! Pages of a user's conversations, by their last messages.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    contacts::{self, Last},
    find,
    index::{Entry, Recent},
    last_sent, runs,
    sequences::Conversation,
    target,
};
use crate::{
    model::{
        MessageId, Timestamp,
        conversation::{InboxEntry, InboxQuery},
    },
    store::Result,
};

/// The recent messages of the user's conversations by conversation.
type Recents = HashMap<Conversation, Vec<Entry>>;

/// A conversation by its key in the index: the contact, or the negative of the group's id.
struct Candidate {
    key: i64,
    last: Last,
}

pub(super) fn list(connection: &Connection, recent: &Recent, query: &InboxQuery) -> Result<Vec<InboxEntry>> {
    if query.limit == 0 || query.user.0 < 0 {
        return Ok(Vec::new());
    }
    let joined = joined(connection, query.user.0)?;
    let recents = recents(recent, query.user.0, &joined);
    // One view of the data for all statements.
    let transaction = connection.unchecked_transaction()?;
    let before = query.before.map_or(i64::MAX, |id| id.0);
    let mut candidates = private(connection, query, before, &recents)?;
    for group in joined.keys() {
        candidates.extend(last_in_group(connection, *group, &recents)?.map(|last| Candidate { key: *group, last }));
    }
    candidates.retain(|candidate| candidate.last.message < before);
    candidates.sort_unstable_by_key(|candidate| Reverse(candidate.last.message));
    let mut page = Vec::new();
    for candidate in candidates {
        if page.len() == query.limit as usize {
            break;
        }
        let since = joined.get(&candidate.key).copied();
        page.extend(entry(connection, query, &candidate, since, &recents)?);
    }
    transaction.commit()?;
    Ok(page)
}

/// The groups that a user is in, by their keys, with the date since when.
fn joined(connection: &Connection, user: i64) -> Result<HashMap<i64, i64>> {
    let mut statement = connection.prepare_cached("SELECT -group_id, join_date FROM group_members WHERE user = ?1")?;
    let rows = statement.query_map([user], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Asked for before the database: what leaves the recent ones in between is in the database by then.
fn recents(recent: &Recent, user: i64, joined: &HashMap<i64, i64>) -> Recents {
    let is_concerned = |entry: &Entry| match entry.target {
        group @ ..0 => joined.contains_key(&group),
        recipient => recipient == user || entry.sender == user,
    };
    let mut recents = Recents::new();
    for entry in recent.list(is_concerned) {
        recents.entry(entry.conversation()).or_default().push(entry);
    }
    recents
}

fn last_of(entries: &[Entry]) -> Option<Last> {
    entries.iter().map(|entry| Last { sequence: entry.sequence, message: entry.id }).max()
}

/// Enough of the private conversations for a page, each with its last message.
fn private(connection: &Connection, query: &InboxQuery, before: i64, recents: &Recents) -> Result<Vec<Candidate>> {
    let user = query.user.0;
    let mut young = HashMap::new();
    for (conversation, entries) in recents.iter().filter(|(conversation, _)| conversation.first >= 0) {
        let contact = if conversation.first == user { conversation.second } else { conversation.first };
        let last = last_of(entries).max(contacts::find(connection, user, contact)?);
        young.extend(last.map(|last| (contact, last)));
    }
    // Any of the indexed ones may have a later message among the recent ones, or one that is gone.
    let limit = query.limit as usize + young.len();
    let mut candidates: Vec<_> = contacts::list(connection, user, before, limit)?
        .into_iter()
        .filter(|(contact, _)| !young.contains_key(contact))
        .map(|(key, last)| Candidate { key, last })
        .collect();
    candidates.extend(young.into_iter().map(|(key, last)| Candidate { key, last }));
    Ok(candidates)
}

fn last_in_group(connection: &Connection, group: i64, recents: &Recents) -> Result<Option<Last>> {
    let conversation = Conversation { first: group, second: 0 };
    let recent = recents.get(&conversation).and_then(|entries| last_of(entries));
    let mut statement = connection.prepare_cached(
        "SELECT last, ids FROM messages_by_sequence WHERE first = ?1 AND second = 0 ORDER BY last DESC LIMIT 1",
    )?;
    let mut rows = statement.query([group])?;
    let indexed = match rows.next()? {
        Some(row) => runs::read(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?.last(),
        None => None,
    };
    Ok(recent.max(indexed.map(|(sequence, message)| Last { sequence, message })))
}

/// `None` when the last message is gone. `joined`: of a group, since when the user is in it.
fn entry(
    connection: &Connection,
    query: &InboxQuery,
    candidate: &Candidate,
    joined: Option<i64>,
    recents: &Recents,
) -> Result<Option<InboxEntry>> {
    let Some(mut found) = find(connection, MessageId(candidate.last.message))? else { return Ok(None) };
    if found.message.deletion_date.is_some() {
        // The conversation stays where it is, and shows nothing of it.
        found.message.clear();
    }
    let user = query.user.0;
    let recent = recents.get(&Conversation::of(user, candidate.key)).map_or(&[][..], Vec::as_slice);
    let mut read = read_date(connection, user, candidate.key)?;
    if query.read_by_sending {
        let sent = recent.iter().filter(|entry| entry.sender == user).map(|entry| entry.date).max();
        read = read.max(sent).max(last_sent::indexed(connection, candidate.key, user)?);
    }
    let unread = Unread { user, key: candidate.key, since: read.max(joined), limit: query.max_unread };
    Ok(Some(InboxEntry {
        conversation: target(candidate.key),
        last: found.message,
        unread: unread.count(connection, recent)?,
        read_date: read.map(Timestamp),
    }))
}

fn read_date(connection: &Connection, user: i64, conversation: i64) -> Result<Option<i64>> {
    let mut statement =
        connection.prepare_cached("SELECT read_date FROM read_dates WHERE conversation = ?1 AND reader = ?2")?;
    Ok(statement.query_row([conversation, user], |row| row.get(0)).optional()?)
}

/// What of a conversation a user has not read.
struct Unread {
    user: i64,
    key: i64,
    since: Option<i64>,
    limit: u32,
}

impl Unread {
    fn count(&self, connection: &Connection, recent: &[Entry]) -> Result<u32> {
        let mut ids = HashSet::new();
        let since = self.since.unwrap_or(i64::MIN);
        let mut counts = connection.prepare_cached(
            "SELECT 1 FROM messages WHERE id = ?1 AND flags & 1 = 0 AND recall_date IS NULL AND deletion_date IS NULL",
        )?;
        for entry in recent.iter().filter(|entry| entry.sender != self.user && entry.date > since) {
            if ids.len() < self.limit as usize && counts.exists([entry.id])? {
                ids.insert(entry.id);
            }
        }
        let mut statement = connection.prepare_cached(if self.key < 0 { IN_GROUP } else { FROM_CONTACT })?;
        // The index may know the recent ones too.
        let mut rows = statement.query(params![self.key, self.user, since, self.limit])?;
        while let Some(row) = rows.next()? {
            ids.insert(row.get::<_, i64>(0)?);
        }
        Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX).min(self.limit))
    }
}

const IN_GROUP: &str = "SELECT m.id FROM messages_by_target AS i CROSS JOIN messages AS m ON m.id = i.id
    WHERE i.target = ?1 AND i.delivery_date > ?3 AND sender <> ?2
    AND flags & 1 = 0 AND recall_date IS NULL AND deletion_date IS NULL LIMIT ?4";

const FROM_CONTACT: &str = "SELECT m.id FROM messages_by_pair AS i CROSS JOIN messages AS m ON m.id = i.id
    WHERE i.sender = ?1 AND i.target = ?2 AND i.delivery_date > ?3 AND ?1 <> ?2
    AND flags & 1 = 0 AND recall_date IS NULL AND deletion_date IS NULL LIMIT ?4";
