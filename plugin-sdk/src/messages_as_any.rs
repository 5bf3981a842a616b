//! Capability: messages of any user, whom the plugin names. Apart from that it is [`messages`](crate::messages), and
//! its unit tests look at the same [`testing`](crate::messages::testing).

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::messages_as_any as host;
#[cfg(not(target_family = "wasm"))]
use crate::messages::testing::as_any as host;
use crate::messages::{Error, HistoryPage, OutgoingMessage};
use crate::types::Target;

/// Sends a message of a user; its id, or `None` when it is sent after the call.
///
/// # Errors
///
/// As of [`messages::send`](crate::messages::send), but [`Error::NoAccount`].
pub fn send(sender: i64, message: &OutgoingMessage) -> Result<Option<i64>, Error> {
    host::send(sender, message)
}

/// Changes a message of a user: the text unless absent, the records unless empty.
///
/// # Errors
///
/// As of [`send`].
pub fn edit(sender: i64, message: i64, text: Option<&str>, records: &[Vec<u8>]) -> Result<(), Error> {
    host::edit(sender, message, text, records)
}

/// Takes a message of a user back.
///
/// # Errors
///
/// As of [`send`].
pub fn recall(sender: i64, message: i64) -> Result<(), Error> {
    host::recall(sender, message)
}

/// The messages after a place of a conversation that the user takes part in; see
/// [`messages::history`](crate::messages::history).
///
/// # Errors
///
/// [`Error::Refused`] or [`Error::Unavailable`].
pub fn history(reader: i64, conversation: Target, after: i64, limit: u32) -> Result<HistoryPage, Error> {
    host::history(reader, conversation, after, limit)
}
