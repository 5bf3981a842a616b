//! The hooks of the domain `auth`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Provider: decides whether a login's credentials are those of its user, instead of the built-in password check.
    ///
    /// The hook `auth.authenticate`, handled by this method:
    ///
    /// ```text
    /// fn auth_authenticate(&self, ctx: Context, credentials: Credentials) -> Outcome
    /// ```
    mod auth_authenticate = "auth.authenticate" {
        world: "auth-authenticate-hook",
        export: "export_auth_authenticate",
        bindings: "talaria_sdk::auth_authenticate::bindings",
        types: [Credentials, Outcome],
        denying: [Outcome],
    }
}

hook! {
    /// Provider: decides which kinds of request the session of an accepted login may send. Without one, all.
    ///
    /// The hook `auth.authorize`, handled by this method:
    ///
    /// ```text
    /// fn auth_authorize(&self, ctx: Context, login: Login) -> Outcome
    /// ```
    mod auth_authorize = "auth.authorize" {
        world: "auth-authorize-hook",
        export: "export_auth_authorize",
        bindings: "talaria_sdk::auth_authorize::bindings",
        types: [Login, Outcome],
        denying: [],
    }
}

hook! {
    /// Filter: after the credentials were accepted and before the session opens.
    ///
    /// The hook `auth.before-login`, handled by this method:
    ///
    /// ```text
    /// fn auth_before_login(&self, ctx: Context, login: Login) -> Verdict
    /// ```
    mod auth_before_login = "auth.before-login" {
        world: "auth-before-login-hook",
        export: "export_auth_before_login",
        bindings: "talaria_sdk::auth_before_login::bindings",
        types: [Login, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: logins were refused.
    ///
    /// The hook `auth.login-failed`, handled by this method:
    ///
    /// ```text
    /// fn auth_login_failed(&self, ctx: Context, logins: Vec<FailedLogin>) -> Result<(), String>
    /// ```
    mod auth_login_failed = "auth.login-failed" {
        world: "auth-login-failed-hook",
        export: "export_auth_login_failed",
        bindings: "talaria_sdk::auth_login_failed::bindings",
        types: [FailedLogin],
        denying: [],
    }
}
