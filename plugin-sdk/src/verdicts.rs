//! Short ways to make the answers of hooks.

use crate::{Denial, Target, command_run, message_before_send, types};

impl types::Verdict {
    /// Refuses; see [`Denial::new`].
    pub fn deny(code: u32, text: impl Into<String>) -> Self {
        Self::Deny(Denial::new(code, text))
    }
}

impl message_before_send::Verdict {
    /// Lets the message pass with another text.
    pub fn replace_text(text: impl Into<String>) -> Self {
        Self::Patch(message_before_send::Patch { text: Some(text.into()), ..message_before_send::Patch::default() })
    }

    /// Holds the message for so many seconds; see [`moderation`](crate::moderation).
    pub fn hold(seconds: u32, reason: impl Into<String>) -> Self {
        Self::Hold(message_before_send::Hold { seconds, reason: Some(reason.into()) })
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

impl command_run::Outcome {
    /// Carried out, and the sender is told this.
    pub fn tell(text: impl Into<String>) -> Self {
        Self::Handled(Some(text.into()))
    }
}
