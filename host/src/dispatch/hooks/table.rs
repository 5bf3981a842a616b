//! Who is on which hook, in the order of calling.

use std::{cmp::Reverse, sync::Arc};

use arc_swap::ArcSwap;

use super::observers::{Observer, Observers};
use crate::dispatch::wasm::{Hook, Plugin};

/// The subscribers of each hook. Never changed, only replaced.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) authenticate: Arc<[Arc<Plugin>]>,
    pub(super) before_login: Arc<[Arc<Plugin>]>,
    pub(super) request_before: Arc<[Arc<Plugin>]>,
    pub(super) request_handle: Arc<[Arc<Plugin>]>,
    pub(super) message_before_send: Arc<[Arc<Plugin>]>,
    pub(super) message_persisted: Arc<[Arc<Observer>]>,
    pub(super) session_opened: Arc<[Arc<Observer>]>,
    pub(super) session_closed: Arc<[Arc<Observer>]>,
}

impl Table {
    /// Sorts the plugins (which come by name) onto their hooks, by falling priority.
    pub(super) fn new<'a>(running: impl Iterator<Item = &'a Arc<Plugin>>, observers: &Observers) -> Self {
        let running: Vec<_> = running.collect();
        let on = |hook: Hook| {
            let mut plugins: Vec<_> = running.iter().filter(|plugin| plugin.manifest.hooks.contains(&hook)).collect();
            plugins.sort_by_key(|plugin| Reverse(plugin.settings(hook).priority));
            plugins
        };
        let filters = |hook| on(hook).into_iter().map(|plugin| Arc::clone(plugin)).collect::<Arc<[_]>>();
        // The queues outlive versions: what was queued for one is delivered to the next.
        observers.retain(&running);
        let observing = |hook| on(hook).into_iter().map(|plugin| observers.attach(plugin)).collect::<Arc<[_]>>();
        Self {
            authenticate: filters(Hook::AuthAuthenticate),
            before_login: filters(Hook::AuthBeforeLogin),
            request_before: filters(Hook::RequestBefore),
            request_handle: filters(Hook::RequestHandle),
            message_before_send: filters(Hook::MessageBeforeSend),
            message_persisted: observing(Hook::MessagePersisted),
            session_opened: observing(Hook::SessionOpened),
            session_closed: observing(Hook::SessionClosed),
        }
    }

    /// The subscribers of one hook, `None` without any: then nothing is counted up or down.
    pub(super) fn on<T>(table: &ArcSwap<Self>, hook: impl FnOnce(&Self) -> &Arc<[T]>) -> Option<Arc<[T]>> {
        let table = table.load();
        let subscribers = hook(&table);
        if subscribers.is_empty() { None } else { Some(Arc::clone(subscribers)) }
    }
}
