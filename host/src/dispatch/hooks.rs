//! The hooks that plugins may handle, as the rest of the server sees them: plain calls with plain data. With no plugin
//! on a hook, a call costs one atomic load. Who handles what is one table, replaced as a whole, so that an operation
//! meets either all of a plugin's old version or all of its new one.

mod chain;
mod commands;
mod exposure;
mod filters;
mod jobs;
mod meetings;
mod observers;
mod push;
mod resources;
mod subjects;
mod table;
mod timers;
mod views;

use std::{collections::BTreeMap, sync::Arc};

use arc_swap::ArcSwap;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(super) use self::push::{BeforePush, Push};
pub(super) use self::subjects::{
    AnswerSubject, Answering, Founding, Joining, ProfileChange, Questioning, SettingsChange, SettingsScope,
};
pub(super) use self::views::{HistoryView, RecipientsView, View};
use self::{exposure::Route, jobs::Jobs, observers::Observers, table::Table, timers::Timers};
pub use self::{jobs::JobSettings, observers::Lag};
use super::wasm::{Hook, Invocation, Plugin, Traits};
use crate::{
    clock::Clock,
    model::{
        Context, Timestamp, UserId,
        command::CustomRequest,
        happened::{DroppedMessage, Happened},
        held::Hold,
        job::JobCounts,
        message::{Draft, Message},
        notification::Recipients,
        session::{CloseStatus, EndedSession, Login, SessionInfo},
    },
    store::{self, Store},
};

/// A refusal by a plugin, as the user sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denial {
    /// A status code of the protocol, or one from 20000 to 29999.
    pub code: i32,
    pub text: String,
}

/// What a filter chain decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Continue,
    Deny(Denial),
    /// Answer as if it had been done, and do nothing.
    Drop,
}

/// What became of a message before it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passage {
    Continue,
    Deny(Denial),
    /// Answer as if it had been sent, and do nothing.
    Drop,
    /// Answer as if it had been sent, and wait for somebody's decision.
    Hold(Box<Hold>),
}

/// What the provider of authentication decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Authentication {
    Accept,
    Deny(Denial),
    /// No plugin decides: the built-in password check does.
    BuiltIn,
}

/// What plugins made of something that the server leaves to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<T> {
    Answer(T),
    Deny(Denial),
    /// No plugin serves it.
    Pass,
}

/// The hooks with the plugins on them.
#[derive(Debug)]
pub struct Hooks {
    table: ArcSwap<Table>,
    /// The running version of each plugin, by name: what the table is made from. Locked to change it, never to call.
    running: Mutex<BTreeMap<String, Arc<Plugin>>>,
    observers: Observers,
    timers: Timers,
    jobs: Jobs,
}

