//! Tests of the engine.

mod cache;
mod concurrency;
mod conformance;
mod deleted_groups;
mod directory;
mod history;
mod killed;
mod model;
mod search;

use std::sync::Arc;

use tempfile::TempDir;

use super::{EmbeddedStore, Options};
use crate::{
    clock::Clock,
    model::{
        MessageId, Sequence, Timestamp, UserId,
        message::{Message, Target},
    },
    store::conformance::NOW,
};

fn open_in(directory: &TempDir) -> EmbeddedStore {
    EmbeddedStore::open(directory.path(), Options::default(), Clock::fake(NOW)).unwrap()
}

/// A store in a directory of its own, which goes with the guard.
fn open() -> (TempDir, EmbeddedStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(&directory);
    (directory, store)
}

fn open_folding_in(directory: &TempDir) -> EmbeddedStore {
    let options = Options { unindexed: 5, ..Options::default() };
    EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap()
}

/// A store that writes its index of messages every few messages.
fn open_folding() -> (TempDir, EmbeddedStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = open_folding_in(&directory);
    (directory, store)
}

fn message(id: i64, sender: i64, recipient: i64) -> Arc<Message> {
    Arc::new(Message {
        id: MessageId(id),
        sequence: Sequence::default(),
        sender: UserId(sender),
        target: Target::User(UserId(recipient)),
        is_system: false,
        text: Some("hello".into()),
        records: Vec::new(),
        burn_after: None,
        delivery_date: Timestamp(NOW.0 + id),
        modification_date: None,
        recall_date: None,
        deletion_date: None,
        previous: None,
        forwarded_from: None,
        hop: 0,
        reactions: Vec::new(),
    })
}
