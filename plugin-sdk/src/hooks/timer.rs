//! The hooks of the domain `timer`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Task: a moment has come that the plugin asked for in `describe`.
    ///
    /// The hook `timer.fired`, handled by this method:
    ///
    /// ```text
    /// fn timer_fired(&self, ctx: Context, tick: Tick) -> Result<(), String>
    /// ```
    mod timer_fired = "timer.fired" {
        world: "timer-fired-hook",
        export: "export_timer_fired",
        bindings: "talaria_sdk::timer_fired::bindings",
        types: [Tick],
        denying: [],
    }
}
