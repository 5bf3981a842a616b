//! Pages of messages. A scope is a set of disjoint ranges of an index, each of which is in the order of the page; they
//! are read one after the other, each only as far as it can still contribute, after the recent messages that the index
//! may not know yet. System messages are few, so a page of them has an index of its own, which knows all of them.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    Found, find,
    index::{Entry, Recent},
    ranges::{Range, Ranges, Sorted, first_of_pair, next_recipient},
    read,
};
use crate::{
    model::{
        MessageId, Timestamp, UserId,
        message::{Message, MessageQuery, MessageScope},
    },
    store::{Result, embedded::reactions},
};

/// From and to, both included.
type Dates = (i64, i64);

pub(super) fn list(connection: &Connection, recent: &Recent, query: &MessageQuery) -> Result<Vec<Message>> {
    let ranges = Ranges::of(&query.scope);
    if query.limit == 0 || ranges.0.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(ids) = &query.ids {
        return by_ids(connection, query, &ranges, ids);
    }
    let dates = dates(query.start, query.end);
    // The recent ones before the database: what leaves the one in between is in the other by then.
    let recent = if is_of_system(query) {
        Vec::new()
    } else {
        recent.list(|entry| is_within(dates, entry) && ranges.contains(entry))
    };
    // One view of the data for all statements.
    let transaction = connection.unchecked_transaction()?;
    let mut page = Page::new(query);
    add_recent(connection, query, recent, &mut page)?;
    for range in &ranges.0 {
        match range {
            Range::Sorted(sorted) => add_range(connection, query, *sorted, dates, &mut page)?,
            Range::Sender(sender) => add_sent(connection, query, *sender, dates, &mut page)?,
        }
    }
    let messages = page.with_reactions(connection, query.reacting_users)?;
    transaction.commit()?;
    Ok(messages)
}

pub(super) fn count(
    connection: &Connection,
    recent: &Recent,
    scope: &MessageScope,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
) -> Result<u64> {
    let ranges = Ranges::of(scope);
    let dates = dates(start, end);
    let mut young: HashSet<i64> = recent
        .list(|entry| is_within(dates, entry) && ranges.contains(entry))
        .into_iter()
        .map(|entry| entry.id)
        .collect();
    // The index may know some of the recent ones already.
    let boundary = young.iter().copied().min().unwrap_or(i64::MAX);
    let transaction = connection.unchecked_transaction()?;
    let mut total = 0;
    for range in &ranges.0 {
        let (target, sender) = range.parameters();
        let parameters = params![target, sender, dates.0, dates.1, boundary];
        let old: i64 = connection.prepare_cached(range.count())?.query_row(parameters, |row| row.get(0))?;
        total += u64::try_from(old).unwrap_or(0);
        let mut statement = connection.prepare_cached(range.ids_from())?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            young.insert(row.get(0)?);
        }
    }
    transaction.commit()?;
    Ok(total + young.len() as u64)
}

fn dates(start: Option<Timestamp>, end: Option<Timestamp>) -> Dates {
    let last = match end {
        // Nothing is before the beginning of time.
        Some(Timestamp(i64::MIN)) => return (i64::MAX, i64::MIN),
        Some(end) => end.0 - 1,
        None => i64::MAX,
    };
    (start.map_or(i64::MIN, |date| date.0), last)
}

fn is_within(dates: Dates, entry: &Entry) -> bool {
    (dates.0..=dates.1).contains(&entry.date)
}

fn by_ids(connection: &Connection, query: &MessageQuery, ranges: &Ranges, ids: &[MessageId]) -> Result<Vec<Message>> {
    let dates = dates(query.start, query.end);
    let mut page = Page::new(query);
    for id in ids.iter().copied().collect::<BTreeSet<_>>() {
        if let Some(found) = find(connection, id)?
            && is_shown(query, &found.message)
            && Entry::of(&found.message).is_some_and(|entry| is_within(dates, &entry) && ranges.contains(&entry))
        {
            page.add(found);
        }
    }
    page.with_reactions(connection, query.reacting_users)
}

