//! The one instance of the plugin that a component holds: what the attribute macro's code calls.

use std::cell::RefCell;
use std::fmt::Display;
use std::thread::LocalKey;

/// Filled by `start`, emptied by `stop`.
pub type Instance<T> = RefCell<Option<T>>;

const NOT_STARTED: &str = "the server calls `start` before anything that needs the instance";

/// Keeps what the author's `start` returned.
///
/// # Errors
///
/// What `start` refused with, as text for the operator.
pub fn start<T, E: Display>(instance: &'static LocalKey<Instance<T>>, started: Result<T, E>) -> Result<(), String> {
    let started = started.map_err(|error| error.to_string())?;
    instance.set(Some(started));
    Ok(())
}

/// Calls a method that takes `&self`.
///
/// # Panics
///
/// Before `start`.
pub fn with<T, R>(instance: &'static LocalKey<Instance<T>>, call: impl FnOnce(&T) -> R) -> R {
    instance.with_borrow(|instance| call(instance.as_ref().expect(NOT_STARTED)))
}

/// Calls a method that takes `&mut self`.
///
/// # Panics
///
/// Before `start`.
pub fn with_mut<T, R>(instance: &'static LocalKey<Instance<T>>, call: impl FnOnce(&mut T) -> R) -> R {
    instance.with_borrow_mut(|instance| call(instance.as_mut().expect(NOT_STARTED)))
}

/// Drops the instance, after the author's `stop`.
pub fn stop<T>(instance: &'static LocalKey<Instance<T>>) {
    drop(instance.take());
}
