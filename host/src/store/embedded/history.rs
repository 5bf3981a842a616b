//! Pages of messages. A scope is a set of disjoint ranges of an index, each of which is in the order of the page; they are
//! read one after the other, each only as far as it can still contribute.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::messages::{find, key, read, select};
use crate::{
    model::{
        MessageId, Timestamp, UserId,
        message::{Message, MessageQuery, MessageScope, Target},
    },
    store::Result,
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

pub(super) fn list(connection: &Connection, query: &MessageQuery) -> Result<Vec<Message>> {
    let limit = query.limit as usize;
    let ranges = ranges(&query.scope);
    if limit == 0 || ranges.is_empty() {
        return Ok(Vec::new());
    }
    // One view of the data for all statements.
    let transaction = connection.unchecked_transaction()?;
    let page = match &query.ids {
        Some(ids) => by_ids(connection, query, &ranges, ids)?,
        None => by_ranges(connection, query, &ranges)?,
    };
    transaction.commit()?;
    Ok(page.finish())
}

pub(super) fn count(
    connection: &Connection,
    scope: &MessageScope,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
) -> Result<u64> {
    let transaction = connection.unchecked_transaction()?;
    let mut total = 0;
    for range in ranges(scope) {
        let sql = match range {
            Range::Target(_) => {
                "SELECT count(*) FROM messages INDEXED BY messages_by_target WHERE target = ?1 AND ?2 IS NULL
                     AND delivery_date >= ?3 AND delivery_date < ?4"
            }
            Range::Pair(..) => {
                "SELECT count(*) FROM messages INDEXED BY messages_by_pair WHERE target = ?1 AND sender = ?2 AND target >= 0
                     AND delivery_date >= ?3 AND delivery_date < ?4"
            }
            Range::Sender(_) => {
                "SELECT count(*) FROM messages INDEXED BY messages_by_pair WHERE target <> ?1 AND sender = ?2 AND target >= 0
                     AND delivery_date >= ?3 AND delivery_date < ?4"
            }
        };
        let (target, sender) = range.parameters();
        let (start, end) = (start.map_or(i64::MIN, |date| date.0), end.map_or(i64::MAX, |date| date.0));
        let count: i64 =
            connection.prepare_cached(sql)?.query_row(params![target, sender, start, end], |row| row.get(0))?;
        total += u64::try_from(count).unwrap_or(0);
    }
    transaction.commit()?;
    Ok(total)
}

/// Each message of the scope lies in exactly one of these.
fn ranges(scope: &MessageScope) -> BTreeSet<Range> {
    match scope {
        MessageScope::SentTo { user, .. } | MessageScope::SentBy { user, .. } | MessageScope::Private { user, .. }
            if user.0 < 0 =>
        {
            BTreeSet::new()
        }
        MessageScope::SentTo { user, from: None } => BTreeSet::from([Range::Target(user.0)]),
        MessageScope::SentTo { user, from: Some(from) } => {
            from.iter().map(|sender| Range::Pair(*sender, *user)).collect()
        }
        MessageScope::SentBy { user, to: None } => BTreeSet::from([Range::Sender(*user), Range::Pair(*user, *user)]),
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
    }
}

fn by_ids(connection: &Connection, query: &MessageQuery, ranges: &BTreeSet<Range>, ids: &[MessageId]) -> Result<Page> {
    let mut page = Page::new(query);
    for id in ids.iter().copied().collect::<BTreeSet<_>>() {
        if let Some(message) = find(connection, id)?
            && is_wanted(query, ranges, &message)
        {
            page.add(message);
        }
    }
    Ok(page)
}

/// What the statements of [`by_ranges`] ask for, of a message that was found by its id.
fn is_wanted(query: &MessageQuery, ranges: &BTreeSet<Range>, message: &Message) -> bool {
    message.deletion_date.is_none()
        && message.recall_date.is_none()
        && query.is_system.is_none_or(|is_system| is_system == message.is_system)
        && query.start.is_none_or(|start| message.delivery_date >= start)
        && query.end.is_none_or(|end| message.delivery_date < end)
        && ranges.iter().any(|range| range.contains(message))
}

fn by_ranges(connection: &Connection, query: &MessageQuery, ranges: &BTreeSet<Range>) -> Result<Page> {
    let mut page = Page::new(query);
    let is_system = query.is_system.map(i64::from);
    for range in ranges {
        let mut statement = connection.prepare_cached(range.select(query.descending))?;
        let (target, sender) = range.parameters();
        // The bounds are inclusive: an end before all time ends nothing too early.
        let mut first = query.start.map_or(i64::MIN, |date| date.0);
        let mut last = query.end.map_or(i64::MAX, |date| date.0.saturating_sub(1));
        if let Some(worst) = page.worst() {
            if query.descending {
                first = first.max(worst);
            } else {
                last = last.min(worst);
            }
        }
        let mut rows = statement.query(params![target, sender, first, last, is_system, query.limit])?;
        while let Some(row) = rows.next()? {
            if !page.add(read(row)?) {
                break;
            }
        }
    }
    Ok(page)
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

    fn contains(self, message: &Message) -> bool {
        match (self, message.target) {
            (Self::Target(target), _) => key(message.target) == Some(target),
            (Self::Pair(sender, recipient), Target::User(user)) => message.sender == sender && user == recipient,
            (Self::Sender(sender), Target::User(user)) => message.sender == sender && user != sender,
            (Self::Pair(..) | Self::Sender(_), Target::Group(_)) => false,
        }
    }

    fn select(self, descending: bool) -> &'static str {
        macro_rules! page {
            ($condition:literal) => {
                if descending { page!($condition, "DESC") } else { page!($condition, "ASC") }
            };
            ($condition:literal, $direction:literal) => {
                concat!(
                    select!(""),
                    $condition,
                    " AND delivery_date BETWEEN ?3 AND ?4 AND deletion_date IS NULL AND recall_date IS NULL",
                    " AND (?5 IS NULL OR flags & 1 = ?5) ORDER BY delivery_date ",
                    $direction,
                    ", id ",
                    $direction,
                    " LIMIT ?6"
                )
            };
        }
        match self {
            Self::Target(_) => page!("INDEXED BY messages_by_target WHERE target = ?1 AND ?2 IS NULL"),
            Self::Pair(..) => page!("INDEXED BY messages_by_pair WHERE sender = ?2 AND target = ?1 AND target >= 0"),
            Self::Sender(_) => page!("INDEXED BY messages_by_pair WHERE sender = ?2 AND target <> ?1 AND target >= 0"),
        }
    }
}

/// The best messages so far, at most as many as asked for, sorted.
struct Page {
    messages: Vec<Message>,
    limit: usize,
    descending: bool,
}

impl Page {
    fn new(query: &MessageQuery) -> Self {
        Self { messages: Vec::new(), limit: query.limit as usize, descending: query.descending }
    }

    /// The date that further messages must not be beyond; `None` while there is room.
    fn worst(&self) -> Option<i64> {
        (self.messages.len() >= self.limit).then(|| self.messages.last().map(|message| message.delivery_date.0))?
    }

    /// False when the message comes after all of a full page.
    fn add(&mut self, message: Message) -> bool {
        let order = |message: &Message| (message.delivery_date, message.id);
        let position = self.messages.partition_point(|earlier| {
            if self.descending { order(earlier) > order(&message) } else { order(earlier) < order(&message) }
        });
        if position >= self.limit {
            return false;
        }
        self.messages.insert(position, message);
        self.messages.truncate(self.limit);
        true
    }

    fn finish(self) -> Vec<Message> {
        self.messages
    }
}
