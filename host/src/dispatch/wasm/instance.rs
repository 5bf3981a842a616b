//! One running guest: its store and the functions that it exports.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use wasmtime::{
    Store, UpdateDeadline,
    component::{Instance as ComponentInstance, InstancePre, Val},
};
use wasmtime_wasi_http::p2::bindings::exports::wasi::http::incoming_handler;

use super::{
    Hook, Manifest, Runtime,
    bindings::exports::talaria::plugin::{self as wit, lifecycle, snapshot},
    guest::GuestState,
    hook::each_hook,
    limits::Limits,
};
use crate::dispatch::{logs::LogWriter, quotas::Account};

/// Bytes that the guest's arguments and results may take in host memory during one call.
const HOSTCALL_FUEL: usize = 8 << 20;
const HANDLES: usize = 1_000;
/// Resources that an instance may keep which waits for its next call: some for what a language opens once. What the
/// server holds for them is no part of the guest's memory.
const KEPT_RESOURCES: usize = 64;

macro_rules! guests {
    ($($hook:ident, $module:ident, $name:literal, $class:ident;)+) => {
        /// Where in the component the hooks are; looked up once a version.
        #[derive(Clone)]
        pub(super) struct Indices {
            lifecycle: lifecycle::GuestIndices,
            snapshot: Option<snapshot::GuestIndices>,
            /// Of a component that handles `http.handle` by WASI's interface.
            incoming_handler: Option<incoming_handler::GuestIndices>,
            $($module: Option<wit::$module::GuestIndices>,)+
        }

        impl Indices {
            /// Finds each hook that the manifest names; an error when one lacks its function.
            pub(super) fn new(pre: &InstancePre<GuestState>, manifest: &Manifest) -> wasmtime::Result<Self> {
                let is_own = |hook| manifest.hooks.contains(&hook) && !(hook == Hook::HttpHandle && manifest.is_wasi_http);
                Ok(Self {
                    lifecycle: lifecycle::GuestIndices::new(pre)?,
                    snapshot: manifest.snapshot.then(|| snapshot::GuestIndices::new(pre)).transpose()?,
                    incoming_handler: manifest.is_wasi_http.then(|| incoming_handler::GuestIndices::new(pre)).transpose()?,
                    $($module: if is_own(Hook::$hook) { Some(wit::$module::GuestIndices::new(pre)?) } else { None },)+
                })
            }
        }

        /// The functions of one guest; `None` for a hook that it does not handle.
        pub(super) struct Guests {
            pub(super) incoming_handler: Option<incoming_handler::Guest>,
            $(pub(super) $module: Option<wit::$module::Guest>,)+
        }

        impl Guests {
            fn load(
                store: &mut Store<GuestState>,
                instance: &ComponentInstance,
                indices: &Indices,
            ) -> wasmtime::Result<Self> {
                let incoming_handler = indices.incoming_handler.as_ref();
                Ok(Self {
                    incoming_handler: incoming_handler.map(|found| found.load(&mut *store, instance)).transpose()?,
                    $($module: indices.$module.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,)+
                })
            }
        }
    };
}
each_hook!(guests);

/// One running guest. After any failure it is dropped, never called again: a trap leaves its memory in no known state.
pub(super) struct Instance {
    pub(super) store: Store<GuestState>,
    pub(super) lifecycle: lifecycle::Guest,
    pub(super) snapshot: Option<snapshot::Guest>,
    pub(super) guests: Guests,
    /// Where its functions are found by name.
    pub(super) exports: ComponentInstance,
    /// Calls so far.
    pub(super) calls: u32,
}

impl Instance {
    /// Instantiates without calling any export.
    pub(super) async fn new(
        runtime: &Runtime,
        name: &Arc<str>,
        (account, log): (&Arc<Account>, &LogWriter),
        pre: &InstancePre<GuestState>,
        indices: &Indices,
        limit: Duration,
    ) -> wasmtime::Result<Self> {
        let mut store = new_store(runtime, name, account, log, limit);
        let instance = pre.instantiate_async(&mut store).await?;
        Self::load(store, &instance, indices)
    }

