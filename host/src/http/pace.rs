//! How slow a client may be: one that takes or brings next to nothing would keep a turn for ever.

use std::time::Duration;

use crate::config;

/// How long a client is waited for, and what it must have moved by then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    limit: Duration,
    least: u64,
}

impl Patience {
    #[must_use]
    pub fn new(config: &config::Objects) -> Self {
        let least = config.min_bytes_per_second.saturating_mul(config.stall_seconds);
        // A single byte at least: who moves nothing stands still, whatever the rate.
        Self { limit: Duration::from_secs(config.stall_seconds), least: least.max(1) }
    }

    pub(super) const fn limit(self) -> Duration {
        self.limit
    }
}

/// How a client keeps up. Only the time that the server waits for it counts, and that begins anew with each
/// [`Patience::least`] bytes: so nobody is slower than the least rate for longer than they are waited for.
#[derive(Debug)]
pub(super) struct Pace {
    patience: Patience,
    waited: Duration,
    moved: u64,
}

impl Pace {
    pub(super) const fn new(patience: Patience) -> Self {
        Self { patience, waited: Duration::ZERO, moved: 0 }
    }

    /// How much longer the client is waited for, unless something moves.
    pub(super) const fn left(&self) -> Duration {
        self.patience.limit.saturating_sub(self.waited)
    }

    /// So many bytes moved, after the client was waited for so long.
    pub(super) fn moved(&mut self, bytes: usize, waited: Duration) {
        self.moved = self.moved.saturating_add(bytes as u64);
        self.waited = self.waited.saturating_add(waited);
        if self.moved >= self.patience.least {
            (self.moved, self.waited) = (0, Duration::ZERO);
        }
    }
}

/// A client is cut off, as it was waited for long enough.
pub(super) fn cut_off(direction: &'static str) {
    metrics::counter!("talaria_objects_cut_off_total", "direction" => direction).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(min_bytes_per_second: u64) -> Pace {
        let config = config::Objects { stall_seconds: 30, min_bytes_per_second, ..config::Objects::default() };
        Pace::new(Patience::new(&config))
    }

    #[test]
    fn who_moves_enough_is_waited_for_again() {
        let mut pace = pace(100);
        pace.moved(2_999, Duration::from_secs(20));
        assert_eq!(pace.left(), Duration::from_secs(10), "a trickle does not help");
        pace.moved(1, Duration::from_secs(9));
        assert_eq!(pace.left(), Duration::from_secs(30));
        pace.moved(0, Duration::from_secs(99));
        assert_eq!(pace.left(), Duration::ZERO);
    }

    #[test]
    fn without_a_least_rate_a_byte_is_enough() {
        let mut pace = pace(0);
        pace.moved(0, Duration::from_secs(29));
        assert_eq!(pace.left(), Duration::from_secs(1));
        pace.moved(1, Duration::from_secs(1));
        assert_eq!(pace.left(), Duration::from_secs(30));
    }
}
