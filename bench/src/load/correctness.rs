//! What must be true of a run, or its numbers do not count.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::tally::listed;

/// How many messages went which way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub(crate) struct Correctness {
    pub(crate) sent: u64,
    pub(crate) accepted: u64,
    /// By status code.
    pub(crate) refused: BTreeMap<i32, u64>,
    pub(crate) unanswered: u64,
    /// Arrived at their recipients, each counted once.
    pub(crate) delivered: u64,
    /// Accepted, and never arrived.
    pub(crate) lost: u64,
    /// Arrived once more.
    pub(crate) duplicates: u64,
    /// Arrived after a later one of the same sender.
    pub(crate) disordered: u64,
    pub(crate) delivered_though_refused: u64,
    /// Came to the wrong user, under another id, or as the answer to nothing.
    pub(crate) strange: u64,
    /// Connections that ended before the run did, and why.
    pub(crate) ended: BTreeMap<String, u64>,
    /// What the server's history says; absent when it was not asked.
    pub(crate) stored: Option<Stored>,
}

/// What the history of the conversations holds of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub(crate) struct Stored {
    /// Messages found, each counted once.
    pub(crate) found: u64,
    /// Accepted, and not found.
    pub(crate) missing: u64,
    /// Found once more.
    pub(crate) duplicates: u64,
    /// Found after a later one of the same sender.
    pub(crate) disordered: u64,
    /// Found under another id than the one that was answered.
    pub(crate) strange: u64,
    /// Found, although the server had refused or not answered. After a crash this is as it must be.
    pub(crate) unacknowledged: u64,
}

impl Correctness {
    /// Whether everything that was accepted was delivered and stored, once and in order, and nothing else was.
    pub(crate) fn holds(&self) -> bool {
        let wrong = self.unanswered + self.lost + self.duplicates + self.disordered + self.delivered_though_refused;
        let stored = self.stored.is_none_or(|stored| stored.holds() && stored.unacknowledged == 0);
        wrong + self.strange == 0 && self.ended.is_empty() && self.delivered == self.accepted && stored
    }
}

impl Stored {
    /// Whether every acknowledged message is there, once and in order.
    pub(crate) fn holds(&self) -> bool {
        self.missing + self.duplicates + self.disordered + self.strange == 0
    }
}

impl fmt::Display for Correctness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, accepted, delivered, .. } = self;
        write!(f, "{sent} sent, {accepted} accepted, {delivered} delivered")?;
        if let Some(stored) = &self.stored {
            write!(f, ", {}", stored.found)?;
            f.write_str(" stored")?;
        }
        if !self.refused.is_empty() {
            write!(f, "; refused with code: {}", listed(&self.refused))?;
        }
        if self.holds() {
            return f.write_str("; in order, none twice");
        }
        for (count, what) in [
            (self.unanswered, "never answered"),
            (self.lost, "accepted and not delivered"),
            (self.duplicates, "delivered twice"),
            (self.disordered, "delivered out of order"),
            (self.delivered_though_refused, "delivered though refused"),
            (self.strange, "strange"),
        ] {
            if count > 0 {
                write!(f, "; {count} {what}")?;
            }
        }
        if !self.ended.is_empty() {
            write!(f, "; connections ended: {}", listed(&self.ended))?;
        }
        self.stored
            .filter(|stored| *stored != Stored { found: self.accepted, ..Stored::default() })
            .map_or(Ok(()), |stored| write!(f, "; history: {stored}"))
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, missing, duplicates, disordered, strange, unacknowledged } = self;
        write!(f, "{found} found, {missing} missing, {duplicates} twice, {disordered} out of order, ")?;
        write!(f, "{strange} under another id, {unacknowledged} never acknowledged")
    }
}
