//! The hooks of the domain `conference`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Provider: arranges the meetings of users, after request.before let a request pass. Where it is not exported, or
    /// passes, request.handle is asked.
    ///
    /// The hook `conference.meeting`, handled by this method:
    ///
    /// ```text
    /// fn conference_meeting(&self, ctx: Context, request: Request) -> Outcome
    /// ```
    mod conference_meeting = "conference.meeting" {
        world: "conference-meeting-hook",
        export: "export_conference_meeting",
        bindings: "talaria_sdk::conference_meeting::bindings",
        types: [Access, Answer, Creation, Meeting, Outcome, Query, Request, Update],
        denying: [Outcome],
    }
}
