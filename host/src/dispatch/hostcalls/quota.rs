//! How often a plugin may do something.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::model::Timestamp;

/// Buckets of tokens, one a plugin, which all its instances share.
#[derive(Debug)]
pub(super) struct Rate {
    per_second: f64,
    buckets: Mutex<HashMap<Arc<str>, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Rate {
    /// So many a second in the long run, and twice as many at once.
    pub(super) fn new(per_second: u32) -> Self {
        Self { per_second: per_second.into(), buckets: Mutex::default() }
    }

    /// Whether the plugin may do it once more.
    pub(super) fn take(&self, plugin: &Arc<str>, now: Timestamp) -> bool {
        let burst = self.per_second * 2.0;
        let mut buckets = self.buckets.lock();
        let bucket = buckets.entry(Arc::clone(plugin)).or_insert(Bucket { tokens: burst, filled: now });
        #[expect(clippy::cast_precision_loss, reason = "a difference of dates is small")]
        let seconds = (now.0 - bucket.filled.0).max(0) as f64 / 1000.0;
        bucket.tokens = (bucket.tokens + seconds * self.per_second).min(burst);
        bucket.filled = now;
        let is_there = bucket.tokens >= 1.0;
        if is_there {
            bucket.tokens -= 1.0;
        }
        is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_has_its_burst_and_then_its_rate() {
        let rate = Rate::new(2);
        let (one, two): (Arc<str>, Arc<str>) = ("one".into(), "two".into());
        let taken = |plugin, now| (0..9).filter(|_| rate.take(plugin, Timestamp(now))).count();
        assert_eq!(taken(&one, 1000), 4);
        assert_eq!(taken(&two, 1000), 4, "each has its own");
        assert_eq!(taken(&one, 1500), 1);
        assert_eq!(taken(&one, 900), 0, "a clock that steps back gives nothing");
        assert_eq!(taken(&one, 60_000), 4);
    }
}
