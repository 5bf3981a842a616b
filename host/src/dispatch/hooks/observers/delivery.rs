//! Handing events over to the one plugin of a queue, in order, at least once. A plugin that is out of order keeps its queue
//! waiting; nothing is thrown away because of that.

use std::{sync::Arc, time::Duration};

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{Event, batch::Batch};
use crate::{
    dispatch::wasm::{Fault, Plugin},
    model::{Context, Origin},
};

/// Events in one call.
const BATCH: usize = 100;
/// Crashes on a batch before its events are handed over one by one, to find the one that it crashes on; and failures of any
/// kind before a batch is given up when the queue ends.
const ATTEMPTS: u32 = 3;
/// Crashes on a single event before it is given up. By then the breaker has been open for half a minute, unless configured:
/// what goes by itself has gone by.
const ATTEMPTS_ALONE: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// What became of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handed {
    Over,
    /// The guest crashed on it each time.
    Crashing,
    /// The queue ends, and the guest does not take it.
    Ended,
}

/// The consumer of one queue.
pub(super) struct Delivery {
    version: watch::Receiver<Arc<Plugin>>,
    events: mpsc::Receiver<Event>,
    stop: CancellationToken,
    waiting: metrics::Gauge,
}

impl Delivery {
    pub(super) fn new(
        version: watch::Receiver<Arc<Plugin>>,
        events: mpsc::Receiver<Event>,
        stop: CancellationToken,
    ) -> Self {
        let name = version.borrow().name().to_owned();
        Self { version, events, stop, waiting: metrics::gauge!("talaria_plugin_events_waiting", "plugin" => name) }
    }

    /// Hands over what is queued until the queue is closed and empty: a version that is replaced or taken off its hooks is
    /// held here until then, so it is still in working order.
    pub(super) async fn run(mut self) {
        let mut events = Vec::with_capacity(BATCH);
        loop {
            let count = tokio::select! {
                biased;
                count = self.events.recv_many(&mut events, BATCH) => count,
                () = self.stop.cancelled() => {
                    self.events.close();
                    self.events.recv_many(&mut events, BATCH).await
                }
            };
            if count == 0 {
                return;
            }
            for batch in Batch::sort(events.drain(..)) {
                self.deliver(batch).await;
            }
            self.show_waiting(0);
        }
    }

    async fn deliver(&mut self, batch: Batch) {
        match self.hand_over(&batch, if batch.len() > 1 { ATTEMPTS } else { ATTEMPTS_ALONE }).await {
            Handed::Over => {}
            Handed::Crashing if batch.len() > 1 => {
                for event in batch.split() {
                    if self.hand_over(&event, ATTEMPTS_ALONE).await != Handed::Over {
                        self.give_up(&event);
                    }
                }
            }
            Handed::Crashing | Handed::Ended => self.give_up(&batch),
        }
    }

    /// Calls until it succeeds, each time the version that runs then. An error that the guest answers is its word that it
    /// wants the events again, so that it is never told of them for the last time; a crash may be the events' own doing.
    async fn hand_over(&mut self, batch: &Batch, attempts: u32) -> Handed {
        let context = Context { origin: Origin::Timer, ..Context::admin() };
        let (mut failures, mut crashes, mut pause) = (0, 0, FIRST_PAUSE);
        loop {
            let plugin = Arc::clone(&self.version.borrow_and_update());
            let Err(fault) = batch.call(&plugin, &context).await else { return Handed::Over };
            // While it waits it must not hold a version that is to stop.
            drop(plugin);
            let is_open = matches!(fault, Fault::Open { .. });
            failures += u32::from(!is_open);
            crashes += u32::from(is_crash(&fault));
            if self.is_ending() && (is_open || failures >= ATTEMPTS) {
                return Handed::Ended;
            }
            if crashes >= attempts {
                return Handed::Crashing;
            }
            self.show_waiting(batch.len());
            if let Fault::Open { retry } = fault {
                self.wait(retry).await;
            } else {
                self.wait(pause).await;
                pause = (pause * 4).min(LAST_PAUSE);
            }
        }
    }

    /// Whether there is somebody to wait for: not once the server stops or the plugin is gone.
    fn is_ending(&self) -> bool {
        self.stop.is_cancelled() || self.version.has_changed().is_err()
    }

    /// Waits so long, or until there is news: another version, or the end.
    async fn wait(&mut self, pause: Duration) {
        if self.is_ending() {
            return tokio::time::sleep(pause).await;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = self.version.changed() => {}
            () = self.stop.cancelled() => {}
        }
    }

    fn give_up(&self, batch: &Batch) {
        let plugin = self.version.borrow();
        tracing::error!(
            plugin = plugin.name(),
            events = batch.len(),
            "events are given up: the plugin does not take them"
        );
        metrics::counter!("talaria_plugin_events_dropped_total", "plugin" => plugin.name().to_owned())
            .increment(batch.len());
    }

    fn show_waiting(&self, in_hand: u64) {
        self.waiting.set((self.events.len() as u64 + in_hand) as f64);
    }
}

/// Whether the events themselves may be what the guest failed at.
const fn is_crash(fault: &Fault) -> bool {
    match fault {
        Fault::Timeout(_) | Fault::OutOfMemory { .. } | Fault::Trap { .. } | Fault::Interface(_) => true,
        Fault::Refused(_) | Fault::Open { .. } | Fault::Saturated => false,
    }
}
