//! Points in time.

use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The point `milliseconds` later; stays at the end of time rather than wrapping around.
    #[must_use]
    pub const fn plus_millis(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The point `days` of 24 hours later.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        self.plus_millis(days as i64 * DAY)
    }

    /// The point `days` of 24 hours before.
    #[must_use]
    pub const fn minus_days(self, days: u32) -> Self {
        self.plus_millis(-(days as i64 * DAY))
    }
}
