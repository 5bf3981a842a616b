//! What a guest's store holds besides its memory: limits, WASI closed to the outside, and the way to the capabilities.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::{Hook, RuntimeSettings, limits::Limits, stdio::GuestOutput, time::ServerTime};
use crate::dispatch::{
    hostcalls::{HostServices, WasiRequests},
    logs::LogWriter,
    quotas::Account,
};

/// Random bytes that one call may ask for.
const RANDOM_BYTES: u64 = 64 << 10;
/// Resources (streams, pollables) that a guest may hold at a time.
const RESOURCES: usize = 1_000;

/// The data of one guest's store.
pub(crate) struct GuestState {
    /// The plugin's name, for logs and as the namespace of its keys.
    pub(in crate::dispatch) plugin: Arc<str>,
    pub(in crate::dispatch) services: Arc<HostServices>,
    /// The hook that is being called.
    pub(in crate::dispatch) hook: Option<Hook>,
    /// How many plugins that which it is called for has come through.
    pub(in crate::dispatch) hop: u8,
    /// Instances that the plugin may have at the same time.
    pub(in crate::dispatch) siblings: usize,
    /// Nothing that it wants done is done.
    pub(in crate::dispatch) is_in_shadow: bool,
    pub(in crate::dispatch) log: LogWriter,
    pub(in crate::dispatch) account: Arc<Account>,
    /// Log lines that the guest may still write in this call.
    pub(in crate::dispatch) log_lines_left: u32,
    /// How long the call may run.
    pub(super) limit: Duration,
    /// Until when it may run; known from the first tick on that it meets.
    pub(super) deadline: Option<Instant>,
    pub(super) limits: Limits,
    pub(super) output: GuestOutput,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    requests: WasiRequests,
    table: ResourceTable,
}

impl GuestState {
    pub(super) fn new(
        plugin: Arc<str>,
        account: Arc<Account>,
        log: LogWriter,
        services: Arc<HostServices>,
        settings: &RuntimeSettings,
    ) -> Self {
        let output = GuestOutput::new(Arc::clone(&plugin), log.clone(), Arc::clone(&account));
        // No environment, arguments, directories or addresses: what a guest may reach beyond itself is a capability.
        let wasi = WasiCtx::builder()
            .stdout(output.clone())
            .stderr(output.clone())
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .max_random_size(RANDOM_BYTES)
            .wall_clock(ServerTime(services.clock.clone()))
            .build();
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES);
        let requests = WasiRequests::new(Arc::clone(&plugin), Arc::clone(&account), log.clone(), Arc::clone(&services));
        Self {
            plugin,
            services,
            hook: None,
            hop: 0,
            siblings: settings.max_instances,
            is_in_shadow: false,
            log,
            account,
            log_lines_left: 0,
            limit: Duration::ZERO,
            deadline: None,
            limits: Limits::new(settings.memory_limit),
            output,
            wasi,
            http: WasiRequests::context(),
            requests,
            table,
        }
    }

    /// Resources that the guest holds.
    pub(super) fn resources(&mut self) -> usize {
        self.table.iter_mut().count()
    }
}

impl WasiView for GuestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for GuestState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.requests, table: &mut self.table, ctx: &mut self.http }
    }
}
