//! Who is on which hook, in the order of calling.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;

use crate::dispatch::wasm::{Hook, Plugin};

/// Hooks as bits, by their numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct HookSet(u128);

const _: () = assert!(Hook::ALL.len() <= u128::BITS as usize, "each hook has a bit");

impl HookSet {
    pub(super) const fn of(hooks: &[Hook]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < hooks.len() {
            bits |= 1 << hooks[at] as usize;
            at += 1;
        }
        Self(bits)
    }
}

/// The plugins of each hook, and of each command. Never changed, only replaced.
#[derive(Debug)]
pub(super) struct Table {
    plugins: [Arc<[Arc<Plugin>]>; Hook::ALL.len()],
    commands: HashMap<String, Arc<Plugin>>,
    /// The hooks that have plugins.
    used: HookSet,
}

impl Table {
    /// Sorts the plugins (which come by name) onto their hooks, by falling priority. A trial moves nobody: a plugin has
    /// the place of its version that decides.
    pub(super) fn new(running: &[&Arc<Plugin>]) -> Self {
        let plugins = Hook::ALL.map(|hook| {
            let mut plugins: Vec<_> = running.iter().filter(|plugin| plugin.is_on(hook)).collect();
            plugins.sort_by_key(|plugin| Reverse(plugin.priority(hook)));
            plugins.into_iter().map(|plugin| Arc::clone(plugin)).collect::<Arc<[_]>>()
        });
        // No two have the same: the second was not loaded.
        let deciding: Vec<_> = running.iter().filter_map(|plugin| plugin.deciding()).collect();
        let commands = deciding
            .iter()
            .flat_map(|plugin| plugin.commands().iter().map(|command| (command.name.clone(), Arc::clone(plugin))));
        let used: Vec<_> = Hook::ALL.into_iter().filter(|hook| !plugins[*hook as usize].is_empty()).collect();
        Self { commands: commands.collect(), plugins, used: HookSet::of(&used) }
    }

    /// The plugins of one hook, `None` without any: then nothing is counted up or down.
    pub(super) fn on(table: &ArcSwap<Self>, hook: Hook) -> Option<Arc<[Arc<Plugin>]>> {
        let table = table.load();
        let plugins = &table.plugins[hook as usize];
        if plugins.is_empty() { None } else { Some(Arc::clone(plugins)) }
    }

    pub(super) fn is_used(table: &ArcSwap<Self>, hook: Hook) -> bool {
        Self::is_any_used(table, HookSet::of(&[hook]))
    }

    pub(super) fn is_any_used(table: &ArcSwap<Self>, hooks: HookSet) -> bool {
        table.load().used.0 & hooks.0 != 0
    }

    /// Who carries out a command.
    pub(super) fn command(table: &ArcSwap<Self>, name: &str) -> Option<Arc<Plugin>> {
        table.load().commands.get(name).map(Arc::clone)
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new(&[])
    }
}
