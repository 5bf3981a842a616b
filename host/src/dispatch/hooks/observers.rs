//! Plugins that observe. What happened is in the store's outbox, and each plugin follows it with a cursor of its own: in
//! order, at least once, whatever is killed in between. A plugin that is switched off or out of order finds later what came
//! meanwhile; nobody who causes an event waits for those who observe it.

mod batch;
mod entry;
mod follower;
mod progress;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
};

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(super) use self::entry::Happened;
use self::{entry::Entry, follower::Follower, progress::Progress};
use crate::{
    clock::Clock,
    dispatch::wasm::{Class, Plugin},
    model::{
        OutboxPosition, Timestamp,
        outbox::{Changes, OutboxRetention},
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
        observers.want_changes(&[]);
        Ok(observers)
    }

    /// Gives these versions what happens from now on and what their plugins have not taken yet. Those that are not among
    /// them end where they are.
    pub(super) fn follow(&self, running: &[&Arc<Plugin>]) {
        let observes = |plugin: &Plugin| plugin.manifest.hooks.iter().any(|hook| hook.class() == Class::Observer);
        // Before they are said to be there, so that they miss nothing.
        self.want_changes(running);
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
        let follower = Follower::new(
            Arc::clone(&self.store),
            end,
            current,
            Arc::clone(progress),
            self.clock.clone(),
            self.stop.clone(),
        );
        self.tasks.spawn(follower.run());
        Observer { version }
    }

    /// Changes are entered while somebody observes them. Of a plugin that is away, nobody knows what it will ask for.
    fn want_changes(&self, running: &[&Arc<Plugin>]) {
        let is_away = |name: &String| !running.iter().any(|plugin| plugin.name() == name);
        let wanted = if self.progress.lock().keys().any(is_away) {
            Changes::ALL
        } else {
            running.iter().fold(Changes::NONE, |all, plugin| all.and(batch::changes(&plugin.manifest.hooks)))
        };
        self.store.enter_changes(wanted);
    }

    /// Enters something that happened, without waiting.
    pub(super) fn enter(&self, happened: &Happened) {
        self.entry.enter(happened);
    }

    /// How far a plugin is behind; `None` when it does not observe.
    pub(super) fn lag(&self, plugin: &str) -> Option<Lag> {
        let progress = Arc::clone(self.progress.lock().get(plugin)?);
        let end = *self.store.outbox_end().borrow();
        Some(progress.lag(end))
    }

    /// Lets a plugin be told again of what happened from a date on, as far as it is kept. True when the plugin observes.
    pub(super) async fn replay(&self, plugin: &str, from: Timestamp) -> Result<bool, store::Error> {
        let Some(progress) = self.progress.lock().get(plugin).cloned() else { return Ok(false) };
        progress.move_to(self.store.find_position(from).await?);
        Ok(true)
    }

    /// Forgets how far a plugin had got: when it comes back, it begins anew.
    pub(super) async fn forget(&self, plugin: &str) -> Result<(), store::Error> {
        let Some(progress) = self.progress.lock().remove(plugin) else { return Ok(()) };
        // A follower that is about to end saves its place and sees this afterwards, so that one of both deletes last.
        progress.is_forgotten.store(true, Ordering::SeqCst);
        self.store.delete_cursor(plugin).await?;
        Ok(())
    }

    /// Deletes the events that nobody needs any more, and answers of how many commits.
    pub(super) async fn purge(&self, replay: Timestamp, wait: Timestamp) -> Result<usize, store::Error> {
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
}
