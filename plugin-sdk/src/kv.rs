//! Capability: a durable key-value store of the plugin's own. A successful write is on disk when the call returns.
//!
//! Keys have at most 512 bytes, values at most 1 MiB. In a native unit test a map in the memory of the test's thread
//! stands in, which knows no time to live; [`testing`] says what fails.

use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::kv as store;
#[cfg(not(target_family = "wasm"))]
use testing as store;

pub use crate::bindings::capabilities::talaria::plugin::kv::Error;

/// The value under `key`, if there is one.
///
/// # Errors
///
/// [`Error::InvalidKey`], or [`Error::Unavailable`] when the store could not answer.
pub fn get(key: &str) -> Result<Option<Vec<u8>>, Error> {
    store::get(key)
}

/// Writes `value` under `key`.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn set(key: &str, value: impl AsRef<[u8]>) -> Result<(), Error> {
    store::set(key, value.as_ref(), None)
}

/// Writes `value` under `key`; after `ttl` it is gone.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn set_for(key: &str, value: impl AsRef<[u8]>, ttl: Duration) -> Result<(), Error> {
    let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
    store::set(key, value.as_ref(), Some(milliseconds))
}

/// Deletes the value under `key`. True when there was one.
///
/// # Errors
///
/// [`Error::InvalidKey`], or [`Error::Unavailable`] when the store could not answer.
pub fn delete(key: &str) -> Result<bool, Error> {
    store::delete(key)
}

/// Writes `value` (`None`: deletes) only while the entry equals `expected` (`None`: while there is none). True when it
/// was written.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn compare_and_set(key: &str, expected: Option<&[u8]>, value: Option<&[u8]>) -> Result<bool, Error> {
    store::compare_and_set(key, expected, value)
}

