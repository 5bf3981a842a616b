//! What each plugin has said lately, and how it failed: a ring of lines for each, which outlives versions. Whoever
//! follows has a place in the ring and no queue: one that reads too slowly misses lines, is told how many, and delays
//! nobody.

mod reader;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize, Serializer};
use tokio::sync::watch;

pub use self::reader::{LogBatch, LogReader};
use crate::{clock::Clock, model::Timestamp};

/// Lines of one plugin that are kept,
const LINES: usize = 1_000;
/// with so many bytes of text.
const BYTES: usize = 1 << 20;
/// In the place of a line's number: none comes any more.
const CLOSED: u64 = u64::MAX;

/// The most serious first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Where a line comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogSource {
    /// The plugin's own word, by the capability `log`.
    Log,
    /// What it printed.
    Output,
    /// The server's word about a failure.
    Fault,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LogLine {
    /// Of the plugin's lines since the server started.
    pub number: u64,
    pub date: Timestamp,
    pub level: LogLevel,
    pub source: LogSource,
    #[serde(serialize_with = "as_text")]
    pub version: Arc<str>,
    /// The hook that was called, `lifecycle`, or nothing that is known.
    pub hook: Option<&'static str>,
    pub text: String,
}

fn as_text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// The rings of all plugins, each made with its plugin's first version.
#[derive(Debug)]
pub struct Logs {
    clock: Clock,
    rings: Mutex<BTreeMap<String, Arc<Ring>>>,
}

#[derive(Debug)]
struct Ring {
    lines: Mutex<Lines>,
    /// The number that the next line has.
    next: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Lines {
    kept: VecDeque<Arc<LogLine>>,
    bytes: usize,
    next: u64,
}

/// Enters lines of one version.
#[derive(Clone, Debug)]
pub(super) struct LogWriter {
    clock: Clock,
    ring: Arc<Ring>,
    version: Arc<str>,
}

impl Logs {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, rings: Mutex::default() }
    }

    /// For the lines of a version.
    pub(super) fn writer(&self, plugin: &str, version: &str) -> LogWriter {
        let mut rings = self.rings.lock();
        let ring = rings
            .entry(plugin.to_owned())
            .or_insert_with(|| Arc::new(Ring { lines: Mutex::default(), next: watch::Sender::new(0) }));
        LogWriter { clock: self.clock.clone(), ring: Arc::clone(ring), version: version.into() }
    }

    /// Reads what a plugin says at this level or a more serious one, beginning with the last `tail` lines. `None` when
    /// nothing is known of the plugin.
    pub(super) fn read(&self, plugin: &str, level: LogLevel, tail: usize) -> Option<LogReader> {
        let ring = Arc::clone(self.rings.lock().get(plugin)?);
        Some(LogReader::new(ring, level, tail))
    }

    /// Forgets a plugin that was removed. Whoever follows it comes to an end.
    pub(super) fn forget(&self, plugin: &str) {
        if let Some(ring) = self.rings.lock().remove(plugin) {
            ring.next.send_replace(CLOSED);
        }
    }
}

impl LogWriter {
    pub(super) fn enter(&self, level: LogLevel, source: LogSource, hook: Option<&'static str>, text: &str) {
        let (date, version) = (self.clock.now(), Arc::clone(&self.version));
        let mut lines = self.ring.lines.lock();
        let number = lines.next;
        lines.next += 1;
        lines.bytes += text.len();
        lines.kept.push_back(Arc::new(LogLine { number, date, level, source, version, hook, text: text.to_owned() }));
        while lines.kept.len() > LINES || lines.bytes > BYTES {
            let Some(oldest) = lines.kept.pop_front() else { break };
            lines.bytes -= oldest.text.len();
        }
        drop(lines);
        self.ring.next.send_if_modified(|next| {
            let is_open = *next != CLOSED;
            if is_open {
                *next = number + 1;
            }
            is_open
        });
    }
}

#[cfg(test)]
mod tests;
