//! What plugins are asked and what they answer, for those who record it: a bounded queue for each of them, of lines
//! that are ready to be written. One that reads too slowly loses lines, is told how many, and delays nobody.

mod call;
mod mask;
mod recording;

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::sync::Notify;

pub(super) use self::mask::mask;
pub use self::{
    call::{FORMAT, RecordedCall, RecordedFault},
    recording::{Recording, RecordingError},
};
use super::wasm::Hook;

/// Lines that wait for one who records,
const LINES: usize = 1_000;
/// with so many bytes.
const BYTES: usize = 16 << 20;

/// The line in the place of one call.
const MISSED: &str = r#"{"missed":1}"#;

/// All those who record.
#[derive(Debug, Default)]
pub struct Recordings {
    /// How many there are: what is asked at every call.
    count: AtomicUsize,
    queues: Mutex<Vec<Arc<Queue>>>,
}

#[derive(Debug)]
struct Queue {
    plugin: String,
    /// All when empty.
    hooks: Vec<Hook>,
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: VecDeque<String>,
    bytes: usize,
    /// Lost since the last line that waits. Until they are told of, no line is taken: a gap is in one place.
    missed: u64,
    /// None comes any more.
    is_closed: bool,
}

/// Somebody who records a plugin, until it is dropped.
#[derive(Debug)]
pub struct Recorder {
    recordings: Arc<Recordings>,
    queue: Arc<Queue>,
}

/// What came since.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecorderBatch {
    /// As JSON: a call each, or `{"missed": 1}` in the place of one that was too large.
    pub lines: Vec<String>,
    /// Calls after these that are lost.
    pub missed: u64,
}

impl Recordings {
    /// Whether somebody records this. While nobody records anything, it costs one relaxed load.
    #[inline]
    pub(super) fn want(&self, plugin: &str, hook: Hook) -> bool {
        self.count.load(Ordering::Relaxed) > 0 && self.find(plugin, hook)
    }

    #[cold]
    fn find(&self, plugin: &str, hook: Hook) -> bool {
        self.queues.lock().iter().any(|queue| queue.wants(plugin, hook))
    }

    /// Begins to record a plugin: these hooks, or all if there are none.
    pub(super) fn open(self: &Arc<Self>, plugin: &str, hooks: Vec<Hook>) -> Recorder {
        let queue =
            Arc::new(Queue { plugin: plugin.to_owned(), hooks, waiting: Mutex::default(), news: Notify::new() });
        let mut queues = self.queues.lock();
        queues.push(Arc::clone(&queue));
        self.count.store(queues.len(), Ordering::Relaxed);
        drop(queues);
        gauge(plugin).increment(1.0);
        Recorder { recordings: Arc::clone(self), queue }
    }

    /// Tells those who record it of a call.
    pub(super) fn enter(&self, hook: Hook, call: &RecordedCall) {
        let line = serde_json::to_string(call).unwrap_or_default();
        for queue in self.queues.lock().iter().filter(|queue| queue.wants(&call.plugin, hook)) {
            queue.push(&line);
        }
    }

    /// Tells those who record it that a call is not told of. It stands in its place, and nothing after it is lost.
    pub(super) fn miss(&self, plugin: &str, hook: Hook) {
        for queue in self.queues.lock().iter().filter(|queue| queue.wants(plugin, hook)) {
            queue.push(MISSED);
        }
    }

    /// Ends the recordings of a plugin that was removed.
    pub(super) fn forget(&self, plugin: &str) {
        for queue in self.queues.lock().iter().filter(|queue| queue.plugin == plugin) {
            queue.waiting.lock().is_closed = true;
            queue.news.notify_one();
        }
    }
}

impl Queue {
    fn wants(&self, plugin: &str, hook: Hook) -> bool {
        self.plugin == plugin && (self.hooks.is_empty() || self.hooks.contains(&hook))
    }

    fn push(&self, line: &str) {
        let mut waiting = self.waiting.lock();
        if waiting.missed > 0 || waiting.lines.len() == LINES || waiting.bytes + line.len() > BYTES {
            waiting.missed += 1;
        } else {
            waiting.bytes += line.len();
            waiting.lines.push_back(line.to_owned());
        }
        drop(waiting);
        self.news.notify_one();
    }

    /// What there is, and whether that was all.
    fn take(&self) -> (RecorderBatch, bool) {
        let mut waiting = self.waiting.lock();
        waiting.bytes = 0;
        let (lines, missed) = (std::mem::take(&mut waiting.lines), std::mem::take(&mut waiting.missed));
        (RecorderBatch { lines: lines.into(), missed }, waiting.is_closed)
    }
}

impl Recorder {
    /// Waits for what comes; `None` when nothing comes any more.
    pub async fn follow(&mut self) -> Option<RecorderBatch> {
        loop {
            let (batch, is_closed) = self.queue.take();
            if batch.missed > 0 || !batch.lines.is_empty() {
                return Some(batch);
            }
            if is_closed {
                return None;
            }
            self.queue.news.notified().await;
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let mut queues = self.recordings.queues.lock();
        queues.retain(|queue| !Arc::ptr_eq(queue, &self.queue));
        self.recordings.count.store(queues.len(), Ordering::Relaxed);
        gauge(&self.queue.plugin).decrement(1.0);
    }
}

fn gauge(plugin: &str) -> metrics::Gauge {
    metrics::gauge!("talaria_plugin_recorders", "plugin" => plugin.to_owned())
}

#[cfg(test)]
mod tests;
