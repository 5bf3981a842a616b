//! The hooks of the domain `typing`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before others are told that a user is typing.
    ///
    /// The hook `typing.before-send`, handled by this method:
    ///
    /// ```text
    /// fn typing_before_send(&self, ctx: Context, conversation: Target) -> Verdict
    /// ```
    mod typing_before_send = "typing.before-send" {
        world: "typing-before-send-hook",
        export: "export_typing_before_send",
        bindings: "talaria_sdk::typing_before_send::bindings",
        types: [],
        denying: [],
    }
}
