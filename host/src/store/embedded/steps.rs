//! What a statement costs that should read little, whatever the machine: steps of SQLite's own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::Connection;

/// What comes of `work`, and how many hundreds of steps SQLite took for it on this connection.
pub(super) fn count<T>(connection: &Connection, work: impl FnOnce() -> T) -> (T, usize) {
    let steps = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&steps);
    let step = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    connection.progress_handler(100, Some(step)).unwrap();
    let worked = work();
    connection.progress_handler(0, None::<fn() -> bool>).unwrap();
    (worked, steps.load(Ordering::Relaxed))
}
