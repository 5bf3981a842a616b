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
        method: "message_persisted",
        function: "persisted",
        parameters: 2,
        signature: "fn message_persisted(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>",
    },
    Hook {
        method: "request_before",
        function: "before",
        parameters: 2,
        signature: "fn request_before(&self, ctx: Context, request: Request) -> Verdict",
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
];
