//! A bucket of tokens that is filled as time goes by.

use std::time::Duration;

/// So many tokens a second in the long run, and so many at once.
#[derive(Debug)]
pub(super) struct Bucket {
    per_second: f64,
    burst: f64,
    /// Below zero after more was taken than was there.
    tokens: f64,
    /// Since some beginning, which is the caller's.
    filled: Duration,
}

impl Bucket {
    pub(super) const fn new(per_second: f64, burst: f64, now: Duration) -> Self {
        Self { per_second, burst, tokens: burst, filled: now }
    }

    /// Takes so much if it is there.
    pub(super) fn take(&mut self, amount: f64, now: Duration) -> bool {
        let is_there = self.fill(now) >= amount;
        if is_there {
            self.tokens -= amount;
        }
        is_there
    }

    /// Takes so much in any case; answers whether anything is left.
    pub(super) fn charge(&mut self, amount: f64, now: Duration) -> bool {
        self.tokens = self.fill(now) - amount;
        self.tokens >= 0.0
    }

    /// How long it is until so much is there.
    pub(super) fn until(&mut self, amount: f64, now: Duration) -> Duration {
        let missing = (amount - self.fill(now)).max(0.0);
        Duration::try_from_secs_f64(missing / self.per_second).unwrap_or(Duration::MAX)
    }

    /// Of what there may be at once.
    pub(super) fn used_percent(&mut self, now: Duration) -> u32 {
        let used = 1.0 - self.fill(now) / self.burst;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is cut off where it ends")]
        let percent = (used * 100.0) as u32;
        percent
    }

    /// A clock that steps back gives nothing.
    fn fill(&mut self, now: Duration) -> f64 {
        let passed = now.saturating_sub(self.filled).as_secs_f64();
        self.filled = now;
        self.tokens = (self.tokens + passed * self.per_second).min(self.burst);
        self.tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn there_is_a_burst_and_then_the_rate() {
        let mut bucket = Bucket::new(2.0, 4.0, at(1000));
        let mut taken = |now| (0..9).filter(|_| bucket.take(1.0, at(now))).count();
        assert_eq!([taken(1000), taken(1500)], [4, 1]);
        assert_eq!(taken(900), 0, "a clock that steps back gives nothing");
        assert_eq!(taken(60_000), 4);
    }

    #[test]
    fn what_is_owed_is_filled_up_first() {
        let mut bucket = Bucket::new(2.0, 4.0, at(0));
        assert!(bucket.charge(4.0, at(0)) && bucket.used_percent(at(0)) == 100);
        assert!(!bucket.charge(2.0, at(0)) && bucket.used_percent(at(0)) == 150);
        assert_eq!(bucket.until(1.0, at(0)), at(1500));
        assert!(!bucket.take(1.0, at(1499)) && bucket.take(1.0, at(1500)));
        assert_eq!(bucket.used_percent(at(60_000)), 0);
    }
}
