//! Capability: messages of the plugin's own account, a user whom the operator names. They go the way of a client's: the
//! same rules, and the same hooks, those of the plugin itself among them, with the origin `plugin`.
//!
//! What changes something is carried out one after the other. A hook that observes waits for it; from any other hook it
//! is carried out after the call, because waiting within a message for another one could last for ever. Then failures
//! are in the server's log only.
//!
//! In a native unit test what was done can be looked at with [`testing`].

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::messages as host;
use crate::types::Target;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::message_types::{
    Error, HistoryPage, KeptMessage, OutgoingMessage,
};

#[cfg(not(target_family = "wasm"))]
pub mod testing;

/// The id of the plugin's account, by which it knows what it has sent itself; `None` when the operator has named none.
pub fn account() -> Option<i64> {
    host::account()
}

/// Sends a message; its id, or `None` when it is sent after the call.
///
/// # Errors
///
/// Every [`Error`] there is. Where the message is sent after the call, no [`Error::Denied`] and no [`Error::Refused`].
pub fn send(message: &OutgoingMessage) -> Result<Option<i64>, Error> {
    host::send(message)
}

/// Sends a text; see [`send`].
///
/// # Errors
///
/// As of [`send`].
pub fn send_text(target: Target, text: impl Into<String>) -> Result<Option<i64>, Error> {
    send(&OutgoingMessage::from_text(target, text))
}

/// Changes an own message: the text unless absent, the records unless empty.
///
/// # Errors
///
/// As of [`send`].
pub fn edit(message: i64, text: Option<&str>, records: &[Vec<u8>]) -> Result<(), Error> {
    host::edit(message, text, records)
}

/// Takes an own message back.
///
/// # Errors
///
/// As of [`send`].
pub fn recall(message: i64) -> Result<(), Error> {
    host::recall(message)
}

/// The messages after a place of a conversation that the account takes part in, at most `limit` of them and never more
/// than the server lets clients have at once. 0 is before the first.
///
/// # Errors
///
/// [`Error::NoAccount`], [`Error::Refused`] or [`Error::Unavailable`].
pub fn history(conversation: Target, after: i64, limit: u32) -> Result<HistoryPage, Error> {
    host::history(conversation, after, limit)
}

impl OutgoingMessage {
    /// A message with nothing but a text.
    pub fn from_text(target: Target, text: impl Into<String>) -> Self {
        Self { target, text: Some(text.into()), records: Vec::new(), burn_after: None }
    }
}
