//! What time it is, and ids that have it in them.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

/// The beginning of 2020, in milliseconds since the Unix epoch: ids count from it.
const EPOCH: i64 = 1_577_836_800_000;
/// Bits of an id below its time.
const RANDOM_BITS: u32 = 22;

/// Milliseconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "the clock of a plugin is the server's")]
pub(crate) fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// Milliseconds of it.
pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// An id that sorts by this time. Another may be the same, if hardly ever: whoever takes one makes sure.
pub(crate) fn new_id(millis: i64) -> i64 {
    let random = RandomState::new().hash_one(()) & ((1 << RANDOM_BITS) - 1);
    first_id(millis) | i64::try_from(random).unwrap_or_default()
}

/// The first id of a moment.
pub(crate) fn first_id(millis: i64) -> i64 {
    // What is too early or too late for an id is before or after all of them.
    millis.saturating_sub(EPOCH).clamp(0, i64::MAX >> RANDOM_BITS) << RANDOM_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_time() {
        let now = now_ms();
        let id = new_id(now);
        assert!(first_id(now) <= id && id < first_id(now + 1));
        assert_eq!((first_id(0), first_id(i64::MIN)), (0, 0));
        assert!(first_id(i64::MAX) > id);
    }
}
