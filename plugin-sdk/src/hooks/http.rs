//! The hooks of the domain `http`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Provider: answers an HTTP request to one of the plugin's routes, which are under `/plugins/NAME`. A component
    /// may export `wasi:http/incoming-handler` of version 0.2 instead, as programs in other languages do.
    ///
    /// The hook `http.handle`, handled by this method:
    ///
    /// ```text
    /// fn http_handle(&self, ctx: Context, request: Request) -> Response
    /// ```
    mod http_handle = "http.handle" {
        world: "http-handle-hook",
        export: "export_http_handle",
        bindings: "talaria_sdk::http_handle::bindings",
        types: [Request, Response],
        denying: [],
    }
}
