//! Following the outbox for one plugin: page by page, in order, at least once. A plugin that is out of order makes its
//! events wait; nothing is thrown away because of that.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    batch::{Batch, Run, message_of},
    progress::Progress,
};
use crate::{
    dispatch::wasm::{Fault, Plugin},
    model::{Context, Origin, OutboxPosition, outbox::Cursor},
    store::{self, Store},
};

/// Events in one call at most.
const PAGE: u32 = 100;
/// How long the first event of a page waits for others, which costs them less than a call of their own.
const COLLECT: Duration = Duration::from_millis(2);
/// The cursor is saved after so long, or after so many events: so much may come again after a crash.
const SAVE_AFTER: Duration = Duration::from_secs(1);
const SAVE_EVERY: i64 = 1000;
/// Crashes on a batch before its events are handed over one by one, to find the one that it crashes on.
const ATTEMPTS: u32 = 3;
/// Crashes on a single event before it is given up. By then the breaker has been open for half a minute, unless
/// configured: what goes by itself has gone by.
const ATTEMPTS_ALONE: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// What became of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handed {
    Over,
    /// The guest crashed on it each time.
    Crashing,
    /// It is to be handed over another time, or not at all: the end came, or the operator moved the cursor.
    Interrupted,
}

pub(super) struct Follower {
    store: Arc<dyn Store>,
    end: watch::Receiver<OutboxPosition>,
    version: watch::Receiver<Arc<Plugin>>,
    progress: Arc<Progress>,
    stop: CancellationToken,
    saved_at: Instant,
    name: String,
}

impl Follower {
    pub(super) fn new(
        store: Arc<dyn Store>,
        end: watch::Receiver<OutboxPosition>,
        version: watch::Receiver<Arc<Plugin>>,
        progress: Arc<Progress>,
        stop: CancellationToken,
    ) -> Self {
        let name = version.borrow().name().to_owned();
        Self { store, end, version, progress, stop, saved_at: Instant::now(), name }
    }

