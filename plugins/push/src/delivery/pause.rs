//! Gateways that want to be left in peace, whatever job, instance or node it is that has something for them.

use std::time::Duration;

use talaria_sdk::kv;

use crate::{clock, store};

pub(super) fn begin(gateway: &str, pause: Duration) -> Result<(), String> {
    let until = (clock::now() + pause).as_millis();
    kv::set_for(&key(gateway), until.to_string(), pause).map_err(store::failed)
}

/// For how long still.
pub(super) fn left(gateway: &str) -> Result<Option<Duration>, String> {
    let kept = kv::get(&key(gateway)).map_err(store::failed)?;
    let until = kept.and_then(|kept| std::str::from_utf8(&kept).ok()?.parse().ok()).map(Duration::from_millis);
    Ok(until.and_then(|until| until.checked_sub(clock::now())).filter(|left| !left.is_zero()))
}

fn key(gateway: &str) -> String {
    format!("pause/{gateway}")
}
