//! Who is on which hook, in the order of calling.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;

use crate::dispatch::wasm::{Hook, Plugin};

/// The plugins of each hook, and of each command. Never changed, only replaced.
#[derive(Debug, Default)]
pub(super) struct Table {
    hooks: [Arc<[Arc<Plugin>]>; Hook::ALL.len()],
    commands: HashMap<String, Arc<Plugin>>,
}

impl Table {
    /// Sorts the plugins (which come by name) onto their hooks, by falling priority.
    pub(super) fn new(running: &[&Arc<Plugin>]) -> Self {
        let hooks = Hook::ALL.map(|hook| {
            let mut plugins: Vec<_> = running.iter().filter(|plugin| plugin.manifest.hooks.contains(&hook)).collect();
            plugins.sort_by_key(|plugin| Reverse(plugin.settings(hook).priority));
            plugins.into_iter().map(|plugin| Arc::clone(plugin)).collect()
        });
        // No two have the same: the second was not loaded.
        let commands = running
            .iter()
            .flat_map(|plugin| plugin.commands().iter().map(|command| (command.name.clone(), Arc::clone(plugin))));
        Self { hooks, commands: commands.collect() }
    }

    /// The plugins of one hook, `None` without any: then nothing is counted up or down.
    pub(super) fn on(table: &ArcSwap<Self>, hook: Hook) -> Option<Arc<[Arc<Plugin>]>> {
        let table = table.load();
        let plugins = &table.hooks[hook as usize];
        if plugins.is_empty() { None } else { Some(Arc::clone(plugins)) }
    }

    pub(super) fn is_used(table: &ArcSwap<Self>, hook: Hook) -> bool {
        !table.load().hooks[hook as usize].is_empty()
    }

    /// Who carries out a command.
    pub(super) fn command(table: &ArcSwap<Self>, name: &str) -> Option<Arc<Plugin>> {
        table.load().commands.get(name).map(Arc::clone)
    }
}
