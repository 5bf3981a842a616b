//! Searches: first the messages that the index may not know, then those that it names. Each is compared with what is
//! asked for, as the index may be behind.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
};

use rusqlite::{Connection, params};

use super::{
    index::{group_term, indexed_through, user_term},
    words::Words,
};
use crate::{
    model::{
        GroupId, MessageId,
        message::{Message, SearchPage, SearchQuery, SearchScope},
    },
    store::{
        Result,
        embedded::messages::{self, contacts, index::Recent, runs, sequences::Conversation},
    },
};

/// Messages whose words are compared, of those that the index names and of those that it does not know.
const EXAMINED: usize = if cfg!(test) { 40 } else { 1000 };

/// Rows of one message that are passed over in search of older ones. A message that comes late, or was held back, has
/// such a row: its id tells nothing of those before it.
const LATE: usize = if cfg!(test) { 8 } else { 64 };

/// Groups that are asked for at once.
const GROUPS_AT_ONCE: usize = 256;

pub(in crate::store::embedded) fn find(
    connection: &Connection,
    recent: &Recent,
    query: &SearchQuery,
) -> Result<SearchPage> {
    let Some(words) = Words::new(&query.text) else { return Ok(SearchPage::default()) };
    let (scope, before) = (Scope::new(&query.scope), query.before.map_or(i64::MAX, |id| id.0));
    // The recent ones before the database: what leaves the one in between is in the other by then.
    let recent = recent.list(|entry| entry.id < before && scope.contains(entry.sender, entry.target));
    // One view of both databases.
    let transaction = connection.unchecked_transaction()?;
    let through: i64 =
        connection.prepare_cached("SELECT searched_through FROM search.progress")?.query_row([], |row| row.get(0))?;
    let mut finder = Finder { connection, scope, words, found: Found::new(query.limit as usize) };
    let mut young: BTreeSet<i64> = recent.into_iter().map(|entry| entry.id).filter(|id| *id > through).collect();
    finder.add_unsearched(&query.scope, through, before, &mut young)?;
    finder.unindexed(&young)?;
    if !finder.found.is_full() {
        for users_and_groups in terms(&query.scope) {
            finder.indexed(&users_and_groups, before.min(through.saturating_add(1)))?;
        }
    }
    let page = finder.found.page();
    transaction.commit()?;
    Ok(page)
}

struct Finder<'a> {
    connection: &'a Connection,
    scope: Scope,
    words: Words,
    found: Found,
}

