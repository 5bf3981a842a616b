//! Plugins that observe. What happened is in the store's outbox, and each plugin follows it with a cursor of its own:
//! in order, at least once, whatever is killed in between. A plugin that is switched off or out of order finds later
//! what came meanwhile; nobody who causes an event waits for those who observe it.

mod batch;
mod entry;
mod follower;
mod progress;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(super) use self::entry::hook_of;
use self::{entry::Entry, follower::Follower, progress::Progress};
use crate::{
    clock::Clock,
    dispatch::wasm::{Class, Plugin},
    model::{
        OutboxPosition, Timestamp,
        happened::Happened,
        outbox::{Changes, Cursor, OutboxRetention},
    },
    store::{self, Store},
};

/// Rows of the outbox that one write deletes.
const PURGE: u32 = 500;

/// What the operator sees of a plugin that observes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Lag {
    /// Events that the plugin has not taken yet; not all of them need be of a kind that it observes.
    pub waiting: i64,
    /// When the oldest of them happened, if that is known.
    pub since: Option<Timestamp>,
}

/// A plugin that follows. It ends when this is dropped.
#[derive(Debug)]
struct Observer {
    /// The version that events go to.
    version: watch::Sender<Arc<Plugin>>,
}

/// All plugins that observe, running or not.
#[derive(Debug)]
pub(super) struct Observers {
    tasks: TaskTracker,
    stop: CancellationToken,
    store: Arc<dyn Store>,
    clock: Clock,
    entry: Entry,
    following: Mutex<BTreeMap<String, Observer>>,
    /// Of each plugin that has a cursor.
    progress: Mutex<BTreeMap<String, Arc<Progress>>>,
}

