//! What time it is.

use std::time::{Duration, SystemTime};

/// Since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "the clock of a plugin is the server's")]
pub(crate) fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> i64 {
    i64::try_from(now().as_millis()).unwrap_or(i64::MAX)
}
