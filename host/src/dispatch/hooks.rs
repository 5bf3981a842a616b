//! The hooks that plugins may handle, as the rest of the server sees them: plain calls with plain data. With no plugin on a
//! hook, a call costs one atomic load.

use crate::model::{
    Context, UserId,
    message::{Draft, Message},
    session::{CloseStatus, Login, SessionInfo},
};

/// A refusal by a plugin, as the user sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denial {
    /// A status code of the protocol, or one from 20000 to 29999.
    pub code: i32,
    pub text: String,
}

/// What a filter chain decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Continue,
    Deny(Denial),
    /// Answer as if it had been done, and do nothing.
    Drop,
}

/// What the provider of authentication decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Authentication {
    Accept,
    Deny(Denial),
    /// No plugin decides: the built-in password check does.
    BuiltIn,
}

/// The hooks with the plugins on them.
#[derive(Debug, Default)]
pub struct Hooks {}

impl Hooks {
    /// Filter: before a client's request is carried out.
    pub async fn request_before(&self, _context: &Context, _request_id: i64) -> Verdict {
        Verdict::Continue
    }

    /// Filter: before a message is checked and stored. Patches are applied to the draft.
    pub async fn message_before_send(&self, _context: &Context, _sender: UserId, _draft: &mut Draft) -> Verdict {
        Verdict::Continue
    }

    /// Provider: are these the credentials of their user?
    pub async fn authenticate(&self, _context: &Context, _login: &Login) -> Authentication {
        Authentication::BuiltIn
    }

    /// Filter: the credentials were accepted, the session is not open yet.
    pub async fn before_login(&self, _context: &Context, _login: &Login) -> Verdict {
        Verdict::Continue
    }

    /// Observer: a session has been opened.
    pub fn session_opened(&self, _session: &SessionInfo) {}

    /// Observer: a session has ended.
    pub fn session_closed(&self, _session: &SessionInfo, _status: CloseStatus) {}

    /// Observer: a message has been stored.
    pub fn message_persisted(&self, _context: &Context, _message: &std::sync::Arc<Message>) {}
}
