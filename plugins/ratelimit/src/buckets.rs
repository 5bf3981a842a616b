//! Buckets of tokens, bounded in number.

use std::collections::HashMap;
use std::time::Instant;

use serde::Deserialize;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The requests of a user, whatever their kind.
    Requests(i64),
    /// Those of one kind.
    Kind(i64, u32),
    /// The messages of a user, wherever they go.
    Messages(i64),
    /// Those of a user in one group.
    InGroup(i64, i64),
    /// Those of all members of a group together.
    Group(i64),
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

/// Two generations: what is used is in the young one. When that is half of what there may be, it becomes the old one,
/// and what nobody has used meanwhile is forgotten at once. So nothing is ever searched for what is idle, and who
/// floods the server with keys pays no more than others. A bucket that was forgotten comes back full.
#[derive(Debug)]
pub(crate) struct Buckets {
    young: HashMap<Key, Bucket>,
    old: HashMap<Key, Bucket>,
    generation: usize,
}

impl Buckets {
    /// At most `max` of them.
    pub(crate) fn new(max: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation: (max / 2).max(1) }
    }

    /// Takes a token out of each of these buckets, or out of none when one of them is empty.
    pub(crate) fn take(&mut self, wanted: [Option<(Key, Limit)>; 3], now: Instant) -> bool {
        let wanted = wanted.into_iter().flatten();
        if !wanted.clone().all(|(key, limit)| self.filled(key, limit, now) >= 1.0) {
            return false;
        }
        for (key, limit) in wanted {
            let tokens = self.filled(key, limit, now) - 1.0;
            self.put(key, Bucket { tokens, filled: now });
        }
        true
    }

    /// How many tokens the bucket has by now.
    fn filled(&self, key: Key, limit: Limit, now: Instant) -> f64 {
        let Some(bucket) = self.young.get(&key).or_else(|| self.old.get(&key)) else {
            return limit.burst;
        };
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        passed.mul_add(limit.per_second, bucket.tokens).min(limit.burst)
    }

    fn put(&mut self, key: Key, bucket: Bucket) {
        if self.young.len() >= self.generation && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, bucket);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Buckets, Key, Limit};

    const LIMIT: Limit = Limit { per_second: 2.0, burst: 3.0 };

    fn take(buckets: &mut Buckets, user: i64, now: Instant) -> bool {
        buckets.take([Some((Key::Messages(user), LIMIT)), None, None], now)
    }

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let mut buckets = Buckets::new(100);
        let begin = Instant::now();
        let passed = (0..10).filter(|_| take(&mut buckets, 1, begin)).count();
        assert_eq!(passed, 3);
        assert!(!take(&mut buckets, 1, begin + Duration::from_millis(400)));
        assert!(take(&mut buckets, 1, begin + Duration::from_millis(600)), "what was refused has cost nothing");
        assert!(!take(&mut buckets, 1, begin + Duration::from_millis(700)));
        let later = begin + Duration::from_secs(60);
        assert_eq!((0..10).filter(|_| take(&mut buckets, 1, later)).count(), 3, "it holds no more");
    }

    #[test]
    fn one_empty_bucket_spares_the_others() {
        let mut buckets = Buckets::new(100);
        let now = Instant::now();
        let wanted = [Some((Key::Messages(1), LIMIT)), Some((Key::Group(7), Limit { burst: 1.0, ..LIMIT })), None];
        assert!(buckets.take(wanted, now));
        assert!(!buckets.take(wanted, now));
        assert!(take(&mut buckets, 1, now) && take(&mut buckets, 1, now) && !take(&mut buckets, 1, now));
    }

    #[test]
    fn there_are_never_more_than_may_be_and_those_in_use_stay() {
        let mut buckets = Buckets::new(100);
        let now = Instant::now();
        while take(&mut buckets, 0, now) {}
        for user in 1..10_000 {
            take(&mut buckets, user, now);
            if user % 10 == 0 {
                // Comes back all the time, and finds half a token.
                let _ = take(&mut buckets, 0, now + Duration::from_millis(250));
            }
            assert!(buckets.len() <= 100);
        }
    }
}
