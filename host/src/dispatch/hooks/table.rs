//! Who is on which hook, in the order of calling.

use std::{cmp::Reverse, sync::Arc};

use arc_swap::ArcSwap;

use super::observers::Observers;
use crate::dispatch::wasm::{Hook, Plugin};

/// The subscribers of each hook. Never changed, only replaced.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) authenticate: Arc<[Arc<Plugin>]>,
    pub(super) before_login: Arc<[Arc<Plugin>]>,
    pub(super) request_before: Arc<[Arc<Plugin>]>,
    pub(super) request_handle: Arc<[Arc<Plugin>]>,
    pub(super) message_before_send: Arc<[Arc<Plugin>]>,
    /// Whether anybody observes it.
    pub(super) session_opened: bool,
    pub(super) session_closed: bool,
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
        observers.follow(&running);
        let is_observed = |hook| !on(hook).is_empty();
        Self {
            authenticate: filters(Hook::AuthAuthenticate),
            before_login: filters(Hook::AuthBeforeLogin),
            request_before: filters(Hook::RequestBefore),
            request_handle: filters(Hook::RequestHandle),
            message_before_send: filters(Hook::MessageBeforeSend),
            session_opened: is_observed(Hook::SessionOpened),
            session_closed: is_observed(Hook::SessionClosed),
        }
    }

    /// The subscribers of one hook, `None` without any: then nothing is counted up or down.
    pub(super) fn on<T>(table: &ArcSwap<Self>, hook: impl FnOnce(&Self) -> &Arc<[T]>) -> Option<Arc<[T]>> {
        let table = table.load();
        let subscribers = hook(&table);
        if subscribers.is_empty() { None } else { Some(Arc::clone(subscribers)) }
    }
}
