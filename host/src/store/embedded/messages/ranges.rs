//! The ranges of the indexes that a scope of messages consists of, and the statements that read them.

use std::collections::BTreeSet;

use super::{index::Entry, key};
use crate::model::{
    UserId,
    message::{MessageScope, Target},
};

/// A part of an index that is in the order of dates and ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sorted {
    /// What came to a target.
    Target(i64),
    /// What one user sent to another.
    Pair(UserId, UserId),
}

/// A part of an index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Range {
    Sorted(Sorted),
    /// What a user sent to other users: a pair for each of them.
    Sender(UserId),
}

/// Each message of a scope lies in exactly one of these.
pub(super) struct Ranges(pub(super) BTreeSet<Range>);

impl Ranges {
    pub(super) fn of(scope: &MessageScope) -> Self {
        Self(match scope {
            MessageScope::SentTo { user, .. }
            | MessageScope::SentBy { user, .. }
            | MessageScope::Private { user, .. }
                if user.0 < 0 =>
            {
                BTreeSet::new()
            }
            MessageScope::SentTo { user, from: None } => BTreeSet::from([Range::target(user.0)]),
            MessageScope::SentTo { user, from: Some(from) } => {
                from.iter().map(|sender| Range::pair(*sender, *user)).collect()
            }
            MessageScope::SentBy { user, to: None } => {
                BTreeSet::from([Range::Sender(*user), Range::pair(*user, *user)])
            }
            MessageScope::SentBy { user, to: Some(to) } => {
                to.iter().filter(|other| other.0 >= 0).map(|other| Range::pair(*user, *other)).collect()
            }
            MessageScope::Private { user, with: None } => BTreeSet::from([Range::target(user.0), Range::Sender(*user)]),
            MessageScope::Private { user, with: Some(with) } => with
                .iter()
                .filter(|other| other.0 >= 0)
                .flat_map(|other| [Range::pair(*user, *other), Range::pair(*other, *user)])
                .collect(),
            MessageScope::Groups(groups) => {
                groups.iter().filter_map(|group| key(Target::Group(*group))).map(Range::target).collect()
            }
        })
    }

    /// Called for each recent message, so few ranges are compared one by one.
    pub(super) fn contains(&self, entry: &Entry) -> bool {
        if self.0.len() <= 4 {
            return self.0.iter().any(|range| range.contains(entry));
        }
        let (sender, recipient) = (UserId(entry.sender), UserId(entry.target));
        self.0.contains(&Range::target(entry.target))
            || (entry.target >= 0 && self.0.contains(&Range::pair(sender, recipient)))
    }
}

/// A page of a sorted range: its index, what selects it there, and the direction. The order of the join is fixed: index
/// first.
macro_rules! page {
    ($index:literal, $selects:literal, $direction:literal) => {
        concat!(
            "SELECT m.id, m.sender, m.target, m.delivery_date, flags, text, records, burn_after, previous, \
             forwarded_from, modification_date, recall_date, deletion_date, sequence FROM ",
            $index,
            " AS i CROSS JOIN messages AS m ON m.id = i.id WHERE ",
            $selects,
            " AND i.delivery_date BETWEEN ?3 AND ?4 AND deletion_date IS NULL AND (?7 OR recall_date IS NULL) \
             AND (?5 IS NULL OR flags & 1 = ?5) ORDER BY i.delivery_date ",
            $direction,
            ", i.id ",
            $direction,
            " LIMIT ?6"
        )
    };
}

/// A page in one direction, of all messages or of those of the system.
macro_rules! select {
    ($range:expr, $is_system:expr, $direction:literal) => {
        match ($range, $is_system) {
            (Sorted::Target(_), false) => {
                page!("messages_by_target", "i.target = ?1 AND ?2 IS NULL", $direction)
            }
            (Sorted::Target(_), true) => {
                page!("system_messages_by_target", "i.target = ?1 AND ?2 IS NULL", $direction)
            }
            (Sorted::Pair(..), false) => {
                page!("messages_by_pair", "i.sender = ?2 AND i.target = ?1", $direction)
            }
            (Sorted::Pair(..), true) => {
                page!("system_messages_by_pair", "i.sender = ?2 AND i.target = ?1", $direction)
            }
        }
    };
}

