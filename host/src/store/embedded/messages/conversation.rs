//! Pages of one conversation by sequence.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{
    find,
    index::Recent,
    key, runs,
    sequences::{Conversation, indexed},
};
use crate::{
    model::{
        MessageId, Sequence,
        message::{ConversationPage, ConversationQuery},
    },
    store::{Result, embedded::reactions},
};

pub(super) fn list(connection: &Connection, recent: &Recent, query: &ConversationQuery) -> Result<ConversationPage> {
    let Some(target) = key(query.target) else { return Ok(ConversationPage::default()) };
    let conversation = Conversation::of(query.user.0, target);
    // The recent ones before the database: what leaves the one in between is in the other by then.
    let recent: BTreeMap<_, _> = recent
        .list(|entry| entry.conversation() == conversation)
        .into_iter()
        .map(|entry| (entry.sequence, entry.id))
        .collect();
    // One view of the data for all statements.
    let transaction = connection.unchecked_transaction()?;
    let last = indexed(connection, conversation)?.max(recent.keys().next_back().copied().unwrap_or(0));
    let limit = query.limit as usize;
    let (mut after, mut messages, mut budget) = (query.after.0.max(0), Vec::new(), reactions::USERS_OF_A_PAGE);
    while messages.len() < limit {
        let ids = next(connection, &recent, conversation, after, limit)?;
        let Some(reached) = ids.keys().next_back() else { break };
        after = *reached;
        for id in ids.into_values() {
            if messages.len() == limit {
                break;
            }
            let Some(found) = find(connection, MessageId(id))? else { continue };
            let mut message = found.message;
            if message.deletion_date.is_some() {
                continue;
            }
            if found.is_reacted {
                message.reactions = reactions::list(connection, message.id, query.reacting_users, &mut budget)?;
            }
            messages.push(message);
        }
    }
    transaction.commit()?;
    Ok(ConversationPage { messages, last: Sequence(last) })
}

/// The ids of the next messages by sequence, at least `limit` if there are so many.
fn next(
    connection: &Connection,
    recent: &BTreeMap<i64, i64>,
    conversation: Conversation,
    after: i64,
    limit: usize,
) -> Result<BTreeMap<i64, i64>> {
    let mut ids: BTreeMap<i64, i64> =
        recent.range(after.saturating_add(1)..).take(limit).map(|(sequence, id)| (*sequence, *id)).collect();
    let mut statement = connection.prepare_cached(
        "SELECT last, ids FROM messages_by_sequence WHERE first = ?1 AND second = ?2 AND last > ?3 ORDER BY last",
    )?;
    let mut rows = statement.query(params![conversation.first, conversation.second, after])?;
    let mut read = 0;
    while read < limit
        && let Some(row) = rows.next()?
    {
        let last: i64 = row.get(0)?;
        for (sequence, id) in runs::read(last, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)? {
            if sequence > after {
                ids.insert(sequence, id);
                read += 1;
            }
        }
    }
    // Each source gave its first ones: what comes after may lack some of the other's.
    while ids.len() > limit {
        ids.pop_last();
    }
    Ok(ids)
}