/// Keys that begin with `prefix`, sorted, those after `after` only; at most `limit` of them, 1000 at most.
///
/// # Errors
///
/// [`Error::Unavailable`] when the store could not answer.
pub fn list_keys(prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<String>, Error> {
    store::list_keys(prefix, after, limit)
}

/// What unit tests on the developer's machine run against.
#[cfg(not(target_family = "wasm"))]
pub mod testing {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    use super::Error;

    thread_local! {
        static ENTRIES: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
        static IS_AWAY: Cell<bool> = const { Cell::new(false) };
        static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
        static FAULT: RefCell<Option<Fault>> = const { RefCell::new(None) };
    }

    /// Says of each call whether it fails, and how.
    pub type Fault = Box<dyn FnMut() -> Option<Error>>;

    /// Has each call ask it first, from now on. One that unwinds cuts the plugin off at that call, and is asked no
    /// more.
    pub fn set_fault(fault: Option<Fault>) {
        FAULT.set(fault);
    }

    fn strike() -> Result<(), Error> {
        // Not borrowed meanwhile: it may unwind.
        let Some(mut fault) = FAULT.take() else { return Ok(()) };
        let failure = fault();
        FAULT.set(Some(fault));
        failure.map_or(Ok(()), Err)
    }

    /// Whether, from now on, everything is [`Error::Unavailable`].
    pub fn set_away(is_away: bool) {
        IS_AWAY.set(is_away);
    }

    /// Whether, from now on, there is room for as much as there is by now; what goes beyond is [`Error::Full`].
    pub fn set_full(is_full: bool) {
        MOST.set(if is_full { bytes() } else { usize::MAX });
    }

    /// How much there is, as the server counts it: of keys and values.
    pub fn bytes() -> usize {
        ENTRIES.with_borrow(count)
    }

    fn count(entries: &BTreeMap<String, Vec<u8>>) -> usize {
        entries.iter().map(|(key, value)| key.len() + value.len()).sum()
    }

    fn check(key: &str) -> Result<(), Error> {
        strike()?;
        if IS_AWAY.get() {
            return Err(Error::Unavailable);
        }
        if key.is_empty() || key.len() > 512 {
            return Err(Error::InvalidKey);
        }
        Ok(())
    }

    pub(super) fn get(key: &str) -> Result<Option<Vec<u8>>, Error> {
        check(key)?;
        Ok(ENTRIES.with_borrow(|entries| entries.get(key).cloned()))
    }

    pub(super) fn set(key: &str, value: &[u8], _ttl_ms: Option<u64>) -> Result<(), Error> {
        check(key)?;
        write(key, value)
    }

    fn write(key: &str, value: &[u8]) -> Result<(), Error> {
        ENTRIES.with_borrow_mut(|entries| {
            let before = entries.get(key).map_or(0, |before| key.len() + before.len());
            let most = MOST.get();
            if most < usize::MAX && count(entries) - before + key.len() + value.len() > most {
                return Err(Error::Full);
            }
            entries.insert(key.to_owned(), value.to_vec());
            Ok(())
        })
    }

    pub(super) fn delete(key: &str) -> Result<bool, Error> {
        check(key)?;
        Ok(ENTRIES.with_borrow_mut(|entries| entries.remove(key).is_some()))
    }

    pub(super) fn compare_and_set(key: &str, expected: Option<&[u8]>, value: Option<&[u8]>) -> Result<bool, Error> {
        check(key)?;
        if ENTRIES.with_borrow(|entries| entries.get(key).map(Vec::as_slice) != expected) {
            return Ok(false);
        }
        match value {
            Some(value) => write(key, value)?,
            None => drop(ENTRIES.with_borrow_mut(|entries| entries.remove(key))),
        }
        Ok(true)
    }

    pub(super) fn list_keys(prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<String>, Error> {
        strike()?;
        if IS_AWAY.get() {
            return Err(Error::Unavailable);
        }
        let limit = limit.min(1000) as usize;
        Ok(ENTRIES.with_borrow(|entries| {
            entries
                .keys()
                .filter(|key| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after))
                .take(limit)
                .cloned()
                .collect()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, compare_and_set, delete, get, list_keys, set, testing};

    #[test]
    fn the_stand_in_keeps_entries() {
        set("a/1", "one").unwrap();
        set("a/2", "two").unwrap();
        set("b", "three").unwrap();
        assert_eq!(get("a/1").unwrap().as_deref(), Some(b"one".as_slice()));
        assert_eq!(list_keys("a/", Some("a/1"), 10).unwrap(), ["a/2"]);
        assert_eq!(testing::bytes(), 3 + 3 + 3 + 3 + 1 + 5);
        assert!(delete("b").unwrap());
        assert_eq!(get("b").unwrap(), None);
        assert!(set("", "empty key").is_err());
    }

    #[test]
    fn the_stand_in_fails_as_it_is_told() {
        set("a", "one").unwrap();
        testing::set_full(true);
        set("a", "two").unwrap();
        assert_eq!(set("a", "three"), Err(Error::Full));
        assert!(delete("a").unwrap());
        testing::set_full(false);
        testing::set_away(true);
        assert_eq!(get("a"), Err(Error::Unavailable));
        assert_eq!(list_keys("", None, 9), Err(Error::Unavailable));
        testing::set_away(false);
        set("a", "three").unwrap();
    }

    #[test]
    fn a_fault_has_the_say_of_each_call() {
        let mut calls = 0;
        testing::set_fault(Some(Box::new(move || {
            calls += 1;
            (calls == 2).then_some(Error::Unavailable)
        })));
        set("a", "one").unwrap();
        assert_eq!(compare_and_set("a", Some(b"one"), None), Err(Error::Unavailable));
        assert!(compare_and_set("a", Some(b"one"), None).unwrap(), "it is one call");
        testing::set_fault(Some(Box::new(|| panic!("cut off"))));
        std::panic::catch_unwind(|| set("a", "two")).unwrap_err();
        assert_eq!(get("a").unwrap(), None);
    }

    #[test]
    fn the_stand_in_compares_before_it_sets() {
        assert!(compare_and_set("n", None, Some(b"1")).unwrap());
        assert!(!compare_and_set("n", None, Some(b"2")).unwrap());
        assert!(compare_and_set("n", Some(b"1"), None).unwrap());
        assert_eq!(get("n").unwrap(), None);
    }
}
