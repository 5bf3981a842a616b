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
    let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    #[cfg(test)]
    let now = now + testing::passed();
    now
}

/// Milliseconds of it.
pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Some time from now on. A clock that is set back ends it: nothing is to go on for longer because of that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Period {
    begin: i64,
    length: i64,
}

impl Period {
    /// For whom nobody waits.
    pub(crate) const ENDLESS: Self = Self { begin: i64::MIN, length: i64::MAX };

    pub(crate) fn from_now(length: Duration) -> Self {
        Self { begin: now_ms(), length: millis(length) }
    }

    pub(crate) fn is_over(&self) -> bool {
        let Self { begin, length } = *self;
        length < i64::MAX && !(begin..begin.saturating_add(length)).contains(&now_ms())
    }
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

/// A clock that goes on when a test says so.
#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;

    thread_local! {
        static PASSED: Cell<i64> = const { Cell::new(0) };
        static STEP: Cell<i64> = const { Cell::new(0) };
    }

    /// So many milliseconds go by.
    pub(crate) fn pass(millis: i64) {
        PASSED.set(PASSED.get() + millis);
    }

    /// So many go by, from now on, whenever somebody looks.
    pub(crate) fn pass_each_time(millis: i64) {
        STEP.set(millis);
    }

    pub(super) fn passed() -> i64 {
        pass(STEP.get());
        PASSED.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_ends_in_time_and_when_the_clock_is_set_back() {
        let second = Period::from_now(Duration::from_secs(1));
        assert!(!second.is_over() && !Period::ENDLESS.is_over());
        testing::pass(1001);
        assert!(second.is_over() && !Period::ENDLESS.is_over());
        let second = Period::from_now(Duration::from_secs(1));
        testing::pass(-60_000);
        assert!(second.is_over());
    }

    #[test]
    fn ids_sort_by_their_time() {
        let now = now_ms();
        let id = new_id(now);
        assert!(first_id(now) <= id && id < first_id(now + 1));
        assert_eq!((first_id(0), first_id(i64::MIN)), (0, 0));
        assert!(first_id(i64::MAX) > id);
    }
}