/// The date of what comes first of a pair between two dates.
macro_rules! first {
    ($date:literal, $index:literal) => {
        concat!(
            "SELECT ",
            $date,
            " FROM ",
            $index,
            " WHERE sender = ?1 AND target = ?2 AND delivery_date BETWEEN ?3 AND ?4"
        )
    };
}

/// What a statement that counts or lists selects of a range.
macro_rules! indexed {
    ($range:expr, $columns:literal, $id:literal) => {
        match $range {
            Range::Sorted(Sorted::Target(_)) => concat!(
                "SELECT ",
                $columns,
                " FROM messages_by_target WHERE target = ?1 AND ?2 IS NULL AND delivery_date BETWEEN ?3 AND ?4 AND ",
                $id
            ),
            Range::Sorted(Sorted::Pair(..)) => concat!(
                "SELECT ",
                $columns,
                " FROM messages_by_pair WHERE sender = ?2 AND target = ?1 AND delivery_date BETWEEN ?3 AND ?4 AND ",
                $id
            ),
            Range::Sender(_) => concat!(
                "SELECT ",
                $columns,
                " FROM messages_by_pair WHERE sender = ?2 AND target <> ?1 AND delivery_date BETWEEN ?3 AND ?4 AND ",
                $id
            ),
        }
    };
}

impl Range {
    fn target(target: i64) -> Self {
        Self::Sorted(Sorted::Target(target))
    }

    fn pair(sender: UserId, recipient: UserId) -> Self {
        Self::Sorted(Sorted::Pair(sender, recipient))
    }

    fn contains(self, entry: &Entry) -> bool {
        match self {
            Self::Sorted(Sorted::Target(target)) => entry.target == target,
            Self::Sorted(Sorted::Pair(sender, recipient)) => entry.sender == sender.0 && entry.target == recipient.0,
            Self::Sender(sender) => entry.sender == sender.0 && entry.target >= 0 && entry.target != sender.0,
        }
    }

    /// The first two parameters of the statements; dates and an id follow.
    pub(super) fn parameters(self) -> (i64, Option<i64>) {
        match self {
            Self::Sorted(sorted) => sorted.parameters(),
            Self::Sender(sender) => (sender.0, Some(sender.0)),
        }
    }

    /// How many there are before an id.
    pub(super) fn count(self) -> &'static str {
        indexed!(self, "count(*)", "id < ?5")
    }

    /// The ids from that one on.
    pub(super) fn ids_from(self) -> &'static str {
        indexed!(self, "id", "id >= ?5")
    }
}

impl Sorted {
    /// The first two parameters of the statements.
    pub(super) fn parameters(self) -> (i64, Option<i64>) {
        match self {
            Self::Target(target) => (target, None),
            Self::Pair(sender, recipient) => (recipient.0, Some(sender.0)),
        }
    }

    /// A page. The other parameters: from and to, whether system messages are wanted, how many, and whether recalled
    /// ones are. `is_system`: of nothing but system messages.
    pub(super) fn select(self, is_system: bool, descending: bool) -> &'static str {
        if descending { select!(self, is_system, "DESC") } else { select!(self, is_system, "ASC") }
    }
}

/// The least recipient above a number to whom a user has sent something.
pub(super) fn next_recipient(is_system: bool) -> &'static str {
    if is_system {
        "SELECT target FROM system_messages_by_pair WHERE sender = ?1 AND target > ?2 ORDER BY target LIMIT 1"
    } else {
        "SELECT target FROM messages_by_pair WHERE sender = ?1 AND target > ?2 ORDER BY target LIMIT 1"
    }
}

/// The date of what comes first of a pair, in one direction. Parameters: the pair, from and to.
pub(super) fn first_of_pair(is_system: bool, descending: bool) -> &'static str {
    match (is_system, descending) {
        (false, false) => first!("min(delivery_date)", "messages_by_pair"),
        (false, true) => first!("max(delivery_date)", "messages_by_pair"),
        (true, false) => first!("min(delivery_date)", "system_messages_by_pair"),
        (true, true) => first!("max(delivery_date)", "system_messages_by_pair"),
    }
}
