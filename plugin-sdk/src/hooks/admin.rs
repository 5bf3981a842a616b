//! The hooks of the domain `admin`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Observer: the administrator asked for a change, or it was refused.
    ///
    /// The hook `admin.action`, handled by this method:
    ///
    /// ```text
    /// fn admin_action(&self, ctx: Context, actions: Vec<Action>) -> Result<(), String>
    /// ```
    mod admin_action = "admin.action" {
        world: "admin-action-hook",
        export: "export_admin_action",
        bindings: "talaria_sdk::admin_action::bindings",
        types: [Action],
        denying: [],
    }
}

hook! {
    /// Filter: before a change that the administrator asks for is carried out.
    ///
    /// The hook `admin.before-action`, handled by this method:
    ///
    /// ```text
    /// fn admin_before_action(&self, ctx: Context, name: String) -> Verdict
    /// ```
    mod admin_before_action = "admin.before-action" {
        world: "admin-before-action-hook",
        export: "export_admin_before_action",
        bindings: "talaria_sdk::admin_before_action::bindings",
        types: [Verdict],
        denying: [Verdict],
    }
}
