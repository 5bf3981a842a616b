//! The hooks of the domain `request`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before any request of a logged-in client is carried out, whatever its kind.
    ///
    /// The hook `request.before`, handled by this method:
    ///
    /// ```text
    /// fn request_before(&self, ctx: Context, request: Request) -> Verdict
    /// ```
    mod request_before = "request.before" {
        world: "request-before-hook",
        export: "export_request_before",
        bindings: "talaria_sdk::request_before::bindings",
        types: [Request, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Provider: answers a request that plugins and clients have agreed on, CustomRequest of the client protocol, after
    /// request.before let it pass.
    ///
    /// The hook `request.custom`, handled by this method:
    ///
    /// ```text
    /// fn request_custom(&self, ctx: Context, request: Request) -> Outcome
    /// ```
    mod request_custom = "request.custom" {
        world: "request-custom-hook",
        export: "export_request_custom",
        bindings: "talaria_sdk::request_custom::bindings",
        types: [Outcome, Request],
        denying: [Outcome],
    }
}

hook! {
    /// Provider: answers a request of a kind that the server leaves to plugins, conferences and storage, after
    /// request.before let it pass, and after conference.meeting and resource.storage. One that changes nothing is
    /// answered by the server.
    ///
    /// The hook `request.handle`, handled by this method:
    ///
    /// ```text
    /// fn request_handle(&self, ctx: Context, request: Request) -> Outcome
    /// ```
    mod request_handle = "request.handle" {
        world: "request-handle-hook",
        export: "export_request_handle",
        bindings: "talaria_sdk::request_handle::bindings",
        types: [Outcome, Request],
        denying: [Outcome],
    }
}
