//! Reading a plugin's ring from a place on.

use std::sync::Arc;

use tokio::sync::watch;

use super::{CLOSED, LogLevel, LogLine, Ring};

/// Lines of one turn.
const BATCH: usize = 100;

/// Somebody who reads.
#[derive(Debug)]
pub struct LogReader {
    ring: Arc<Ring>,
    news: watch::Receiver<u64>,
    level: LogLevel,
    /// The number of the line that comes next.
    place: u64,
}

/// What came since.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogBatch {
    /// Lines, of any level, that went before they could be read.
    pub missed: u64,
    pub lines: Vec<Arc<LogLine>>,
}

impl LogReader {
    pub(super) fn new(ring: Arc<Ring>, level: LogLevel, tail: usize) -> Self {
        let news = ring.next.subscribe();
        let lines = ring.lines.lock();
        let of_level = lines.kept.iter().rev().filter(|line| line.level <= level);
        let place = of_level.take(tail).last().map_or(lines.next, |line| line.number);
        drop(lines);
        Self { ring, news, level, place }
    }

    /// What there is, without waiting.
    pub fn take(&mut self) -> LogBatch {
        let lines = self.ring.lines.lock();
        let oldest = lines.kept.front().map_or(lines.next, |line| line.number);
        let missed = oldest.saturating_sub(self.place);
        let place = self.place.max(oldest);
        let mut batch = LogBatch { missed, lines: Vec::new() };
        self.place = lines.next;
        for line in lines.kept.iter().skip(usize::try_from(place - oldest).unwrap_or(usize::MAX)) {
            if batch.lines.len() == BATCH {
                self.place = line.number;
                break;
            }
            if line.level <= self.level {
                batch.lines.push(Arc::clone(line));
            }
        }
        batch
    }

    /// Waits for what comes; `None` when nothing comes any more.
    pub async fn follow(&mut self) -> Option<LogBatch> {
        loop {
            let is_closed = *self.news.borrow_and_update() == CLOSED;
            let batch = self.take();
            if batch.missed > 0 || !batch.lines.is_empty() {
                return Some(batch);
            }
            if is_closed {
                return None;
            }
            self.news.changed().await.ok()?;
        }
    }
}
