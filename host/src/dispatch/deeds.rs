//! What plugins have the server do. A deed is queued and carried out after those before it of the same plugin, through
//! the same door as a client's request and never within the call that asked for it: a filter that waited for another
//! message could wait for itself.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Bus, Error};
use crate::model::{Context, MessageId, Origin, UserId, command::UpdateMessage, message::Draft};

/// Deeds of one plugin that wait.
const QUEUE: usize = 256;
/// Plugins that one thing may come through: what a plugin does because of what a fourth one did is refused.
pub(super) const HOP_LIMIT: u8 = 4;

/// Something that a plugin wants done, mostly for a user.
pub(super) enum Deed {
    Send(Draft),
    /// An edit or a recall.
    Update(Box<UpdateMessage>),
    /// Decides about a message that the plugin holds.
    Decide {
        message: MessageId,
        releases: bool,
    },
}

/// What came of a deed: a message's id, if it made one.
pub(super) type Outcome = Result<Option<MessageId>, Error>;

/// A deed on its way.
struct Job {
    actor: UserId,
    deed: Deed,
    hop: u8,
    /// Nobody waits for the outcome when `None`.
    answer: Option<oneshot::Sender<Outcome>>,
}

/// A deed is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotTaken {
    /// It has come through too many plugins.
    HopLimit,
    /// Too many of this plugin wait.
    Full,
    /// The server stops.
    Stopping,
}

/// The queues of all plugins, each made with its plugin's first deed.
pub struct Deeds {
    /// The bus holds the hooks, these the plugins, and plugins what they may ask of the server, which is here: a bus
    /// that was owned would never be dropped.
    bus: Weak<Bus>,
    tasks: TaskTracker,
    stop: CancellationToken,
    queues: Mutex<HashMap<Arc<str>, mpsc::Sender<Job>>>,
}

impl Deeds {
    /// Those who carry deeds out are tasks of `tasks`; when `stop` is cancelled they take no more and end with what
    /// waits.
    #[must_use]
    pub fn new(bus: Weak<Bus>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { bus, tasks, stop, queues: Mutex::default() }
    }

    /// The way of what is only looked up.
    pub(super) fn bus(&self) -> Option<Arc<Bus>> {
        self.bus.upgrade()
    }

    /// Has something done, after this call.
    pub(super) fn enter(&self, plugin: &Arc<str>, actor: UserId, deed: Deed, hop: u8) -> Result<(), NotTaken> {
        self.queue(plugin, Job { actor, deed, hop, answer: None })
    }

    /// Has something done and waits for it.
    pub(super) async fn carry_out(
        &self,
        plugin: &Arc<str>,
        actor: UserId,
        deed: Deed,
        hop: u8,
    ) -> Result<Outcome, NotTaken> {
        let (answer, outcome) = oneshot::channel();
        self.queue(plugin, Job { actor, deed, hop, answer: Some(answer) })?;
        outcome.await.map_err(|_| NotTaken::Stopping)
    }

    fn queue(&self, plugin: &Arc<str>, job: Job) -> Result<(), NotTaken> {
        if job.hop > HOP_LIMIT {
            return Err(NotTaken::HopLimit);
        }
        let queue = self.queue_of(plugin)?;
        queue.try_send(job).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => NotTaken::Full,
            mpsc::error::TrySendError::Closed(_) => NotTaken::Stopping,
        })
    }

    fn queue_of(&self, plugin: &Arc<str>) -> Result<mpsc::Sender<Job>, NotTaken> {
        let mut queues = self.queues.lock();
        if let Some(queue) = queues.get(plugin) {
            return Ok(queue.clone());
        }
        let bus = self.bus().filter(|_| !self.stop.is_cancelled()).ok_or(NotTaken::Stopping)?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        self.tasks.spawn(work(bus, Arc::clone(plugin), jobs, self.stop.clone()));
        queues.insert(Arc::clone(plugin), queue.clone());
        Ok(queue)
    }
}

/// Carries out what comes, in order, until the server stops.
async fn work(bus: Arc<Bus>, plugin: Arc<str>, mut jobs: mpsc::Receiver<Job>, stop: CancellationToken) {
    loop {
        let job = tokio::select! {
            biased;
            job = jobs.recv() => job,
            () = stop.cancelled() => {
                jobs.close();
                jobs.recv().await
            }
        };
        let Some(Job { actor, deed, hop, answer }) = job else { return };
        let context = Context { origin: Origin::Plugin, actor, hop, ..Context::admin() };
        let outcome = bus.carry_out(&context, &plugin, deed).await;
        match answer {
            // Whoever waited may have run out of time; it is done all the same.
            Some(answer) => drop(answer.send(outcome)),
            None => {
                if let Err(error) = outcome {
                    tracing::warn!(plugin = &*plugin, user = %actor, "what the plugin wanted done was refused: {error}");
                }
            }
        }
    }
}
