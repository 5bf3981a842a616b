//! The hooks of the domain `presence`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a user's online status is changed by the user, and others are told. Offline ends sessions. The
    /// status that comes with a login is part of the login.
    ///
    /// The hook `presence.before-publish`, handled by this method:
    ///
    /// ```text
    /// fn presence_before_publish(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod presence_before_publish = "presence.before-publish" {
        world: "presence-before-publish-hook",
        export: "export_presence_before_publish",
        bindings: "talaria_sdk::presence_before_publish::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: users changed their online status.
    ///
    /// The hook `presence.changed`, handled by this method:
    ///
    /// ```text
    /// fn presence_changed(&self, ctx: Context, changes: Vec<Change>) -> Result<(), String>
    /// ```
    mod presence_changed = "presence.changed" {
        world: "presence-changed-hook",
        export: "export_presence_changed",
        bindings: "talaria_sdk::presence_changed::bindings",
        types: [Change],
        denying: [],
    }
}
