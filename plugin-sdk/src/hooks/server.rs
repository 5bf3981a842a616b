//! The hooks of the domain `server`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Observer: servers serve clients.
    ///
    /// The hook `server.ready`, handled by this method:
    ///
    /// ```text
    /// fn server_ready(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>
    /// ```
    mod server_ready = "server.ready" {
        world: "server-ready-hook",
        export: "export_server_ready",
        bindings: "talaria_sdk::server_ready::bindings",
        types: [Server],
        denying: [],
    }
}

hook! {
    /// Observer: servers started, and do not serve clients yet.
    ///
    /// The hook `server.starting`, handled by this method:
    ///
    /// ```text
    /// fn server_starting(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>
    /// ```
    mod server_starting = "server.starting" {
        world: "server-starting-hook",
        export: "export_server_starting",
        bindings: "talaria_sdk::server_starting::bindings",
        types: [Server],
        denying: [],
    }
}

hook! {
    /// Observer: servers are about to stop.
    ///
    /// The hook `server.stopping`, handled by this method:
    ///
    /// ```text
    /// fn server_stopping(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>
    /// ```
    mod server_stopping = "server.stopping" {
        world: "server-stopping-hook",
        export: "export_server_stopping",
        bindings: "talaria_sdk::server_stopping::bindings",
        types: [Server],
        denying: [],
    }
}
