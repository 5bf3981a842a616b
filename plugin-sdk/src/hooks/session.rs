//! The hooks of the domain `session`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a login ends other sessions of its user, which run on devices that exclude each other.
    ///
    /// The hook `session.before-takeover`, handled by this method:
    ///
    /// ```text
    /// fn session_before_takeover(&self, ctx: Context, takeover: Takeover) -> Verdict
    /// ```
    mod session_before_takeover = "session.before-takeover" {
        world: "session-before-takeover-hook",
        export: "export_session_before_takeover",
        bindings: "talaria_sdk::session_before_takeover::bindings",
        types: [Takeover, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: sessions have ended.
    ///
    /// The hook `session.closed`, handled by this method:
    ///
    /// ```text
    /// fn session_closed(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>
    /// ```
    mod session_closed = "session.closed" {
        world: "session-closed-hook",
        export: "export_session_closed",
        bindings: "talaria_sdk::session_closed::bindings",
        types: [EndedSession],
        denying: [],
    }
}

hook! {
    /// Observer: sessions were ended by the administrator or a plugin.
    ///
    /// The hook `session.kicked`, handled by this method:
    ///
    /// ```text
    /// fn session_kicked(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>
    /// ```
    mod session_kicked = "session.kicked" {
        world: "session-kicked-hook",
        export: "export_session_kicked",
        bindings: "talaria_sdk::session_kicked::bindings",
        types: [EndedSession],
        denying: [],
    }
}

hook! {
    /// Observer: users have logged in.
    ///
    /// The hook `session.opened`, handled by this method:
    ///
    /// ```text
    /// fn session_opened(&self, ctx: Context, sessions: Vec<Session>) -> Result<(), String>
    /// ```
    mod session_opened = "session.opened" {
        world: "session-opened-hook",
        export: "export_session_opened",
        bindings: "talaria_sdk::session_opened::bindings",
        types: [Session],
        denying: [],
    }
}

hook! {
    /// Observer: sessions were ended by another login of their users, or at the wish of another device.
    ///
    /// The hook `session.taken-over`, handled by this method:
    ///
    /// ```text
    /// fn session_taken_over(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>
    /// ```
    mod session_taken_over = "session.taken-over" {
        world: "session-taken-over-hook",
        export: "export_session_taken_over",
        bindings: "talaria_sdk::session_taken_over::bindings",
        types: [EndedSession],
        denying: [],
    }
}
