//! Messages that are stored once under their sender's key.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{
    NOW,
    messages::{insert, list, query, sent_to, to_user},
};
use crate::{
    model::{MessageId, Sequence, Timestamp, UserId, message::Insertion},
    store::{Error, Store},
};

async fn once(store: &dyn Store, id: i64, sender: i64, key: &str, oldest: Timestamp) -> Insertion {
    store.insert_message_once(Arc::new(to_user(id, sender, 2)), key.into(), oldest).await.unwrap()
}

async fn find(store: &dyn Store, sender: i64, key: &str, oldest: Timestamp) -> Option<i64> {
    store.find_message_by_key(UserId(sender), key, oldest).await.unwrap().map(|id| id.0)
}

pub(in crate::store) async fn a_key_stores_once(store: &dyn Store) {
    assert_eq!(find(store, 1, "a", NOW).await, None);
    assert_eq!(once(store, 1, 1, "a", NOW).await, Insertion::Stored(Sequence(1)));
    assert_eq!(once(store, 2, 1, "a", NOW).await, Insertion::Repeated(MessageId(1)));
    assert_eq!(find(store, 1, "a", NOW).await, Some(1));
    assert_eq!(find(store, 3, "a", NOW).await, None, "another sender's");
    assert_eq!(once(store, 3, 1, "b", NOW).await, Insertion::Stored(Sequence(2)));
    assert_eq!(once(store, 4, 3, "a", NOW).await, Insertion::Stored(Sequence(1)));
    // Polled together, so that an engine with group commit has them in one: one of them is stored.
    let results = join_all((10..20).map(|id| once(store, id, 1, "c", NOW))).await;
    let stored = results.iter().filter(|result| matches!(result, Insertion::Stored(_))).count();
    assert_eq!(stored, 1, "{results:?}");
    assert_eq!(list(store, query(sent_to(2, Some(&[1])))).await.len(), 3);
}

pub(in crate::store) async fn a_key_is_forgotten(store: &dyn Store) {
    once(store, 1, 1, "a", NOW).await;
    let later = NOW.plus_millis(2);
    assert_eq!(find(store, 1, "a", later).await, None);
    assert_eq!(once(store, 3, 1, "a", later).await, Insertion::Stored(Sequence(2)));
    assert_eq!(once(store, 4, 1, "a", NOW).await, Insertion::Repeated(MessageId(3)));
    // Another's new key sweeps old ones.
    once(store, 5, 1, "b", NOW).await;
    once(store, 9, 2, "c", NOW.plus_millis(8)).await;
    assert_eq!(find(store, 1, "b", NOW).await, None);
}

pub(in crate::store) async fn a_key_comes_with_its_message(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2)]).await;
    let taken = store.insert_message_once(Arc::new(to_user(1, 1, 2)), "a".into(), NOW).await;
    assert!(matches!(taken, Err(Error::Conflict)), "{taken:?}");
    assert_eq!(find(store, 1, "a", NOW).await, None);
    assert_eq!(once(store, 2, 1, "a", NOW).await, Insertion::Stored(Sequence(2)));
}
