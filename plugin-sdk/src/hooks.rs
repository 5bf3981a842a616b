//! One module a hook. Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

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
    }
}

hook! {
    /// Provider: carries out a command of the plugin's, a text such as `/poll Lunch?`, which then is no message: before
    /// message.before-send and any check.
    ///
    /// The hook `command.run`, handled by this method:
    ///
    /// ```text
    /// fn command_run(&self, ctx: Context, invocation: Invocation) -> Outcome
    /// ```
    mod command_run = "command.run" {
        world: "command-run-hook",
        export: "export_command_run",
        bindings: "talaria_sdk::command_run::bindings",
        types: [Invocation, Outcome],
    }
}

hook! {
    /// Observer: groups were founded.
    ///
    /// The hook `group.created`, handled by this method:
    ///
    /// ```text
    /// fn group_created(&self, ctx: Context, groups: Vec<NewGroup>) -> Result<(), String>
    /// ```
    mod group_created = "group.created" {
        world: "group-created-hook",
        export: "export_group_created",
        bindings: "talaria_sdk::group_created::bindings",
        types: [NewGroup],
    }
}

hook! {
    /// Observer: groups were deleted. Their members have left just before.
    ///
    /// The hook `group.deleted`, handled by this method:
    ///
    /// ```text
    /// fn group_deleted(&self, ctx: Context, groups: Vec<DeletedGroup>) -> Result<(), String>
    /// ```
    mod group_deleted = "group.deleted" {
        world: "group-deleted-hook",
        export: "export_group_deleted",
        bindings: "talaria_sdk::group_deleted::bindings",
        types: [DeletedGroup],
    }
}

hook! {
    /// Provider: answers an HTTP request to one of the plugin's routes, which are under `/plugins/NAME`. A component may export
    /// `wasi:http/incoming-handler` of version 0.2 instead, as programs in other languages do.
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
    }
}

hook! {
    /// Task: a job of the plugin's own is due.
    ///
    /// The hook `job.run`, handled by this method:
    ///
    /// ```text
    /// fn job_run(&self, ctx: Context, job: Job) -> Result<(), String>
    /// ```
    mod job_run = "job.run" {
        world: "job-run-hook",
        export: "export_job_run",
        bindings: "talaria_sdk::job_run::bindings",
        types: [Job],
    }
}

hook! {
    /// Observer: users came into groups, whatever the way; also those that a new group begins with.
    ///
    /// The hook `member.joined`, handled by this method:
    ///
    /// ```text
    /// fn member_joined(&self, ctx: Context, members: Vec<NewMember>) -> Result<(), String>
    /// ```
    mod member_joined = "member.joined" {
        world: "member-joined-hook",
        export: "export_member_joined",
        bindings: "talaria_sdk::member_joined::bindings",
        types: [NewMember],
    }
}

hook! {
    /// Observer: users left groups, by themselves or not.
    ///
    /// The hook `member.left`, handled by this method:
    ///
    /// ```text
    /// fn member_left(&self, ctx: Context, members: Vec<FormerMember>) -> Result<(), String>
    /// ```
    mod member_left = "member.left" {
        world: "member-left-hook",
        export: "export_member_left",
        bindings: "talaria_sdk::member_left::bindings",
        types: [FormerMember],
    }
}

hook! {
    /// Filter: a message has been stored, and those concerned are about to be told. Later messages of the conversation wait
    /// meanwhile.
    ///
    /// The hook `message.before-fanout`, handled by this method:
    ///
    /// ```text
    /// fn message_before_fanout(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod message_before_fanout = "message.before-fanout" {
        world: "message-before-fanout-hook",
        export: "export_message_before_fanout",
        bindings: "talaria_sdk::message_before_fanout::bindings",
        types: [Verdict],
    }
}

hook! {
    /// Filter: before a message is checked against the rules and stored, and before the content of one is changed.
    ///
    /// The hook `message.before-send`, handled by this method:
    ///
    /// ```text
    /// fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict
    /// ```
    mod message_before_send = "message.before-send" {
        world: "message-before-send-hook",
        export: "export_message_before_send",
        bindings: "talaria_sdk::message_before_send::bindings",
        types: [Draft, Patch, Verdict],
    }
}

hook! {
    /// Observer: the content of messages was changed.
    ///
    /// The hook `message.edited`, handled by this method:
    ///
    /// ```text
    /// fn message_edited(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>
    /// ```
    mod message_edited = "message.edited" {
        world: "message-edited-hook",
        export: "export_message_edited",
        bindings: "talaria_sdk::message_edited::bindings",
        types: [],
    }
}

hook! {
    /// Observer: messages have been stored and will not be lost.
    ///
    /// The hook `message.persisted`, handled by this method:
    ///
    /// ```text
    /// fn message_persisted(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>
    /// ```
    mod message_persisted = "message.persisted" {
        world: "message-persisted-hook",
        export: "export_message_persisted",
        bindings: "talaria_sdk::message_persisted::bindings",
        types: [],
    }
}

hook! {
    /// Observer: messages were recalled by their senders, or by whoever may.
    ///
    /// The hook `message.recalled`, handled by this method:
    ///
    /// ```text
    /// fn message_recalled(&self, ctx: Context, messages: Vec<RecalledMessage>) -> Result<(), String>
    /// ```
    mod message_recalled = "message.recalled" {
        world: "message-recalled-hook",
        export: "export_message_recalled",
        bindings: "talaria_sdk::message_recalled::bindings",
        types: [RecalledMessage],
    }
}

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
    }
}

hook! {
    /// Provider: answers a request of a kind that the server leaves to plugins, conferences and storage, after request.before let
    /// it pass.
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
    }
}

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
    }
}

hook! {
    /// Observer: users were added.
    ///
    /// The hook `user.created`, handled by this method:
    ///
    /// ```text
    /// fn user_created(&self, ctx: Context, users: Vec<NewUser>) -> Result<(), String>
    /// ```
    mod user_created = "user.created" {
        world: "user-created-hook",
        export: "export_user_created",
        bindings: "talaria_sdk::user_created::bindings",
        types: [NewUser],
    }
}

hook! {
    /// Observer: users were deleted.
    ///
    /// The hook `user.deleted`, handled by this method:
    ///
    /// ```text
    /// fn user_deleted(&self, ctx: Context, users: Vec<DeletedUser>) -> Result<(), String>
    /// ```
    mod user_deleted = "user.deleted" {
        world: "user-deleted-hook",
        export: "export_user_deleted",
        bindings: "talaria_sdk::user_deleted::bindings",
        types: [DeletedUser],
    }
}
