//! How often an address may bring a password: checking one takes the server a while, and guessing is not to pay.

use std::{collections::HashMap, net::IpAddr, time::Instant};

use parking_lot::Mutex;

use crate::{config::RateLimit, model::network};

/// Addresses that are known before those are forgotten that have all their tokens.
const SWEEP: usize = 4096;

/// Buckets of tokens, one an address.
#[derive(Debug)]
pub(super) struct Logins {
    rate: RateLimit,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Logins {
    pub(super) fn new(rate: RateLimit) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Whether this address may try once more.
    pub(super) fn take(&self, address: IpAddr, now: Instant) -> bool {
        let mut buckets = self.buckets.lock();
        if buckets.len() >= SWEEP {
            buckets.retain(|_, bucket| self.filled(*bucket, now) < f64::from(self.rate.burst));
        }
        let full = Bucket { tokens: self.rate.burst.into(), filled: now };
        let bucket = buckets.entry(network(address)).or_insert(full);
        bucket.tokens = self.filled(*bucket, now);
        bucket.filled = now;
        let has_one = bucket.tokens >= 1.0;
        if has_one {
            bucket.tokens -= 1.0;
        }
        has_one
    }

    fn filled(&self, bucket: Bucket, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(bucket.filled).as_secs_f64() * self.rate.per_second;
        (bucket.tokens + gained).min(self.rate.burst.into())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_address_has_its_burst_and_then_its_rate() {
        let logins = Logins::new(RateLimit { burst: 3, per_second: 2.0 });
        let now = Instant::now();
        let taken = |address: &str, now| (0..9).filter(|_| logins.take(address.parse().unwrap(), now)).count();
        assert_eq!(taken("10.0.0.1", now), 3);
        assert_eq!(taken("::ffff:10.0.0.1", now), 0, "it is the same");
        assert_eq!(taken("2001:db8::1", now), 3);
        assert_eq!(taken("2001:db8::2", now), 0, "it is the same network");
        assert_eq!(taken("10.0.0.1", now + Duration::from_secs(1)), 2);
    }
}
