//! Capability: secrets that the operator gives the plugin, such as keys of services. They are nowhere shown and nowhere
//! logged; what the plugin does with them is its own.
//!
//! In a native unit test there are those that the test has put in with [`testing`].

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::secrets as host;
#[cfg(not(target_family = "wasm"))]
use testing as host;

/// The secret of this name; `None` when the operator has given no such one.
pub fn get(name: &str) -> Option<String> {
    host::get(name)
}

/// Secrets in the memory of the test's thread.
#[cfg(not(target_family = "wasm"))]
pub mod testing {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    thread_local! {
        static SECRETS: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// Gives the plugin a secret.
    pub fn give(name: &str, secret: &str) {
        SECRETS.with_borrow_mut(|secrets| secrets.insert(name.to_owned(), secret.to_owned()));
    }

    pub(super) fn get(name: &str) -> Option<String> {
        SECRETS.with_borrow(|secrets| secrets.get(name).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::{get, testing};

    #[test]
    fn the_double_has_what_a_test_has_given() {
        testing::give("key", "hunter2");
        assert_eq!(get("key").as_deref(), Some("hunter2"));
        assert_eq!(get("other"), None);
    }
}
