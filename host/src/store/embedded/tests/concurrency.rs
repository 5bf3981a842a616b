//! The queue of writes: order, backpressure, callers that go away.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::join_all};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::{message, open, open_folding};
use crate::{
    clock::Clock,
    model::{Sequence, UserId},
    store::{
        Error, MessageStore,
        conformance::NOW,
        embedded::{EmbeddedStore, Options},
    },
};

#[tokio::test]
async fn writes_are_committed_in_the_order_of_their_submission() {
    let (_directory, store) = open();
    let order = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let jobs = (0..500).map(|number| {
        let order = Arc::clone(&order);
        store.writer.run(move |_| {
            order.lock().push(number);
            Ok(())
        })
    });
    join_all(jobs).await.into_iter().for_each(|result| result.unwrap());
    assert_eq!(*order.lock(), (0..500).collect::<Vec<_>>());
}

/// A store with small queues.
fn open_narrow() -> (TempDir, EmbeddedStore) {
    let directory = tempfile::tempdir().unwrap();
    let window = Duration::from_micros(200);
    let options = Options { write_queue: 2, batch: 3, window, readers: 1, read_queue: 1, ..Options::default() };
    let store = EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap();
    (directory, store)
}

#[tokio::test]
async fn a_full_queue_makes_writes_wait_but_no_messages() {
    let (_directory, store) = open_narrow();
    let (go_on, stopped) = std::sync::mpsc::channel::<()>();
    let write = || store.writer.run(|_| Ok(()));
    let mut stopping = Box::pin(store.writer.run(move |_| Ok(stopped.recv().is_ok())));
    assert!((&mut stopping).now_or_never().is_none());
    let mut queued = Box::pin(write());
    assert!((&mut queued).now_or_never().is_none());
    assert_eq!(store.writer.free_room(), 0);
    let mut late = Box::pin(write());
    assert!((&mut late).now_or_never().is_none());
    let message = store.insert_message(message(1, 1, 2));
    go_on.send(()).unwrap();
    assert!(stopping.await.unwrap());
    message.await.unwrap();
    queued.await.unwrap();
    late.await.unwrap();
    assert_eq!(store.writer.free_room(), 2, "all of it is given back");
}

#[tokio::test]
async fn small_queues_make_callers_wait_and_lose_nothing() {
    let (_directory, store) = open_narrow();
    let writes = join_all((0..200).map(|_| store.writer.run(|_| Ok(())))).await;
    assert!(writes.iter().all(Result::is_ok));
    let results = join_all((1..=200).map(|id| store.insert_message(message(id, 1, 2)))).await;
    assert!(results.iter().all(Result::is_ok));
    let found = join_all((1..=200).map(|id| store.find_message(id.into()))).await;
    assert!(found.iter().all(|found| matches!(found, Ok(Some(_)))));
}

#[tokio::test]
async fn a_caller_that_goes_away_changes_nothing() {
    let (_directory, store) = open();
    let _ = store.insert_message(message(1, 1, 2)).now_or_never();
    let _ = store.find_message(1.into()).now_or_never();
    store.insert_message(message(2, 1, 2)).await.unwrap();
    assert!(store.find_message(1.into()).await.unwrap().is_some());
}

const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

