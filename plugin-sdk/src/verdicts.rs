//! Short ways to make the answers of hooks.

use crate::{Denial, Target, auth_authenticate, auth_before_login, message_before_send};
use crate::{command_run, request_before, request_custom, request_handle, types};

impl message_before_send::Verdict {
    /// Refuses the message; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }

    /// Lets the message pass with another text.
    pub fn replace_text(text: impl Into<String>) -> Self {
        Self::Patch(message_before_send::Patch { text: Some(text.into()), ..message_before_send::Patch::default() })
    }
}

impl Default for message_before_send::Patch {
    /// Changes nothing.
    fn default() -> Self {
        Self { text: None, records: None, burn_after: None }
    }
}

impl message_before_send::Draft {
    /// A message from nobody to nobody, for unit tests.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self {
            sender: 0,
            target: Target::User(0),
            text: Some(text.into()),
            records: Vec::new(),
            burn_after: None,
            forwarded_from: None,
            attributes: Vec::new(),
        }
    }
}

impl types::Message {
    /// A message from nobody to nobody, for unit tests.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self {
            id: 0,
            sender: 0,
            target: Target::User(0),
            is_system: false,
            text: Some(text.into()),
            records: Vec::new(),
            burn_after: None,
            delivery_date: 0,
            attributes: Vec::new(),
        }
    }
}

impl auth_authenticate::Outcome {
    /// Refuses the login; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}

impl auth_before_login::Verdict {
    /// Refuses the login; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}

impl request_handle::Outcome {
    /// Refuses the request; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}

impl request_before::Verdict {
    /// Refuses the request; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}

impl request_custom::Outcome {
    /// Refuses the request; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}

impl command_run::Outcome {
    /// Carried out, and the sender is told this.
    pub fn tell(text: impl Into<String>) -> Self {
        Self::Handled(Some(text.into()))
    }

    /// Refuses the command; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}
