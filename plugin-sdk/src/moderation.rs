//! Capability: the messages that the plugin itself holds back, by the verdict `hold` of `message.before-send`.
//!
//! Whoever is installed under the plugin's name next decides about what it leaves behind.
//!
//! In a native unit test they can be made, and what was done with them looked at, with [`testing`].

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::moderation as host;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::message_types::Error;
pub use crate::bindings::capabilities::talaria::plugin::moderation::PendingMessage;

#[cfg(not(target_family = "wasm"))]
pub mod testing;

/// The messages that wait for a decision, with ids after `after`, by id; at most `limit` of them, 100 at most.
///
/// # Errors
///
/// [`Error::Unavailable`].
pub fn pending(after: Option<i64>, limit: u32) -> Result<Vec<PendingMessage>, Error> {
    host::pending(after, limit)
}

/// Sends a message that is held, with the id that its sender was told. A hook that observes waits for it; from any
/// other hook it is done after the call.
///
/// # Errors
///
/// Every [`Error`] there is but [`Error::NoAccount`]; [`Error::Refused`] also when it is held no more.
pub fn release(message: i64) -> Result<(), Error> {
    host::release(message)
}

/// Throws a message away that is held. Its sender is not told. It is waited for as with [`release`].
///
/// # Errors
///
/// As of [`release`].
pub fn discard(message: i64) -> Result<(), Error> {
    host::discard(message)
}