impl Observers {
    /// Finds the cursors that are there, so that nothing is missed until their plugins are loaded.
    pub(super) async fn open(
        store: Arc<dyn Store>,
        clock: Clock,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, store::Error> {
        let cursors = store.list_cursors().await?;
        let progress = cursors.into_iter().map(|cursor| (cursor.plugin, Arc::new(Progress::at(cursor.position))));
        let entry = Entry::start(Arc::clone(&store), &tasks, stop.clone());
        let observers = Self {
            tasks,
            stop,
            store,
            clock,
            entry,
            following: Mutex::default(),
            progress: Mutex::new(progress.collect()),
        };
        observers.want_changes();
        Ok(observers)
    }

    /// Gives these versions what happens from now on and what their plugins have not taken yet. Those that are not
    /// among them end where they are.
    pub(super) fn follow(&self, running: &[&Arc<Plugin>]) {
        let observes = |plugin: &Plugin| plugin.manifest.hooks.iter().any(|hook| hook.class() == Class::Observer);
        let mut following = self.following.lock();
        following.retain(|name, _| running.iter().any(|plugin| plugin.name() == name && observes(plugin)));
        for plugin in running.iter().filter(|plugin| observes(plugin)) {
            match following.get(plugin.name()) {
                // Only another version is news: it is given at once what waits for the one before it to recover.
                Some(observer) => {
                    observer.version.send_if_modified(|version| {
                        let is_other = !Arc::ptr_eq(version, plugin);
                        if is_other {
                            *version = Arc::clone(plugin);
                        }
                        is_other
                    });
                }
                None => {
                    following.insert(plugin.name().to_owned(), self.start(plugin));
                }
            }
        }
        drop(following);
        // They are not said to be there before this has returned, so they miss nothing.
        self.want_changes();
    }

    fn start(&self, plugin: &Arc<Plugin>) -> Observer {
        let end = self.store.outbox_end();
        let mut progress = self.progress.lock();
        let progress = progress.entry(plugin.name().to_owned()).or_insert_with(|| {
            // It observes what happens from here on.
            let position = *end.borrow();
            Arc::new(Progress::at(position))
        });
        let (version, current) = watch::channel(Arc::clone(plugin));
        let follower = Follower::new(Arc::clone(&self.store), end, current, Arc::clone(progress), self.stop.clone());
        self.tasks.spawn(follower.run());
        Observer { version }
    }

    /// Changes are entered while somebody observes them. Of a plugin that is away, nobody knows what it will ask for.
    fn want_changes(&self) {
        let following = self.following.lock();
        let is_away = |name: &String| !following.contains_key(name);
        let wanted = if self.progress.lock().keys().any(is_away) {
            Changes::ALL
        } else {
            let of = |observer: &Observer| batch::changes(&observer.version.borrow().manifest.hooks);
            following.values().fold(Changes::NONE, |all, observer| all.and(of(observer)))
        };
        self.store.enter_changes(wanted);
    }

    /// Enters something that happened, without waiting.
    pub(super) fn enter(&self, happened: &Happened) {
        self.entry.enter(happened);
    }

    /// Enters something that happened; it is in the store when this returns.
    pub(super) async fn enter_at_once(&self, happened: &Happened) -> Result<(), store::Error> {
        let event = entry::encode(happened).map_err(|error| store::Error::Engine(error.into()))?;
        self.store.insert_events(vec![event]).await
    }

    /// Whether a plugin that observes, nobody knows what, is not there at the moment.
    pub(super) fn misses_somebody(&self) -> bool {
        !self.away().is_empty()
    }

    /// How far a plugin is behind; `None` when it does not observe.
    pub(super) fn lag(&self, plugin: &str) -> Option<Lag> {
        let progress = Arc::clone(self.progress.lock().get(plugin)?);
        let end = *self.store.outbox_end().borrow();
        Some(progress.lag(end))
    }

    /// Returns when the place of a plugin is in the store, from where on it misses nothing, whatever is killed.
    pub(super) async fn settled(&self, plugin: &str) {
        let progress = self.progress.lock().get(plugin).cloned();
        if let Some(progress) = progress {
            progress.is_settled.wait().await;
        }
    }

    /// Lets a plugin be told again of what happened from a date on, as far as it is kept. True when the plugin
    /// observes.
    pub(super) async fn replay(&self, plugin: &str, from: Timestamp) -> Result<bool, store::Error> {
        let Some(progress) = self.progress.lock().get(plugin).cloned() else { return Ok(false) };
        let position = self.store.find_position(from).await?;
        if self.following.lock().contains_key(plugin) {
            progress.move_to(position);
            return Ok(true);
        }
        // Nobody follows, so it is done here; one that is just ending is waited for.
        let _turn = progress.turn.lock().await;
        progress.go_back(position);
        let position = progress.position();
        self.store.upsert_cursor(Cursor { plugin: plugin.to_owned(), position }).await?;
        progress.save(position);
        Ok(true)
    }

    /// Forgets how far a plugin had got: when it comes back, it begins anew.
    pub(super) async fn forget(&self, plugin: &str) -> Result<(), store::Error> {
        let removed = self.progress.lock().remove(plugin);
        let Some(progress) = removed else { return Ok(()) };
        self.delete(plugin, &progress).await
    }

    /// Deletes the place of a plugin, which was removed from among the others.
    async fn delete(&self, plugin: &str, progress: &Progress) -> Result<(), store::Error> {
        // One that is ending saves its place no more, also when another of the same name has begun.
        *progress.is_kept.lock().await = false;
        self.store.delete_cursor(plugin).await?;
        self.want_changes();
        Ok(())
    }

    /// Deletes the events that nobody needs any more, and answers of how many commits. A plugin that is away and has
    /// missed some of those is forgotten.
    pub(super) async fn purge(&self, replay: Timestamp, wait: Timestamp) -> Result<usize, store::Error> {
        let oldest = self.store.find_position(wait).await?;
        for plugin in self.away() {
            if let Some(progress) = self.give_up(&plugin, oldest) {
                tracing::warn!(
                    plugin,
                    "the plugin is away for so long that its events go; it begins anew if it comes back"
                );
                self.delete(&plugin, &progress).await?;
            }
        }
        let mut deleted = 0;
        loop {
            let taken = self.progress.lock().values().map(|progress| progress.saved()).min();
            let retention = OutboxRetention { taken: taken.unwrap_or(OutboxPosition(i64::MAX)), replay, wait };
            let count = self.store.purge_events(retention, PURGE).await?;
            deleted += count;
            if count < PURGE as usize {
                return Ok(deleted);
            }
        }
    }

    /// Takes the place of a plugin away that has missed events from before `oldest`, unless it has come back meanwhile:
    /// then it goes on from there.
    fn give_up(&self, plugin: &str, oldest: OutboxPosition) -> Option<Arc<Progress>> {
        let following = self.following.lock();
        let mut progress = self.progress.lock();
        let has_missed = progress.get(plugin).is_some_and(|progress| progress.saved() < oldest);
        (has_missed && !following.contains_key(plugin)).then(|| progress.remove(plugin)).flatten()
    }

    /// Plugins that have a cursor and do not run.
    fn away(&self) -> Vec<String> {
        let following = self.following.lock();
        self.progress.lock().keys().filter(|name| !following.contains_key(*name)).cloned().collect()
    }

    /// Shows how far each plugin is behind, now and then; those that are away are behind as well.
    pub(super) async fn show_lag(&self) -> Result<(), store::Error> {
        let end = *self.store.outbox_end().borrow();
        let all: Vec<_> =
            self.progress.lock().iter().map(|(name, progress)| (name.clone(), Arc::clone(progress))).collect();
        for (plugin, progress) in all {
            if !self.following.lock().contains_key(&plugin) {
                let next = self.store.list_events(progress.position(), 1).await?;
                progress.next_is_of(next.first().map(|entry| entry.date));
            }
            let lag = progress.lag(end);
            let seconds = lag.since.map_or(0, |since| (self.clock.now().0 - since.0).max(0) / 1000);
            #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
            {
                metrics::gauge!("talaria_plugin_events_waiting", "plugin" => plugin.clone()).set(lag.waiting as f64);
                metrics::gauge!("talaria_plugin_event_lag_seconds", "plugin" => plugin).set(seconds as f64);
            }
        }
        Ok(())
    }
}