fn add_recent(connection: &Connection, query: &MessageQuery, mut recent: Vec<Entry>, page: &mut Page) -> Result<()> {
    recent.sort_unstable_by_key(|entry| (entry.date, entry.id));
    if query.descending {
        recent.reverse();
    }
    for entry in recent {
        if let Some(found) = find(connection, MessageId(entry.id))?
            && is_shown(query, &found.message)
            && !page.add(found)
        {
            break;
        }
    }
    Ok(())
}

/// What the statements ask for beside the range and the dates.
fn is_shown(query: &MessageQuery, message: &Message) -> bool {
    message.deletion_date.is_none()
        && (query.with_recalled || message.recall_date.is_none())
        && query.is_system.is_none_or(|is_system| is_system == message.is_system)
}

/// Whether the index of system messages answers.
fn is_of_system(query: &MessageQuery) -> bool {
    query.is_system == Some(true)
}

/// What a user sent to others: the conversations one by one, in the order of what each contributes first, until none
/// can contribute any more. So it takes two look-ups for each recipient, however many messages there are.
fn add_sent(
    connection: &Connection,
    query: &MessageQuery,
    sender: UserId,
    dates: Dates,
    page: &mut Page,
) -> Result<()> {
    let (first, last) = page.still_open(dates);
    let is_system = is_of_system(query);
    let mut next = connection.prepare_cached(next_recipient(is_system))?;
    let mut first_of = connection.prepare_cached(first_of_pair(is_system, query.descending))?;
    let (mut pairs, mut after) = (Vec::new(), -1);
    while let Some(recipient) = next.query_row([sender.0, after], |row| row.get::<_, i64>(0)).optional()? {
        after = recipient;
        if recipient == sender.0 {
            continue;
        }
        let date: Option<i64> = first_of.query_row([sender.0, recipient, first, last], |row| row.get(0))?;
        pairs.extend(date.map(|date| (date, recipient)));
    }
    if query.descending {
        pairs.sort_unstable_by_key(|pair| Reverse(*pair));
    } else {
        pairs.sort_unstable();
    }
    for (date, recipient) in pairs {
        let (first, last) = page.still_open(dates);
        if date < first || date > last {
            break;
        }
        add_range(connection, query, Sorted::Pair(sender, UserId(recipient)), dates, page)?;
    }
    Ok(())
}

fn add_range(
    connection: &Connection,
    query: &MessageQuery,
    range: Sorted,
    dates: Dates,
    page: &mut Page,
) -> Result<()> {
    let (first, last) = page.still_open(dates);
    let mut statement = connection.prepare_cached(range.select(is_of_system(query), query.descending))?;
    let (target, sender) = range.parameters();
    let is_system = query.is_system.map(i64::from);
    let mut rows =
        statement.query(params![target, sender, first, last, is_system, query.limit, query.with_recalled])?;
    while let Some(row) = rows.next()? {
        if !page.add(read(row)?) {
            break;
        }
    }
    Ok(())
}

/// The best messages so far, at most as many as asked for, sorted.
struct Page {
    messages: Vec<Found>,
    limit: usize,
    descending: bool,
}

impl Page {
    fn new(query: &MessageQuery) -> Self {
        Self { messages: Vec::new(), limit: query.limit as usize, descending: query.descending }
    }

    /// Of these dates, those that further messages can have and come into the page.
    fn still_open(&self, (first, last): Dates) -> Dates {
        match self.messages.last() {
            Some(Found { message, .. }) if self.messages.len() >= self.limit => {
                let worst = message.delivery_date.0;
                if self.descending { (first.max(worst), last) } else { (first, last.min(worst)) }
            }
            Some(_) | None => (first, last),
        }
    }

    fn with_reactions(self, connection: &Connection, users: u32) -> Result<Vec<Message>> {
        let mut budget = reactions::USERS_OF_A_PAGE;
        self.messages
            .into_iter()
            .map(|Found { mut message, is_reacted }| {
                if is_reacted {
                    message.reactions = reactions::list(connection, message.id, users, &mut budget)?;
                }
                Ok(message)
            })
            .collect()
    }