    /// Follows until the server stops or the plugin observes no more.
    pub(super) async fn run(mut self) {
        let progress = Arc::clone(&self.progress);
        let _turn = progress.turn.lock().await;
        // The cursor of a new plugin is one as soon as it observes.
        self.save().await;
        let _ = progress.is_settled.set(());
        while !self.is_ending() {
            if let Some(position) = self.progress.take_move() {
                self.progress.go_back(position);
            }
            match self.page().await {
                Ok(0) => self.rest().await,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(plugin = self.name, %error, "the outbox cannot be read");
                    self.wait(LAST_PAUSE).await;
                }
            }
            if self.unsaved() >= SAVE_EVERY || (self.unsaved() != 0 && self.saved_at.elapsed() >= SAVE_AFTER) {
                self.save().await;
            }
        }
        self.save().await;
    }

    /// Hands the next events over; says how many there were.
    async fn page(&mut self) -> Result<usize, store::Error> {
        let entries = self.store.list_events(self.progress.position(), PAGE).await?;
        let Some((last, count)) = entries.last().map(|entry| (entry.position, entries.len())) else { return Ok(0) };
        let hooks = self.version.borrow().manifest.hooks.clone();
        let ids: Vec<_> = entries.iter().filter_map(|entry| message_of(&entry.event, &hooks)).collect();
        let found = if ids.is_empty() { Vec::new() } else { self.store.find_messages(&ids).await? };
        let messages = found.into_iter().map(|message| (message.id, message)).collect();
        for run in Run::sort(entries, &hooks, &messages) {
            self.progress.next_is_of(Some(run.since));
            for batch in run.batches() {
                if !self.deliver(batch).await {
                    return Ok(count);
                }
                self.take(&batch);
            }
        }
        self.progress.take(last);
        Ok(count)
    }

    /// False when it was interrupted.
    async fn deliver(&mut self, batch: Batch<'_>) -> bool {
        let is_alone = batch.len() == 1;
        match self.hand_over(&batch, if is_alone { ATTEMPTS_ALONE } else { ATTEMPTS }).await {
            Handed::Over => true,
            Handed::Interrupted => false,
            Handed::Crashing if is_alone => {
                self.give_up();
                true
            }
            Handed::Crashing => {
                for event in batch.split() {
                    match self.hand_over(&event, ATTEMPTS_ALONE).await {
                        Handed::Over => {}
                        Handed::Interrupted => return false,
                        Handed::Crashing => self.give_up(),
                    }
                    self.take(&event);
                }
                true
            }
        }
    }

    /// Goes on behind what was told, once no hook is owed any of it.
    fn take(&self, batch: &Batch<'_>) {
        if let Some(position) = batch.position().filter(|_| batch.is_last) {
            self.progress.take(position);
        }
    }

    /// Calls until it succeeds, each time the version that runs then. An error that the guest answers is its word that
    /// it wants the events again, so that it is never told of them for the last time; a crash may be the events' own
    /// doing.
    async fn hand_over(&mut self, batch: &Batch<'_>, attempts: u32) -> Handed {
        let context = Context { origin: Origin::Timer, hop: batch.hop(), ..Context::admin() };
        let (mut crashes, mut pause) = (0, FIRST_PAUSE);
        loop {
            if self.is_ending() {
                return Handed::Interrupted;
            }
            let plugin = Arc::clone(&self.version.borrow_and_update());
            if !plugin.manifest.hooks.contains(&batch.hook) {
                // Another version, which does not ask for it.
                return Handed::Over;
            }
            let Err(fault) = batch.call(&plugin, &context).await else { return Handed::Over };
            // While it waits it must not hold a version that is to stop.
            drop(plugin);
            crashes += u32::from(is_crash(&fault));
            if self.progress.is_moved() {
                return Handed::Interrupted;
            }
            if crashes >= attempts {
                return Handed::Crashing;
            }
            if let Fault::Open { retry } | Fault::OverTime { retry } = fault {
                self.wait(retry).await;
            } else {
                self.wait(pause).await;
                pause = (pause * 4).min(LAST_PAUSE);
            }
        }
    }

    /// Until there is something to do: events, another place to go on from, another version, or a cursor to save.
    async fn rest(&mut self) {
        self.progress.next_is_of(None);
        let position = self.progress.position();
        let save = if self.unsaved() == 0 { Duration::MAX } else { SAVE_AFTER.saturating_sub(self.saved_at.elapsed()) };
        let news = async {
            // An error means that the store is gone, and with it the server.
            let _ = self.end.wait_for(|end| *end > position).await;
            tokio::time::sleep(COLLECT).await;
        };
        tokio::select! {
            () = news => {}
            () = self.progress.was_moved.notified() => {}
            _ = self.version.changed() => {}
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(save) => {}
        }
    }

    /// Whether there is somebody to call: not once the server stops or the plugin is gone.
    fn is_ending(&self) -> bool {
        self.stop.is_cancelled() || self.version.has_changed().is_err()
    }

    /// Waits so long, or until there is news: another version, another place, or the end.
    async fn wait(&mut self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.progress.was_moved.notified() => {}
            _ = self.version.changed() => {}
            () = self.stop.cancelled() => {}
        }
    }

    fn give_up(&self) {
        tracing::error!(plugin = self.name, "an event is given up: the plugin crashes on it each time");
        metrics::counter!("talaria_plugin_events_dropped_total", "plugin" => self.name.clone()).increment(1);
    }

    /// Events that would come again after a crash; negative after the operator moved the cursor back.
    fn unsaved(&self) -> i64 {
        self.progress.position().0 - self.progress.saved().0
    }

    /// A cursor that cannot be saved now is saved later; meanwhile more would come again.
    async fn save(&mut self) {
        self.saved_at = Instant::now();
        let is_kept = self.progress.is_kept.lock().await;
        if !*is_kept {
            return;
        }
        let position = self.progress.position();
        match self.store.upsert_cursor(Cursor { plugin: self.name.clone(), position }).await {
            Ok(()) => self.progress.save(position),
            Err(error) => tracing::warn!(plugin = self.name, %error, "the plugin's place cannot be saved"),
        }
    }
}

/// Whether the events themselves may be what the guest failed at.
const fn is_crash(fault: &Fault) -> bool {
    match fault {
        Fault::Timeout(_) | Fault::OutOfMemory { .. } | Fault::Trap { .. } | Fault::Interface(_) => true,
        Fault::Refused(_)
        | Fault::Open { .. }
        | Fault::OverTime { .. }
        | Fault::Replaced
        | Fault::Saturated
        | Fault::NoRoom(_) => false,
    }
}
