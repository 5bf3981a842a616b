//! Plugins that are called at times of their choice. How far each timer has got is in the store, and whoever writes
//! there that a moment has come calls the plugin: once for all nodes, and once after a stop, however many moments
//! passed meanwhile.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    dispatch::wasm::{Fault, Plugin, Timer},
    model::{Context, Origin, Timestamp, job::TimerMark},
    store::{self, Store},
};

/// The longest sleep: the clock may be set meanwhile.
const SLICE: Duration = Duration::from_secs(1);
/// After the store has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// All plugins that have timers.
#[derive(Debug)]
pub(super) struct Timers {
    tasks: TaskTracker,
    stop: CancellationToken,
    store: Arc<dyn Store>,
    clock: Clock,
    /// By name: the version that is called, and what ends its task.
    keeping: Mutex<BTreeMap<String, (Weak<Plugin>, CancellationToken)>>,
    /// Held by the task of a plugin: the next version's waits for a call of the one before.
    turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Timers {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { tasks, stop, store, clock, keeping: Mutex::default(), turns: Mutex::default() }
    }

    /// Keeps the timers of these versions, and of no others.
    pub(super) fn follow(&self, running: &[&Arc<Plugin>]) {
        let mut keeping = self.keeping.lock();
        keeping.retain(|_, (version, end)| {
            let stays = running.iter().any(|plugin| std::ptr::eq(version.as_ptr(), Arc::as_ptr(plugin)));
            if !stays {
                end.cancel();
            }
            stays
        });
        for plugin in running.iter().filter(|plugin| !plugin.timers().is_empty()) {
            if !keeping.contains_key(plugin.name()) {
                let (version, end) = (Arc::downgrade(plugin), self.stop.child_token());
                let name = plugin.name().to_owned();
                let keeper = Keeper {
                    store: Arc::clone(&self.store),
                    clock: self.clock.clone(),
                    version: Weak::clone(&version),
                    timers: plugin.timers().to_vec(),
                    name: name.clone(),
                    end: end.clone(),
                };
                let turn = Arc::clone(self.turns.lock().entry(name.clone()).or_default());
                self.tasks.spawn(async move {
                    let _turn = turn.lock().await;
                    keeper.run().await;
                });
                keeping.insert(name, (version, end));
            }
        }
    }

    /// Forgets how far the timers of a plugin had got that was removed.
    pub(super) async fn forget(&self, plugin: &str) -> Result<(), store::Error> {
        self.turns.lock().remove(plugin);
        self.store.delete_timers(plugin).await
    }
}

/// Calls one version at its times, one timer after the other.
struct Keeper {
    store: Arc<dyn Store>,
    clock: Clock,
    /// While it waits it must not hold a version that is to stop.
    version: Weak<Plugin>,
    timers: Vec<Timer>,
    name: String,
    end: CancellationToken,
}

fn mark(timer: &Timer, fired: Timestamp) -> TimerMark {
    TimerMark { cron: timer.expression().to_owned(), fired }
}

impl Keeper {
    async fn run(&self) {
        while !self.end.is_cancelled() {
            let mut sleep = SLICE;
            for timer in &self.timers {
                if self.end.is_cancelled() {
                    return;
                }
                match self.look(timer).await {
                    Ok(left) => sleep = sleep.min(left),
                    Err(error) => {
                        tracing::error!(plugin = self.name, timer = timer.name(), %error, "the timer is kept from firing");
                        sleep = PAUSE;
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(sleep) => {}
                () = self.end.cancelled() => {}
            }
        }
    }

    /// Fires if it is time; answers how long it is until the next time.
    async fn look(&self, timer: &Timer) -> Result<Duration, store::Error> {
        let (now, known) = (self.clock.now(), self.store.find_timer(&self.name, timer.name()).await?);
        let Some(fired) = known.as_ref().filter(|known| known.cron == timer.expression()).map(|known| known.fired)
        else {
            // A new timer, or another expression: what was before it counts for nothing.
            self.advance(timer, known, now).await?;
            return Ok(self.until_next(timer, now));
        };
        if let Some(due) = timer.last_within(fired, now)
            && self.advance(timer, known, due).await?
            && !self.fire(timer, due).await
        {
            // It was not called: whoever keeps the timer next does it.
            self.advance(timer, Some(mark(timer, due)), fired).await?;
            return Ok(PAUSE);
        }
        Ok(self.until_next(timer, self.clock.now()))
    }

    /// True for the one who gets to call the plugin.
    async fn advance(&self, timer: &Timer, known: Option<TimerMark>, to: Timestamp) -> Result<bool, store::Error> {
        self.store.advance_timer(&self.name, timer.name(), known, mark(timer, to)).await
    }

    fn until_next(&self, timer: &Timer, now: Timestamp) -> Duration {
        let left = timer.next_after(now).map(|next| u64::try_from(next.0 - now.0).unwrap_or_default());
        left.map_or(SLICE, |left| SLICE.min(Duration::from_millis(left)))
    }

    /// False when the plugin was not called. One that the breaker keeps from being called has had its turn.
    async fn fire(&self, timer: &Timer, due: Timestamp) -> bool {
        let Some(plugin) = self.version.upgrade().filter(|_| !self.end.is_cancelled()) else { return false };
        tracing::debug!(plugin = self.name, timer = timer.name(), due = due.0, "the timer fires");
        let context = Context { origin: Origin::Timer, ..Context::admin() };
        // What fails is logged and counted where calls are.
        let fired = plugin.timer_fired(&context, timer.name(), due).await;
        !matches!(fired, Err(Fault::Saturated | Fault::NoRoom(_) | Fault::Replaced | Fault::OverTime { .. }))
    }
}
