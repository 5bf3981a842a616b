//! The hooks that there are. Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::expand::Hook;

pub(crate) const HOOKS: &[Hook] = &[
    Hook {
        method: "auth_authenticate",
        function: "authenticate",
        parameters: 2,
        signature: "fn auth_authenticate(&self, ctx: Context, credentials: Credentials) -> Outcome",
    },
    Hook {
        method: "auth_before_login",
        function: "before_login",
        parameters: 2,
        signature: "fn auth_before_login(&self, ctx: Context, login: Login) -> Verdict",
    },
    Hook {
        method: "command_run",
        function: "run",
        parameters: 2,
        signature: "fn command_run(&self, ctx: Context, invocation: Invocation) -> Outcome",
    },
    Hook {
        method: "group_created",
        function: "created",
        parameters: 2,
        signature: "fn group_created(&self, ctx: Context, groups: Vec<NewGroup>) -> Result<(), String>",
    },
    Hook {
        method: "group_deleted",
        function: "deleted",
        parameters: 2,
        signature: "fn group_deleted(&self, ctx: Context, groups: Vec<DeletedGroup>) -> Result<(), String>",
    },
    Hook {
        method: "http_handle",
        function: "handle",
        parameters: 2,
        signature: "fn http_handle(&self, ctx: Context, request: Request) -> Response",
    },
    Hook {
        method: "job_run",
        function: "run",
        parameters: 2,
        signature: "fn job_run(&self, ctx: Context, job: Job) -> Result<(), String>",
    },
    Hook {
        method: "member_joined",
        function: "joined",
        parameters: 2,
        signature: "fn member_joined(&self, ctx: Context, members: Vec<NewMember>) -> Result<(), String>",
    },
    Hook {
        method: "member_left",
        function: "left",
        parameters: 2,
        signature: "fn member_left(&self, ctx: Context, members: Vec<FormerMember>) -> Result<(), String>",
    },
    Hook {
        method: "message_before_fanout",
        function: "before_fanout",
        parameters: 3,
        signature: "fn message_before_fanout(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict",
    },
    Hook {
        method: "message_before_send",
        function: "before_send",
        parameters: 2,
        signature: "fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict",
    },
    Hook {
        method: "message_edited",
        function: "edited",
        parameters: 2,
        signature: "fn message_edited(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>",
    },
    Hook {
        method: "message_persisted",
        function: "persisted",
        parameters: 2,
        signature: "fn message_persisted(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>",
    },
    Hook {
        method: "message_recalled",
        function: "recalled",
        parameters: 2,
        signature: "fn message_recalled(&self, ctx: Context, messages: Vec<RecalledMessage>) -> Result<(), String>",
    },
    Hook {
        method: "request_before",
        function: "before",
        parameters: 2,
        signature: "fn request_before(&self, ctx: Context, request: Request) -> Verdict",
    },
    Hook {
        method: "request_custom",
        function: "custom",
        parameters: 2,
        signature: "fn request_custom(&self, ctx: Context, request: Request) -> Outcome",
    },
    Hook {
        method: "request_handle",
        function: "handle",
        parameters: 2,
        signature: "fn request_handle(&self, ctx: Context, request: Request) -> Outcome",
    },
    Hook {
        method: "session_closed",
        function: "closed",
        parameters: 2,
        signature: "fn session_closed(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>",
    },
    Hook {
        method: "session_opened",
        function: "opened",
        parameters: 2,
        signature: "fn session_opened(&self, ctx: Context, sessions: Vec<Session>) -> Result<(), String>",
    },
    Hook {
        method: "timer_fired",
        function: "fired",
        parameters: 2,
        signature: "fn timer_fired(&self, ctx: Context, tick: Tick) -> Result<(), String>",
    },
    Hook {
        method: "user_created",
        function: "created",
        parameters: 2,
        signature: "fn user_created(&self, ctx: Context, users: Vec<NewUser>) -> Result<(), String>",
    },
    Hook {
        method: "user_deleted",
        function: "deleted",
        parameters: 2,
        signature: "fn user_deleted(&self, ctx: Context, users: Vec<DeletedUser>) -> Result<(), String>",
    },
];
