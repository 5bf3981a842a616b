//! The hooks of the domain `command`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Provider: carries out a command of the plugin's, a text such as `/poll Lunch?`, which then is no message: before
    /// message.before-send and any check.
    ///
    /// The hook `command.run`, handled by this method:
    ///
    /// ```text
    /// fn command_run(&self, ctx: Context, invocation: Invocation) -> Outcome
    /// ```
    mod command_run = "command.run" {
        world: "command-run-hook",
        export: "export_command_run",
        bindings: "talaria_sdk::command_run::bindings",
        types: [Invocation, Outcome],
        denying: [Outcome],
    }
}
