//! The hooks of the domain `config`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a new configuration of a plugin is taken over.
    ///
    /// The hook `config.before-save`, handled by this method:
    ///
    /// ```text
    /// fn config_before_save(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod config_before_save = "config.before-save" {
        world: "config-before-save-hook",
        export: "export_config_before_save",
        bindings: "talaria_sdk::config_before_save::bindings",
        types: [Change, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: the configuration of plugins was changed.
    ///
    /// The hook `config.changed`, handled by this method:
    ///
    /// ```text
    /// fn config_changed(&self, ctx: Context, changes: Vec<Change>) -> Result<(), String>
    /// ```
    mod config_changed = "config.changed" {
        world: "config-changed-hook",
        export: "export_config_changed",
        bindings: "talaria_sdk::config_changed::bindings",
        types: [Change],
        denying: [],
    }
}
