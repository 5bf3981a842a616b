//! Queues of events for plugins that observe: bounded, in order, in batches. A queue belongs to a plugin's name and outlives
//! its versions.

mod batch;
mod delivery;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::delivery::Delivery;
use crate::{
    dispatch::wasm::{Class, Plugin},
    model::{
        Timestamp,
        message::Message,
        session::{CloseStatus, SessionInfo},
    },
};

/// Events that wait for one plugin; further ones are dropped and counted, because senders must not wait for observers.
const QUEUE: usize = 10_000;

/// Something that happened.
#[derive(Debug)]
pub(super) enum Event {
    Persisted(Arc<Message>),
    Opened(SessionInfo),
    Closed((SessionInfo, CloseStatus, Timestamp)),
}

/// One plugin's queue.
#[derive(Debug)]
pub(super) struct Observer {
    /// The version that events go to.
    version: watch::Sender<Arc<Plugin>>,
    events: mpsc::Sender<Event>,
    dropped: metrics::Counter,
}

/// The queues of all plugins that observe.
#[derive(Debug)]
pub(super) struct Observers {
    tasks: TaskTracker,
    stop: CancellationToken,
    queues: Mutex<BTreeMap<String, Arc<Observer>>>,
}

impl Observers {
    pub(super) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { tasks, stop, queues: Mutex::default() }
    }

    /// The queue of a plugin, from now on for this version of it.
    pub(super) fn attach(&self, plugin: &Arc<Plugin>) -> Arc<Observer> {
        let mut queues = self.queues.lock();
        let observer = queues.entry(plugin.name().to_owned()).or_insert_with(|| {
            let (events, received) = mpsc::channel(QUEUE);
            let dropped =
                metrics::counter!("talaria_plugin_events_dropped_total", "plugin" => plugin.name().to_owned());
            let (version, current) = watch::channel(Arc::clone(plugin));
            self.tasks.spawn(Delivery::new(current, received, self.stop.clone()).run());
            Arc::new(Observer { version, events, dropped })
        });
        // Only another version is news: it is given at once what waits for the one before it to recover.
        observer.version.send_if_modified(|version| {
            let is_other = !Arc::ptr_eq(version, plugin);
            if is_other {
                *version = Arc::clone(plugin);
            }
            is_other
        });
        Arc::clone(observer)
    }

    /// Forgets the queues of plugins that are gone or observe no more; what waits in them is still delivered to the
    /// version that was there last.
    pub(super) fn retain(&self, running: &[&Arc<Plugin>]) {
        let observes = |plugin: &Plugin| plugin.manifest.hooks.iter().any(|hook| hook.class() == Class::Observer);
        self.queues.lock().retain(|name, _| running.iter().any(|plugin| plugin.name() == name && observes(plugin)));
    }
}

/// Queues an event for each observer, without waiting.
pub(super) fn publish(observers: &[Arc<Observer>], event: impl Fn() -> Event) {
    for observer in observers {
        if observer.events.try_send(event()).is_err() {
            observer.dropped.increment(1);
        }
    }
}
