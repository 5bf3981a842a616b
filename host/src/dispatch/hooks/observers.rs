//! Queues of events for plugins that observe: bounded, in order, in batches. A queue belongs to a plugin's name and outlives
//! its versions.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    dispatch::wasm::{Class, Fault, Plugin},
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
    plugin: Arc<ArcSwap<Plugin>>,
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
            let current = Arc::new(ArcSwap::new(Arc::clone(plugin)));
            self.tasks.spawn(serve(Arc::clone(&current), received, self.stop.clone()));
            Arc::new(Observer { plugin: current, events, dropped })
        });
        observer.plugin.store(Arc::clone(plugin));
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

/// Hands over what is queued until the queue is closed and empty: a version that is replaced or taken off its hooks is held
/// here until then, so it is still in working order.
async fn serve(plugin: Arc<ArcSwap<Plugin>>, mut received: mpsc::Receiver<Event>, stop: CancellationToken) {
    let mut events = Vec::with_capacity(BATCH);
    loop {
        let count = tokio::select! {
            biased;
            count = received.recv_many(&mut events, BATCH) => count,
            () = stop.cancelled() => {
                received.close();
                received.recv_many(&mut events, BATCH).await
            }
        };
        if count == 0 {
            return;
        }
        deliver(&plugin, &mut events).await;
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

    fn len(&self) -> u64 {
        let length = match self {
            Self::Persisted(messages) => messages.len(),
            Self::Opened(sessions) => sessions.len(),
            Self::Closed(sessions) => sessions.len(),
        };
        length as u64
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
async fn deliver(plugin: &ArcSwap<Plugin>, events: &mut Vec<Event>) {
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

/// Each attempt goes to the version that runs then.
async fn retry(plugin: &ArcSwap<Plugin>, context: &Context, batch: &Batch) {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        if batch.call(&plugin.load_full(), context).await.is_ok() {
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 4;
    }
    let plugin = plugin.load_full();
    if batch.call(&plugin, context).await.is_err() {
        tracing::error!(plugin = plugin.name(), "events are given up after {ATTEMPTS} attempts");
        metrics::counter!("talaria_plugin_events_dropped_total", "plugin" => plugin.name().to_owned())
            .increment(batch.len());
    }
}