    /// False when the message comes after all of a full page. One that is there already is not added again.
    fn add(&mut self, found: Found) -> bool {
        let order = |found: &Found| (found.message.delivery_date, found.message.id);
        let place = self.messages.binary_search_by(|earlier| {
            let ordering = order(earlier).cmp(&order(&found));
            if self.descending { ordering.reverse() } else { ordering }
        });
        match place {
            Ok(_) => true,
            Err(place) if place >= self.limit => false,
            Err(place) => {
                self.messages.insert(place, found);
                self.messages.truncate(self.limit);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        clock::Clock,
        model::GroupId,
        store::{
            conformance::NOW,
            embedded::{EmbeddedStore, Options, steps},
        },
    };

    const MESSAGES: i64 = 20_000;

    /// User 1 writes to group 7 and by turns to 20 users; every 5,000th message of each kind is of the system.
    fn database() -> (TempDir, Connection) {
        let directory = tempfile::tempdir().unwrap();
        let options = Options { search: false, ..Options::default() };
        drop(EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap());
        let connection = Connection::open(directory.path().join("talaria.db")).unwrap();
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2 * {MESSAGES})
             INSERT INTO messages (id, sender, target, delivery_date, flags, sequence)
                 SELECT i, 1, iif(i % 2 = 0, -7, 2 + i / 2 % 20), i, i % 10000 < 2, i FROM n;
             INSERT INTO messages_by_target SELECT target, delivery_date, id FROM messages;
             INSERT INTO messages_by_pair SELECT sender, target, delivery_date, id FROM messages WHERE target >= 0;
             INSERT INTO system_messages_by_target SELECT target, delivery_date, id FROM messages WHERE flags & 1;
             INSERT INTO system_messages_by_pair
                 SELECT sender, target, delivery_date, id FROM messages WHERE flags & 1 AND target >= 0;"
        );
        connection.execute_batch(&sql).unwrap();
        (directory, connection)
    }

    /// The ids of a page, and how many hundreds of steps SQLite's machine took for it.
    fn page(
        connection: &Connection,
        scope: MessageScope,
        is_system: Option<bool>,
        descending: bool,
    ) -> (Vec<i64>, usize) {
        let query = MessageQuery {
            scope,
            ids: None,
            is_system,
            with_recalled: false,
            start: None,
            end: None,
            descending,
            limit: 50,
            reacting_users: 0,
        };
        let (page, steps) = steps::count(connection, || list(connection, &Recent::default(), &query).unwrap());
        (page.iter().map(|message| message.id.0).collect(), steps)
    }

    #[test]
    fn a_page_costs_what_is_on_it() {
        let (_directory, connection) = database();
        let group = || MessageScope::Groups(vec![GroupId(7)]);
        let sent = || MessageScope::SentBy { user: UserId(1), to: None };
        let pair = || MessageScope::SentBy { user: UserId(1), to: Some(vec![UserId(2)]) };
        let system_of_group: Vec<_> = (1..=MESSAGES / 5_000).map(|number| number * 10_000).collect();
        let system_sent: Vec<_> = system_of_group.iter().map(|id| id - 9_999).collect();
        let newest_sent: Vec<_> = (0..50).map(|number| 2 * MESSAGES - 1 - 2 * number).collect();
        let oldest_sent: Vec<_> = (0..50).map(|number| 1 + 2 * number).collect();
        for (scope, is_system, descending, expected) in [
            (group(), Some(true), false, system_of_group),
            (sent(), Some(true), false, system_sent.clone()),
            (pair(), Some(true), false, system_sent),
            (sent(), None, true, newest_sent),
            (sent(), Some(false), false, oldest_sent[1..].iter().copied().chain([101]).collect()),
        ] {
            let (ids, steps) = page(&connection, scope.clone(), is_system, descending);
            assert_eq!(ids, expected, "{scope:?}");
            assert!(steps < 100, "{scope:?} {is_system:?}: {steps} hundred steps");
        }
    }
}
