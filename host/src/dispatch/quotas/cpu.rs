//! How long the calls of a plugin have held a thread, and when that is too much.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::Bucket;

/// The time over which the share is taken: so much of it at once, and then the share.
const WINDOW: f64 = 10.0;
/// A plugin that has used up its share rests until it has this part of it again, so that it is not called now and then.
const RESUMED: f64 = 0.1;

/// The time of one plugin's calls.
#[derive(Debug)]
pub(in crate::dispatch) struct Cpu {
    /// Asked at each call.
    is_over: AtomicBool,
    /// Seconds.
    bucket: Mutex<Bucket>,
    resumed: f64,
    began: Instant,
    spent: metrics::Counter,
}

impl Cpu {
    pub(super) fn new(plugin: &str, percent: u32) -> Self {
        let share = f64::from(percent) / 100.0;
        Self {
            is_over: AtomicBool::new(false),
            bucket: Mutex::new(Bucket::new(share, share * WINDOW, Duration::ZERO)),
            resumed: share * WINDOW * RESUMED,
            began: Instant::now(),
            spent: metrics::counter!("talaria_plugin_cpu_microseconds_total", "plugin" => plugin.to_owned()),
        }
    }

    /// Enters what calls have spent. True when it has become too much with that.
    pub(in crate::dispatch) fn spend(&self, spent: Duration, now: Instant) -> bool {
        self.spent.increment(u64::try_from(spent.as_micros()).unwrap_or(u64::MAX));
        let is_left = self.bucket.lock().charge(spent.as_secs_f64(), self.since(now));
        !is_left && !self.is_over.swap(true, Ordering::Relaxed)
    }

    /// How long the plugin is not to be called. While it has time left, it costs one relaxed load.
    #[inline]
    pub(in crate::dispatch) fn rest(&self) -> Option<Duration> {
        if self.is_over.load(Ordering::Relaxed) { self.find_rest(Instant::now()) } else { None }
    }

    #[cold]
    fn find_rest(&self, now: Instant) -> Option<Duration> {
        let left = self.bucket.lock().until(self.resumed, self.since(now));
        if left.is_zero() {
            self.is_over.store(false, Ordering::Relaxed);
            return None;
        }
        Some(left)
    }

    pub(super) fn used_percent(&self, now: Instant) -> u32 {
        self.bucket.lock().used_percent(self.since(now))
    }

    fn since(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_followed_by_a_rest() {
        let cpu = Cpu::new("calm", 50);
        let at = |seconds: f64| cpu.began + Duration::from_secs_f64(seconds);
        assert!(!cpu.spend(Duration::from_secs(5), at(0.0)), "ten seconds' worth may be used at once");
        assert!(!cpu.spend(Duration::from_millis(500), at(1.0)), "and its share then");
        assert_eq!(cpu.rest(), None);
        assert!(cpu.spend(Duration::from_secs(1), at(1.0)) && cpu.used_percent(at(1.0)) == 120);
        assert!(!cpu.spend(Duration::from_secs(1), at(1.0)), "it is told once");
        assert_eq!(cpu.find_rest(at(1.0)), Some(Duration::from_secs(5)), "what is owed, and a tenth more");
        assert_eq!(cpu.find_rest(at(6.0)), None);
        assert_eq!(cpu.rest(), None);
        assert!(cpu.spend(Duration::from_secs(1), at(6.0)), "it is told again");
    }
}