impl Hooks {
    /// No plugin yet. Observers work as tasks of `tasks` and end when `stop` is cancelled, each with the call that is
    /// under way; they go on from there at the next start.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Clock,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, store::Error> {
        let timers = Timers::new(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone());
        let jobs = Jobs::new(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone());
        let observers = Observers::open(store, clock, tasks, stop).await?;
        Ok(Self { table: ArcSwap::default(), running: Mutex::default(), observers, timers, jobs })
    }

    /// Says how jobs are run, before there is a plugin. What this node was running when it ended is run again.
    pub async fn with_jobs(mut self, settings: JobSettings) -> Result<Self, store::Error> {
        self.jobs.set(settings).await?;
        Ok(self)
    }

    /// Puts a version in place of the one before it, which is returned. Operations that begin afterwards meet the new
    /// one.
    pub(super) fn attach(&self, plugin: Arc<Plugin>) -> Option<Arc<Plugin>> {
        let mut running = self.running.lock();
        let replaced = running.insert(plugin.name().to_owned(), plugin).inspect(|replaced| replaced.leave());
        self.rebuild(&running);
        replaced
    }

    /// Of the commands of a plugin, one that another running plugin has, and that plugin's name.
    pub(super) fn find_taken(&self, plugin: &Plugin) -> Option<(String, String)> {
        let running = self.running.lock();
        let others = running.values().filter(|other| other.name() != plugin.name());
        let versions: Vec<_> = others.flat_map(|other| [Some(Arc::clone(other)), other.beside()]).flatten().collect();
        let mut taken =
            versions.iter().flat_map(|other| other.commands().iter().map(|command| (command, other.name())));
        let (command, owner) =
            taken.find(|(command, _)| plugin.commands().iter().any(|own| own.name == command.name))?;
        Some((command.name.clone(), owner.to_owned()))
    }

    /// Takes a plugin off all hooks.
    pub(super) fn detach(&self, name: &str) -> Option<Arc<Plugin>> {
        let mut running = self.running.lock();
        let removed = running.remove(name).inspect(|removed| removed.leave());
        self.rebuild(&running);
        removed
    }

    /// Takes over how much plugins decide, which has changed.
    pub(super) fn refresh(&self) {
        self.rebuild(&self.running.lock());
    }

    fn rebuild(&self, running: &BTreeMap<String, Arc<Plugin>>) {
        let running: Vec<_> = running.values().collect();
        // Who is in shadow is told nothing; the version beside it, which decides, is.
        let told: Vec<_> = running.iter().filter_map(|plugin| plugin.deciding()).collect();
        self.observers.follow(&told.iter().collect::<Vec<_>>());
        self.timers.follow(&told.iter().collect::<Vec<_>>());
        self.jobs.follow(&told.iter().collect::<Vec<_>>());
        self.table.store(Arc::new(Table::new(&running)));
    }

    /// Filter: before a client's request is carried out.
    pub async fn request_before(&self, context: &Context, request_id: i64) -> Verdict {
        let Some(plugins) = Table::on(&self.table, Hook::RequestBefore) else { return Verdict::Continue };
        chain::request_before(&plugins, context, request_id).await
    }

    /// Provider: carries out a request of a kind that the server leaves to plugins.
    pub async fn request_handle(&self, context: &Context, request_id: i64) -> Outcome<Option<Bytes>> {
        let Some(plugins) = Table::on(&self.table, Hook::RequestHandle) else { return Outcome::Pass };
        chain::request_handle(&plugins, context, request_id).await
    }

    /// Provider: the text is a command, perhaps, and then no message. Any other text costs a look at its first letter.
    pub async fn command_run(&self, context: &Context, sender: UserId, draft: &Draft) -> Outcome<Option<String>> {
        let invocation = draft.text.as_deref().filter(|text| text.starts_with('/')).and_then(Invocation::read);
        let found = invocation.and_then(|invocation| Some((Table::command(&self.table, invocation.name)?, invocation)));
        let Some((plugin, invocation)) = found else { return Outcome::Pass };
        commands::run(&plugin, context, sender, draft, invocation).await
    }

    /// Provider: answers a request that the server does not know.
    pub async fn request_custom(&self, context: &Context, request_id: i64, request: &CustomRequest) -> Outcome<Bytes> {
        let Some(plugins) = Table::on(&self.table, Hook::RequestCustom) else { return Outcome::Pass };
        commands::custom(&plugins, context, request_id, request).await
    }

    /// The plugin that answers under this name over HTTP.
    pub(super) fn find_routes(&self, plugin: &str) -> Option<Arc<Plugin>> {
        let plugins = Table::on(&self.table, Hook::HttpHandle)?;
        let found = plugins.iter().find(|found| found.name() == plugin)?;
        // What a version in shadow answers is not sent, and of two versions one may have no routes.
        found.deciding().filter(|plugin| plugin.handles(Hook::HttpHandle))
    }

    /// Filter: before a message is checked and stored. Patches are applied to the draft. `after`: the plugin that held
    /// it, as only those after that one are asked when it is released; all of them when it is on the hook no more.
    pub async fn message_before_send(
        &self,
        context: &Context,
        sender: UserId,
        draft: &mut Draft,
        after: Option<&str>,
    ) -> Passage {
        let Some(plugins) = Table::on(&self.table, Hook::MessageBeforeSend) else { return Passage::Continue };
        let held_by = after.and_then(|after| plugins.iter().position(|plugin| plugin.name() == after));
        let plugins = &plugins[held_by.map_or(0, |place| place + 1)..];
        let (passage, dropper) = chain::message_before_send(plugins, context, sender, draft).await;
        // Of one that was held it is told when it is gone.
        if let (Some(dropper), None) = (dropper, after) {
            let (target, hop, plugin) = (draft.target, draft.hop, dropper.name().to_owned());
            let dropped = || Happened::MessageDropped(DroppedMessage { message: None, sender, target, plugin, hop });
            self.happened(Hook::MessageDropped, dropped);
        }
        passage
    }

    /// Filter: a message is stored, and others are about to be told. Those whom a plugin takes out are not told; they
    /// find the message by a query.
    pub async fn message_before_fanout(&self, context: &Context, message: &Message, recipients: &mut Recipients) {
        if let Some(plugins) = Table::on(&self.table, Hook::MessageBeforeFanout) {
            chain::message_before_fanout(&plugins, context, message, recipients).await;
        }
    }

    /// Provider: are these the credentials of their user?
    pub async fn authenticate(&self, context: &Context, login: &Login) -> Authentication {
        let Some(plugins) = Table::on(&self.table, Hook::AuthAuthenticate) else { return Authentication::BuiltIn };
        chain::authenticate(&plugins, context, login).await
    }

    /// Filter: the credentials were accepted, the session is not open yet.
    pub async fn before_login(&self, context: &Context, login: &Login) -> Verdict {
        let Some(plugins) = Table::on(&self.table, Hook::AuthBeforeLogin) else { return Verdict::Continue };
        chain::before_login(&plugins, context, login).await
    }

    /// Whether a plugin is on a hook; what it would be told need not be made otherwise.
    pub(super) fn uses(&self, hook: Hook) -> bool {
        Table::is_used(&self.table, hook)
    }

    /// Whether somebody decides about this on a hook, and is not only in shadow.
    pub(super) fn decides(&self, hook: Hook, context: &Context) -> bool {
        let Some(plugins) = Table::on(&self.table, hook) else { return false };
        plugins.iter().any(|plugin| Route::of(plugin, hook, context, Traits::of(context)).decides().is_some())
    }

    /// Observer: something happened that the store does not enter by itself. Made only when somebody observes it.
    pub(super) fn happened(&self, hook: Hook, happened: impl FnOnce() -> Happened) {
        if self.uses(hook) {
            self.observers.enter(&happened());
        }
    }

    /// Observer: something happened that is not to be lost. It is in the store when this returns, unless nobody
    /// observes it.
    pub(super) async fn happened_for_sure(&self, happened: &Happened) -> Result<(), store::Error> {
        if self.uses(observers::hook_of(happened)) || self.observers.misses_somebody() {
            self.observers.enter_at_once(happened).await?;
        }
        Ok(())
    }

    /// Observer: a session has ended; some ends have an observer of their own.
    pub(super) fn session_closed(&self, session: &SessionInfo, status: CloseStatus, date: Timestamp) {
        let ended = || EndedSession { session: session.clone(), status: status as i32, date };
        self.happened(Hook::SessionClosed, || Happened::SessionClosed(ended()));
        match status {
            CloseStatus::DisconnectedByOtherDevice => {
                self.happened(Hook::SessionTakenOver, || Happened::SessionTakenOver(ended()));
            }
            CloseStatus::DisconnectedByAdmin => {
                self.happened(Hook::SessionKicked, || Happened::SessionKicked(ended()));
            }
            _ => {}
        }
    }

    /// How far a plugin that observes is behind.
    pub(super) fn lag(&self, plugin: &str) -> Option<Lag> {
        self.observers.lag(plugin)
    }

    /// Lets a plugin be told again of what happened from a date on. False when it does not observe.
    pub(super) async fn replay(&self, plugin: &str, from: Timestamp) -> Result<bool, store::Error> {
        self.observers.replay(plugin, from).await
    }

    /// The jobs of a plugin, as they were a few seconds ago.
    pub(super) fn jobs(&self, plugin: &str) -> JobCounts {
        self.jobs.counts(plugin)
    }

    /// Counts the jobs of plugins anew.
    pub(super) async fn show_jobs(&self) -> Result<(), store::Error> {
        self.jobs.show().await
    }

    /// Forgets how far a plugin had got that was removed.
    pub(super) async fn forget(&self, plugin: &str) -> Result<(), store::Error> {
        self.timers.forget(plugin).await?;
        self.observers.forget(plugin).await
    }

    /// Returns when a plugin that has just been attached misses nothing any more, whatever is killed.
    pub(super) async fn settled(&self, plugin: &str) {
        self.observers.settled(plugin).await;
    }

    /// Shows how far the plugins that observe are behind, and how many jobs wait.
    pub async fn show_lag(&self) -> Result<(), store::Error> {
        self.show_jobs().await?;
        self.observers.show_lag().await
    }

    /// Deletes events that every plugin has taken from before `replay`, and any from before `wait`; answers of how many
    /// commits.
    pub async fn purge_events(&self, replay: Timestamp, wait: Timestamp) -> Result<usize, store::Error> {
        self.observers.purge(replay, wait).await
    }
}