impl Finder<'_> {
    /// Adds those that are not recent any more, and that the index of words has not reached, from the index of the
    /// conversations. Only the newest count, as no more are compared, so each conversation is read down to the row that
    /// has none of them.
    fn add_unsearched(&self, scope: &SearchScope, through: i64, before: i64, young: &mut BTreeSet<i64>) -> Result<()> {
        if through >= indexed_through(self.connection)? {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT last, ids FROM messages_by_sequence WHERE first = ?1 AND second = ?2 ORDER BY last DESC",
        )?;
        for conversation in self.active(scope, through)? {
            let mut rows = statement.query([conversation.first, conversation.second])?;
            let mut late = 0;
            while let Some(row) = rows.next()? {
                let ids = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                let ids = runs::read(row.get(0)?, ids)?.map(|(_, id)| id);
                let (mut greatest, mut length) = (i64::MIN, 0);
                let least = least_wanted(through, young);
                for id in ids {
                    (greatest, length) = (greatest.max(id), length + 1);
                    if id >= least && id < before {
                        young.insert(id);
                    }
                }
                while young.len() > EXAMINED + 1 {
                    young.pop_first();
                }
                if greatest >= least {
                    late = 0;
                    continue;
                }
                late += 1;
                if length > 1 || late > LATE {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The conversations of a scope that may have messages above `through`.
    fn active(&self, scope: &SearchScope, through: i64) -> Result<Vec<Conversation>> {
        let group = |group: &GroupId| Conversation::of(0, -group.0);
        Ok(match scope {
            SearchScope::Group(id) => vec![group(id)],
            SearchScope::Private { user, contact } => vec![Conversation::of(user.0, contact.0)],
            SearchScope::All { user, groups } => {
                let contacts = contacts::list_since(self.connection, user.0, through)?;
                let private = contacts.into_iter().map(|contact| Conversation::of(user.0, contact));
                private.chain(groups.iter().map(group)).collect()
            }
        })
    }

    fn unindexed(&mut self, young: &BTreeSet<i64>) -> Result<()> {
        for (examined, id) in young.iter().rev().enumerate() {
            if self.found.is_full() {
                break;
            }
            if examined == EXAMINED {
                self.found.stop(Some(id + 1));
                break;
            }
            if self.is_wanted(*id)? {
                self.found.add(self.connection, *id)?;
            }
        }
        Ok(())
    }

    fn indexed(&mut self, users_and_groups: &str, before: i64) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.rowid FROM search.texts AS t WHERE t.texts MATCH ?1 AND t.rowid < ?2 ORDER BY t.rowid DESC",
        )?;
        let expression = self
            .words
            .terms()
            .iter()
            .fold(format!("({users_and_groups})"), |expression, term| expression + " AND " + &quoted(term));
        let mut rows = statement.query(params![expression, before])?;
        let (mut room, mut examined) = (self.found.limit, 0);
        while room > 0
            && let Some(row) = rows.next()?
        {
            let id = row.get(0)?;
            if self.found.is_beyond(id) {
                break;
            }
            if self.is_wanted(id)? {
                room -= usize::from(self.found.add(self.connection, id)?);
            }
            examined += 1;
            if examined == EXAMINED {
                self.found.stop(Some(id));
                break;
            }
        }
        Ok(())
    }

    fn is_wanted(&self, id: i64) -> Result<bool> {
        let mut statement =
            self.connection.prepare_cached("SELECT sender, target, text FROM messages WHERE id = ?1")?;
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else { return Ok(false) };
        let text = row.get_ref(2)?;
        let has_words = text.as_str_or_null().ok().flatten().is_some_and(|text| self.words.are_in(text));
        Ok(has_words && self.scope.contains(row.get(0)?, row.get(1)?))
    }
}

/// The least id that counts: above those whose words are indexed, and above as many as are compared.
fn least_wanted(through: i64, young: &BTreeSet<i64>) -> i64 {
    let indexed = through.saturating_add(1);
    match young.first() {
        Some(least) if young.len() > EXAMINED => indexed.max(*least),
        Some(_) | None => indexed,
    }
}

fn quoted(term: &str) -> String {
    format!("\"{term}\"")
}

/// Whose messages are found, by the columns of the table of messages.
enum Scope {
    All { user: i64, groups: HashSet<i64> },
    Private { user: i64, contact: i64 },
    Group(i64),
}

impl Scope {
    fn new(scope: &SearchScope) -> Self {
        match scope {
            SearchScope::All { user, groups } => {
                Self::All { user: user.0, groups: groups.iter().map(|group| -group.0).collect() }
            }
            SearchScope::Private { user, contact } => Self::Private { user: user.0, contact: contact.0 },
            SearchScope::Group(group) => Self::Group(-group.0),
        }
    }

    fn contains(&self, sender: i64, target: i64) -> bool {
        match self {
            Self::All { groups, .. } if target < 0 => groups.contains(&target),
            Self::All { user, .. } => sender == *user || target == *user,
            Self::Private { user, contact } => {
                (sender, target) == (*user, *contact) || (sender, target) == (*contact, *user)
            }
            Self::Group(group) => target == *group,
        }
    }
}

/// Expressions that together find all of the scope, and hardly more.
fn terms(scope: &SearchScope) -> Vec<String> {
    match scope {
        SearchScope::All { user, groups } => {
            let groups = groups.chunks(GROUPS_AT_ONCE).map(|groups| {
                let terms: Vec<_> = groups.iter().map(|GroupId(group)| quoted(&group_term(*group))).collect();
                terms.join(" OR ")
            });
            [quoted(&user_term(user.0))].into_iter().chain(groups).collect()
        }
        // No user has a negative id, and none would make a term.
        SearchScope::Private { user, contact } if user.0 < 0 || contact.0 < 0 => Vec::new(),
        SearchScope::Private { user, contact } => {
            vec![quoted(&user_term(user.0)) + " AND " + &quoted(&user_term(contact.0))]
        }
        SearchScope::Group(group) => vec![quoted(&group_term(group.0))],
    }
}

/// What was found so far, and down to where nothing was missed.
struct Found {
    messages: Vec<Message>,
    limit: usize,
    /// A search was given up at this message: below it something may have been missed.
    stopped: Option<i64>,
}

impl Found {
    fn new(limit: usize) -> Self {
        Self { messages: Vec::new(), limit, stopped: None }
    }

    /// Whether it is one that can be found.
    fn add(&mut self, connection: &Connection, id: i64) -> Result<bool> {
        let Some(found) = messages::find(connection, MessageId(id))? else { return Ok(false) };
        let message = found.message;
        let is_there = message.recall_date.is_none() && message.deletion_date.is_none();
        if is_there {
            self.messages.push(message);
        }
        Ok(is_there)
    }

    fn is_full(&self) -> bool {
        self.messages.len() >= self.limit
    }

    fn stop(&mut self, at: Option<i64>) {
        self.stopped = self.stopped.max(at);
    }

    fn is_beyond(&self, id: i64) -> bool {
        self.stopped.is_some_and(|stopped| id < stopped)
    }

    fn page(mut self) -> SearchPage {
        self.messages.sort_unstable_by_key(|message| Reverse(message.id));
        if let Some(stopped) = self.stopped {
            self.messages.retain(|message| message.id.0 >= stopped);
        }
        let is_full = self.messages.len() >= self.limit;
        self.messages.truncate(self.limit);
        let next = if is_full { self.messages.last().map(|message| message.id) } else { self.stopped.map(MessageId) };
        SearchPage { messages: self.messages, next }
    }
}