    fn load(mut store: Store<GuestState>, instance: &ComponentInstance, indices: &Indices) -> wasmtime::Result<Self> {
        Ok(Self {
            lifecycle: indices.lifecycle.load(&mut store, instance)?,
            snapshot: indices.snapshot.as_ref().map(|found| found.load(&mut store, instance)).transpose()?,
            guests: Guests::load(&mut store, instance, indices)?,
            exports: *instance,
            calls: 0,
            store,
        })
    }

    /// Readies the guest for a call that may take so long. `hook`: what is called, with the number of plugins that its
    /// event has come through; `None` for a lifecycle function.
    pub(super) fn arm(&mut self, hook: Option<(Hook, u8)>, limit: Duration, log_lines: u32) {
        self.calls = self.calls.saturating_add(1);
        self.store.set_epoch_deadline(1);
        let state = self.store.data_mut();
        state.hook = hook.map(|(hook, _)| hook);
        state.hop = hook.map_or(0, |(_, hop)| hop);
        state.limit = limit;
        state.deadline = None;
        state.log_lines_left = log_lines;
        state.output.allow(log_lines);
        state.limits.forget_exceeded();
    }

    /// Lets the next call pass so many bytes, if they are more than usual. They bound what the guest's own calls pass,
    /// too: a list may name the same memory a thousand times, and while the server copies it nothing stops the guest.
    pub(super) fn widen(&mut self, bytes: usize) {
        self.store.set_hostcall_fuel(bytes.max(HOSTCALL_FUEL));
    }

    /// [`Self::widen`] to all that the guest can have in its memory.
    pub(super) fn widen_to_memory(&mut self) {
        self.widen(self.store.data().limits.limit());
    }

    /// [`Self::widen`] for an answer that is passed as dynamic values, each of which is a lot more than what it stands
    /// for: twice, as the fields of a record have their names besides.
    pub(super) fn widen_to_values(&mut self) {
        self.widen(HOSTCALL_FUEL * 2 * size_of::<Val>());
    }

    /// Ends [`Self::widen`].
    pub(super) fn narrow(&mut self) {
        self.store.set_hostcall_fuel(HOSTCALL_FUEL);
    }

    /// Bytes of linear memory.
    fn memory(&self) -> usize {
        self.store.data().limits.used()
    }

    /// Whether it keeps more than what waits for its next call should: linear memory above a mark, or resources.
    pub(super) fn is_heavy(&mut self, memory_mark: usize) -> bool {
        self.memory() > memory_mark || self.store.data_mut().resources() > KEPT_RESOURCES
    }

    /// The limit that was hit, if memory ran out.
    pub(super) fn memory_exceeded(&self) -> Option<usize> {
        Limits::exceeded(&self.store.data().limits)
    }

    /// What the guest wrote to its standard error last.
    pub(super) fn last_words(&self) -> String {
        self.store.data().output.take_tail()
    }
}

fn new_store(
    runtime: &Runtime,
    name: &Arc<str>,
    account: &Arc<Account>,
    log: &LogWriter,
    limit: Duration,
) -> Store<GuestState> {
    let (account, services) = (Arc::clone(account), Arc::clone(&runtime.services));
    let mut state = GuestState::new(Arc::clone(name), account, log.clone(), services, &runtime.settings);
    state.limit = limit;
    let mut store = Store::new(&runtime.engine, state);
    store.limiter(|state| &mut state.limits);
    store.set_hostcall_fuel(HOSTCALL_FUEL);
    store.set_max_component_handles(HANDLES);
    // Each tick a running guest lets others have the thread, until its time is up. Its first tick starts that time:
    // most calls end before it and never ask for the time.
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| {
        let (state, now) = (store.data_mut(), Instant::now());
        let deadline = *state.deadline.get_or_insert(now + state.limit);
        Ok(if now >= deadline { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
    });
    store
}
