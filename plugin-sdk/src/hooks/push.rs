//! The hooks of the domain `push`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Observer: plugins told users who were offline of messages, took that on, or could not.
    ///
    /// The hook `push.result`, handled by this method:
    ///
    /// ```text
    /// fn push_result(&self, ctx: Context, outcomes: Vec<Outcome>) -> Result<(), String>
    /// ```
    mod push_result = "push.result" {
        world: "push-result-hook",
        export: "export_push_result",
        bindings: "talaria_sdk::push_result::bindings",
        types: [Outcome],
        denying: [],
    }
}

hook! {
    /// Observer: messages came for users who are offline, and who are to be told some other way.
    ///
    /// The hook `push.send`, handled by this method:
    ///
    /// ```text
    /// fn push_send(&self, ctx: Context, pushes: Vec<Push>) -> Result<Vec<Outcome>, String>
    /// ```
    mod push_send = "push.send" {
        world: "push-send-hook",
        export: "export_push_send",
        bindings: "talaria_sdk::push_send::bindings",
        types: [Outcome, Push],
        denying: [],
    }
}
