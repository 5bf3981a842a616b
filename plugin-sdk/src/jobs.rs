//! Capability: work for later. A job is on disk when the call returns, and comes to the plugin's `job_run` when it is
//! due, at least once: after an error or a crash it is tried again, later each time, unless it says that it gives up
//! for good.
//!
//! Names have at most 128 bytes, keys at most 512, payloads at most 256 KiB. In a native unit test nothing is run; the
//! module [`testing`] shows what was left for later.

use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::jobs as store;
#[cfg(not(target_family = "wasm"))]
use testing as store;

pub use crate::bindings::capabilities::talaria::plugin::jobs::Error;
use crate::job_run::Failure;

/// Another attempt may help: so `?` passes on what failed.
impl From<String> for Failure {
    fn from(cause: String) -> Self {
        Self::Again(cause)
    }
}

/// Has `job_run` called with this name and payload, soon.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn enqueue(name: &str, payload: impl AsRef<[u8]>) -> Result<(), Error> {
    store::enqueue(name, payload.as_ref(), 0, None).map(drop)
}

/// The same after a while.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn enqueue_after(delay: Duration, name: &str, payload: impl AsRef<[u8]>) -> Result<(), Error> {
    store::enqueue(name, payload.as_ref(), milliseconds(delay), None).map(drop)
}

/// The same, unless a job with this key waits: then it stays as it is, and the answer is false. A job that is being run
/// does not wait.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn enqueue_once(key: &str, delay: Duration, name: &str, payload: impl AsRef<[u8]>) -> Result<bool, Error> {
    store::enqueue(name, payload.as_ref(), milliseconds(delay), Some(key))
}

/// Takes back the job that waits with this key. True when there was one.
///
/// # Errors
///
/// [`Error::Invalid`], or [`Error::Unavailable`] when the store could not answer.
pub fn cancel(key: &str) -> Result<bool, Error> {
    store::cancel(key)
}

fn milliseconds(delay: Duration) -> u64 {
    u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)
}

/// What unit tests on the developer's machine run against.
#[cfg(not(target_family = "wasm"))]
pub mod testing {
    use std::cell::RefCell;

    use super::Error;

    /// A job that was left for later.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Waiting {
        /// What it is.
        pub name: String,
        /// What it is about.
        pub payload: Vec<u8>,
        /// After how many milliseconds it is due.
        pub delay_ms: u64,
        /// What makes it the only one.
        pub key: Option<String>,
    }

    thread_local! {
        static JOBS: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
    }

    /// The jobs that this thread's test has left for later, in their order; they are forgotten.
    pub fn take() -> Vec<Waiting> {
        JOBS.take()
    }

    pub(super) fn enqueue(name: &str, payload: &[u8], delay_ms: u64, key: Option<&str>) -> Result<bool, Error> {
        JOBS.with_borrow_mut(|jobs| {
            if key.is_some() && jobs.iter().any(|job| job.key.as_deref() == key) {
                return Ok(false);
            }
            let (name, payload, key) = (name.to_owned(), payload.to_vec(), key.map(str::to_owned));
            jobs.push(Waiting { name, payload, delay_ms, key });
            Ok(true)
        })
    }

    pub(super) fn cancel(key: &str) -> Result<bool, Error> {
        JOBS.with_borrow_mut(|jobs| {
            let before = jobs.len();
            jobs.retain(|job| job.key.as_deref() != Some(key));
            Ok(jobs.len() < before)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{cancel, enqueue, enqueue_once, testing};

    #[test]
    fn a_test_sees_what_was_left_for_later() {
        enqueue("a", "payload").unwrap();
        assert!(enqueue_once("k", Duration::from_secs(2), "b", "").unwrap());
        assert!(!enqueue_once("k", Duration::ZERO, "b", "").unwrap());
        let left = testing::take();
        assert_eq!(left.len(), 2);
        assert_eq!((left[1].delay_ms, left[1].key.as_deref()), (2000, Some("k")));
        assert!(enqueue_once("k", Duration::ZERO, "b", "").unwrap());
        assert!(cancel("k").unwrap() && !cancel("k").unwrap());
    }
}
