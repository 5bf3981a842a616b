//! The hooks of the domain `connection`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a connection is served, which nobody has logged in on yet.
    ///
    /// The hook `connection.before-open`, handled by this method:
    ///
    /// ```text
    /// fn connection_before_open(&self, ctx: Context, transport: Transport) -> Verdict
    /// ```
    mod connection_before_open = "connection.before-open" {
        world: "connection-before-open-hook",
        export: "export_connection_before_open",
        bindings: "talaria_sdk::connection_before_open::bindings",
        types: [Verdict],
        denying: [],
    }
}

hook! {
    /// Observer: connections of clients ended.
    ///
    /// The hook `connection.closed`, handled by this method:
    ///
    /// ```text
    /// fn connection_closed(&self, ctx: Context, connections: Vec<Connection>) -> Result<(), String>
    /// ```
    mod connection_closed = "connection.closed" {
        world: "connection-closed-hook",
        export: "export_connection_closed",
        bindings: "talaria_sdk::connection_closed::bindings",
        types: [Connection],
        denying: [],
    }
}

hook! {
    /// Observer: clients connected; they may never log in.
    ///
    /// The hook `connection.opened`, handled by this method:
    ///
    /// ```text
    /// fn connection_opened(&self, ctx: Context, connections: Vec<Connection>) -> Result<(), String>
    /// ```
    mod connection_opened = "connection.opened" {
        world: "connection-opened-hook",
        export: "export_connection_opened",
        bindings: "talaria_sdk::connection_opened::bindings",
        types: [Connection],
        denying: [],
    }
}
