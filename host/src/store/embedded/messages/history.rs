//! Pages of messages. A scope is a set of disjoint ranges of an index, each of which is in the order of the page; they
//! are read one after the other, each only as far as it can still contribute, after the recent messages that the index
//! may not know yet.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, params};

use super::{
    Found, find,
    index::{Entry, Recent},
    key, read,
};
use crate::{
    model::{
        MessageId, Timestamp, UserId,
        message::{Message, MessageQuery, MessageScope, Target},
    },
    store::{Result, embedded::reactions},
};

/// A run of an index that is sorted by date and id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Range {
    /// What came to a target.
    Target(i64),
    /// What one user sent to another.
    Pair(UserId, UserId),
    /// What a user sent to other users. Not sorted in the index, so all of it is read: the one slow range.
    Sender(UserId),
}

/// Each message of a scope lies in exactly one of these.
struct Ranges(BTreeSet<Range>);

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
    let recent = recent.list(|entry| is_within(dates, entry) && ranges.contains(entry));
    // One view of the data for all statements.
    let transaction = connection.unchecked_transaction()?;
    let mut page = Page::new(query);
    add_recent(connection, query, recent, &mut page)?;
    for range in &ranges.0 {
        add_range(connection, query, *range, dates, &mut page)?;
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

fn add_range(
    connection: &Connection,
    query: &MessageQuery,
    range: Range,
    (mut first, mut last): Dates,
    page: &mut Page,
) -> Result<()> {
    if let Some(worst) = page.worst() {
        if query.descending {
            first = first.max(worst);
        } else {
            last = last.min(worst);
        }
    }
    let mut statement = connection.prepare_cached(range.select(query.descending))?;
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

impl Ranges {
    fn of(scope: &MessageScope) -> Self {
        Self(match scope {
            MessageScope::SentTo { user, .. }
            | MessageScope::SentBy { user, .. }
            | MessageScope::Private { user, .. }
                if user.0 < 0 =>
            {
                BTreeSet::new()
            }
            MessageScope::SentTo { user, from: None } => BTreeSet::from([Range::Target(user.0)]),
            MessageScope::SentTo { user, from: Some(from) } => {
                from.iter().map(|sender| Range::Pair(*sender, *user)).collect()
            }
            MessageScope::SentBy { user, to: None } => {
                BTreeSet::from([Range::Sender(*user), Range::Pair(*user, *user)])
            }
            MessageScope::SentBy { user, to: Some(to) } => {
                to.iter().filter(|other| other.0 >= 0).map(|other| Range::Pair(*user, *other)).collect()
            }
            MessageScope::Private { user, with: None } => BTreeSet::from([Range::Target(user.0), Range::Sender(*user)]),
            MessageScope::Private { user, with: Some(with) } => with
                .iter()
                .filter(|other| other.0 >= 0)
                .flat_map(|other| [Range::Pair(*user, *other), Range::Pair(*other, *user)])
                .collect(),
            MessageScope::Groups(groups) => {
                groups.iter().filter_map(|group| key(Target::Group(*group))).map(Range::Target).collect()
            }
        })
    }

    /// Called for each recent message, so few ranges are compared one by one.
    fn contains(&self, entry: &Entry) -> bool {
        if self.0.len() <= 4 {
            return self.0.iter().any(|range| range.contains(entry));
        }
        let (sender, recipient) = (UserId(entry.sender), UserId(entry.target));
        self.0.contains(&Range::Target(entry.target))
            || (entry.target >= 0 && self.0.contains(&Range::Pair(sender, recipient)))
    }
}

/// One statement a kind of range: the columns, the join with the messages, and what comes after the range.
macro_rules! statement {
    ($range:expr, $columns:literal, $join:literal, $rest:expr) => {
        match $range {
            Range::Target(_) => {
                concat!(
                    "SELECT ",
                    $columns,
                    " FROM messages_by_target AS i ",
                    $join,
                    " WHERE i.target = ?1 AND ?2 IS NULL ",
                    $rest
                )
            }
            Range::Pair(..) => {
                concat!(
                    "SELECT ",
                    $columns,
                    " FROM messages_by_pair AS i ",
                    $join,
                    " WHERE i.sender = ?2 AND i.target = ?1 ",
                    $rest
                )
            }
            Range::Sender(_) => {
                concat!(
                    "SELECT ",
                    $columns,
                    " FROM messages_by_pair AS i ",
                    $join,
                    " WHERE i.sender = ?2 AND i.target <> ?1 ",
                    $rest
                )
            }
        }
    };
}

/// A page of a range in one direction. The order of the join is fixed: index first.
macro_rules! page {
    ($range:expr, $direction:literal) => {
        statement!(
            $range,
            "m.id, m.sender, m.target, m.delivery_date, flags, text, records, burn_after, previous, forwarded_from, \
             modification_date, recall_date, deletion_date, sequence",
            "CROSS JOIN messages AS m ON m.id = i.id",
            concat!(
                "AND i.delivery_date BETWEEN ?3 AND ?4 AND deletion_date IS NULL ",
                "AND (?7 OR recall_date IS NULL) ",
                "AND (?5 IS NULL OR flags & 1 = ?5) ORDER BY i.delivery_date ",
                $direction,
                ", i.id ",
                $direction,
                " LIMIT ?6"
            )
        )
    };
}

impl Range {
    /// The first two parameters of the statements.
    fn parameters(self) -> (i64, Option<i64>) {
        match self {
            Self::Target(target) => (target, None),
            Self::Pair(sender, recipient) => (recipient.0, Some(sender.0)),
            Self::Sender(sender) => (sender.0, Some(sender.0)),
        }
    }

    fn contains(self, entry: &Entry) -> bool {
        match self {
            Self::Target(target) => entry.target == target,
            Self::Pair(sender, recipient) => entry.sender == sender.0 && entry.target == recipient.0,
            Self::Sender(sender) => entry.sender == sender.0 && entry.target >= 0 && entry.target != sender.0,
        }
    }

    fn select(self, descending: bool) -> &'static str {
        if descending { page!(self, "DESC") } else { page!(self, "ASC") }
    }

    /// How many there are before an id.
    fn count(self) -> &'static str {
        statement!(self, "count(*)", "", "AND delivery_date BETWEEN ?3 AND ?4 AND id < ?5")
    }

    /// The ids from that one on.
    fn ids_from(self) -> &'static str {
        statement!(self, "id", "", "AND delivery_date BETWEEN ?3 AND ?4 AND id >= ?5")
    }
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

    /// The date that further messages must not be beyond; `None` while there is room.
    fn worst(&self) -> Option<i64> {
        if self.messages.len() < self.limit {
            return None;
        }
        self.messages.last().map(|found| found.message.delivery_date.0)
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