#[tokio::test]
async fn a_read_that_takes_too_long_is_interrupted() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { readers: 1, read_time: Duration::from_millis(50), ..Options::default() };
    let store = EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap();
    store.insert_message(message(1, 1, 2)).await.unwrap();
    let endless = store.readers.run(|connection| {
        let transaction = connection.unchecked_transaction()?;
        Ok(transaction.query_row(ENDLESS, [], |row| row.get::<_, i64>(0))?)
    });
    let interrupted = endless.await;
    assert!(matches!(interrupted, Err(Error::Unavailable(_))), "{interrupted:?}");
    // The same thread and connection go on, with a budget of their own and no transaction left open.
    store.insert_message(message(2, 1, 2)).await.unwrap();
    for id in [1, 2] {
        assert!(store.find_message(id.into()).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_waits_for_no_endless_read() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { readers: 1, read_time: Duration::MAX, ..Options::default() };
    let store = Arc::new(EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap());
    let (begun, is_begun) = tokio::sync::oneshot::channel();
    let reading = Arc::clone(&store);
    #[expect(clippy::disallowed_methods, reason = "it is awaited below")]
    let endless = tokio::spawn(async move {
        let read = reading.readers.run(move |connection| {
            let _ = begun.send(());
            Ok(connection.query_row(ENDLESS, [], |row| row.get::<_, i64>(0))?)
        });
        read.await
    });
    is_begun.await.unwrap();
    store.close().await;
    let interrupted = endless.await.unwrap();
    assert!(matches!(interrupted, Err(Error::Unavailable(_))), "{interrupted:?}");
}

#[tokio::test]
async fn closing_finishes_what_was_asked_for() {
    let (directory, store) = open();
    let mut late = Box::pin(store.insert_message(message(101, 1, 2)));
    assert!((&mut late).now_or_never().is_none());
    store.close().await;
    late.await.unwrap();
    drop(store);
    assert!(super::open_in(&directory).find_message(101.into()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_panic_in_a_read_is_its_own() {
    let (_directory, store) = open();
    for _ in 0..10 {
        let failed = store.readers.run::<(), _>(|_| panic!("on purpose")).await;
        assert!(matches!(failed, Err(Error::Unavailable(_))));
    }
    assert_eq!(store.find_message(1.into()).await.unwrap(), None);
}

#[tokio::test]
async fn a_lost_transaction_fails_all_of_its_writes() {
    let (_directory, store) = open();
    let vandal = store.writer.run(|write| {
        write.connection.execute_batch("ROLLBACK")?;
        Ok(UserId(1))
    });
    let message = store.insert_message(message(1, 1, 2));
    let (vandal, _) = futures_util::future::join(vandal, message).await;
    assert!(matches!(vandal, Err(Error::Unavailable(_))), "{vandal:?}");
    store.insert_message(super::message(2, 1, 2)).await.unwrap();
    assert!(store.find_message(2.into()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_panic_in_a_write_costs_its_commit_and_no_later_one() {
    let (_directory, store) = open_folding();
    for id in (1..40).step_by(2) {
        let panicking = store.writer.run::<(), _>(|write| {
            write.connection.execute_batch("DELETE FROM messages")?;
            panic!("on purpose")
        });
        let (failed, _) = futures_util::future::join(panicking, store.insert_message(message(id, 1, 2))).await;
        assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
        store.insert_message(message(id + 1, 1, 2)).await.unwrap();
    }
    for id in (2..=40).step_by(2) {
        assert!(store.find_message(id.into()).await.unwrap().is_some(), "{id}");
    }
}

/// Enough at once that a commit holds several.
async fn insert_many(store: &EmbeddedStore, ids: std::ops::Range<i64>) -> Vec<Result<Sequence, Error>> {
    join_all(ids.map(|id| store.insert_message(message(id, 1, 2)))).await
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

#[test]
fn a_store_that_was_opened_without_a_runtime_answers_all() {
    let (_directory, store) = open();
    let answers = runtime().block_on(insert_many(&store, 1..100));
    assert!(answers.iter().all(Result::is_ok));
}

#[test]
fn all_are_answered_when_the_runtime_is_gone() {
    let first = runtime();
    let (_directory, store) = first.block_on(async { open() });
    drop(first);
    let answers = runtime().block_on(insert_many(&store, 1..100));
    assert!(answers.iter().all(Result::is_ok));
}

#[tokio::test]
async fn closing_answers_all_that_are_under_way() {
    let (_directory, store) = open();
    let mut writes = Box::pin(insert_many(&store, 1..100));
    assert!((&mut writes).now_or_never().is_none());
    store.close().await;
    let answers = writes.now_or_never().expect("all are answered when the store is closed");
    assert!(answers.iter().all(Result::is_ok));
}
