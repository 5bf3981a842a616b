//! The injected clock: the only place that asks the operating system for the time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::model::Timestamp;

/// Tells the time. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fake(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock for tests that stands still until [`Self::advance`] is called on it or a clone.
    #[must_use]
    pub fn fake(start: Timestamp) -> Self {
        Self(Source::Fake(Arc::new(AtomicI64::new(start.0))))
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system_now(),
            Source::Fake(now) => Timestamp(now.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fake clock forward; a system clock is not moved.
    pub fn advance(&self, milliseconds: i64) {
        if let Source::Fake(now) = &self.0 {
            now.fetch_add(milliseconds, Ordering::Relaxed);
        }
    }
}

impl Clock {
    /// Puts a fake clock to a time, which may lie before; a system clock is not moved.
    pub fn set(&self, time: Timestamp) {
        if let Source::Fake(now) = &self.0 {
            now.store(time.0, Ordering::Relaxed);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the ambient clock is injected")]
fn system_now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
