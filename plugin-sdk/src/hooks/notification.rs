//! The hooks of the domain `notification`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before users who are offline are told of a message some other way; see push.send.
    ///
    /// The hook `notification.before-push`, handled by this method:
    ///
    /// ```text
    /// fn notification_before_push(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod notification_before_push = "notification.before-push" {
        world: "notification-before-push-hook",
        export: "export_notification_before_push",
        bindings: "talaria_sdk::notification_before_push::bindings",
        types: [Patch, Verdict],
        denying: [],
    }
}
