//! Capability: the sessions of users: who is online, ending sessions, and news that only those online get.
//!
//! In a native unit test those are online whom the test has put in with [`testing`], where it also finds what was done.

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::sessions as host;
use crate::types::DeviceType;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::sessions::{Error, News, Presence, UserStatus};

#[cfg(not(target_family = "wasm"))]
pub mod testing;

/// Whether these users are online and on which devices, in the order of the ids; 1000 ids at most.
///
/// # Errors
///
/// [`Error::TooManyUsers`] or [`Error::Unavailable`].
pub fn presences(users: &[i64]) -> Result<Vec<Presence>, Error> {
    host::presences(users)
}

/// Whether a user has a session.
///
/// # Errors
///
/// [`Error::Unavailable`].
pub fn is_online(user: i64) -> Result<bool, Error> {
    Ok(presences(&[user])?.iter().any(|presence| !presence.devices.is_empty()))
}

/// Ends the sessions of a user on these devices, on all when there are none, with the close status 600, by which their
/// clients do not come back by themselves. Answers how many.
///
/// # Errors
///
/// [`Error::TooOften`] or [`Error::Unavailable`].
pub fn kick(user: i64, devices: &[DeviceType]) -> Result<u32, Error> {
    host::kick(user, devices)
}

/// Hands news to each session of these users, 1000 at most, and keeps nothing: who is not online never hears of it.
/// The news have 64 records at most, and 16 KiB with their text. Clients take them for a message of the server itself:
/// a system message to the user, sent by user 0, whose id no stored message has.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn push(users: &[i64], news: &News) -> Result<(), Error> {
    host::push(users, news)
}

impl News {
    /// News with nothing but a text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), records: Vec::new() }
    }
}
