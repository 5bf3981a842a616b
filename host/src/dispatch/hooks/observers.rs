//! Queues of events for plugins that observe: bounded, in order, in batches. A queue belongs to a plugin's name and outlives
//! its versions.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    dispatch::wasm::{Fault, Plugin},
    model::{
        Context, Origin, Timestamp,
        message::Message,
        session::{CloseStatus, SessionInfo},
    },
};

/// Events that wait for one plugin; further ones are dropped and counted, because senders must not wait for observers.
const QUEUE: usize = 10_000;
/// Events in one call.
const BATCH: usize = 100;
/// Calls for one batch before it is given up.
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

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
    plugin: ArcSwap<Plugin>,
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
            let observer = Arc::new(Observer { plugin: ArcSwap::new(Arc::clone(plugin)), events, dropped });
            // The task must not keep its own queue open.
            let weak = Arc::downgrade(&observer);
            self.tasks.spawn(serve(weak, received, self.stop.clone()));
            observer
        });
        observer.plugin.store(Arc::clone(plugin));
        Arc::clone(observer)
    }

    /// Forgets the queues of plugins that are gone; what waits in them is still delivered to their last version.
    pub(super) fn retain(&self, running: &[&Arc<Plugin>]) {
        self.queues.lock().retain(|name, _| running.iter().any(|plugin| plugin.name() == name));
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

async fn serve(observer: std::sync::Weak<Observer>, mut received: mpsc::Receiver<Event>, stop: CancellationToken) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let count = tokio::select! {
            biased;
            count = received.recv_many(&mut batch, BATCH) => count,
            () = stop.cancelled() => {
                received.close();
                received.recv_many(&mut batch, BATCH).await
            }
        };
        let Some(observer) = observer.upgrade().filter(|_| count > 0) else { return };
        let plugin = observer.plugin.load_full();
        drop(observer);
        deliver(&plugin, &mut batch).await;
        batch.clear();
    }
}

/// Events of one kind, as a plugin receives them.
enum Batch {
    Persisted(Vec<Arc<Message>>),
    Opened(Vec<SessionInfo>),
    Closed(Vec<(SessionInfo, CloseStatus, Timestamp)>),
}

impl Batch {
    fn of(event: Event) -> Self {
        match event {
            Event::Persisted(message) => Self::Persisted(vec![message]),
            Event::Opened(session) => Self::Opened(vec![session]),
            Event::Closed(session) => Self::Closed(vec![session]),
        }
    }

    /// Takes the event in, or begins a new batch when it is of another kind.
    fn push(&mut self, event: Event) -> Option<Self> {
        match (self, event) {
            (Self::Persisted(messages), Event::Persisted(message)) => messages.push(message),
            (Self::Opened(sessions), Event::Opened(session)) => sessions.push(session),
            (Self::Closed(sessions), Event::Closed(session)) => sessions.push(session),
            (_, event) => return Some(Self::of(event)),
        }
        None
    }

    async fn call(&self, plugin: &Plugin, context: &Context) -> Result<(), Fault> {
        match self {
            Self::Persisted(messages) => plugin.message_persisted(context, messages).await,
            Self::Opened(sessions) => plugin.session_opened(context, sessions).await,
            Self::Closed(sessions) => plugin.session_closed(context, sessions).await,
        }
    }
}

/// Hands over events, split where their kind changes so that the order is kept.
async fn deliver(plugin: &Plugin, events: &mut Vec<Event>) {
    let mut batches: Vec<Batch> = Vec::new();
    for event in events.drain(..) {
        let next = match batches.last_mut() {
            Some(last) => last.push(event),
            None => Some(Batch::of(event)),
        };
        batches.extend(next);
    }
    let context = Context { origin: Origin::Timer, ..Context::admin() };
    for batch in batches {
        retry(plugin, &context, &batch).await;
    }
}

async fn retry(plugin: &Plugin, context: &Context, batch: &Batch) {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        if batch.call(plugin, context).await.is_ok() {
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 4;
    }
    if batch.call(plugin, context).await.is_err() {
        tracing::error!(plugin = plugin.name(), "events are given up after {ATTEMPTS} attempts");
    }
}
