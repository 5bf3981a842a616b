//! Messages that were recalled or deleted, in `kv` for as long as somebody might still be told of them: jobs that wait
//! are not looked through.

use std::time::Duration;

use talaria_sdk::kv;

pub(crate) fn note(messages: impl IntoIterator<Item = i64>, lasts: Duration) -> Result<(), kv::Error> {
    messages.into_iter().try_for_each(|message| kv::set_for(&key(message), "", lasts))
}

pub(crate) fn is_gone(message: i64) -> Result<bool, kv::Error> {
    Ok(kv::get(&key(message))?.is_some())
}

fn key(message: i64) -> String {
    format!("gone/{message}")
}
