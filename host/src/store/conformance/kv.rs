//! Key-value stores of plugins.

use bytes::Bytes;

use super::NOW;
use crate::{model::kv::Written, store::Store};

const A: Bytes = Bytes::from_static(b"a");
const B: Bytes = Bytes::from_static(b"b");
/// More than a test keeps.
const ROOM: u64 = 1_000;

pub(in crate::store) async fn insert_find_delete(store: &dyn Store) {
    for _ in 0..2 {
        assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
    }
    store.kv_insert("p", "k", A, None, ROOM).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(A));
    store.kv_insert("p", "k", B, None, ROOM).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(B));
    assert!(store.kv_delete("p", "k", NOW).await.unwrap());
    assert!(!store.kv_delete("p", "k", NOW).await.unwrap());
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
}

pub(in crate::store) async fn plugins_are_apart(store: &dyn Store) {
    store.kv_insert("p", "qk", A, None, ROOM).await.unwrap();
    assert_eq!(store.kv_find("pq", "k", NOW).await.unwrap(), None);
    assert!(!store.kv_delete("q", "qk", NOW).await.unwrap());
    assert!(store.kv_list("q", "", None, 9, NOW).await.unwrap().is_empty());
}

pub(in crate::store) async fn expired_is_absent(store: &dyn Store) {
    let end = NOW.plus_millis(10);
    store.kv_insert("p", "k", A, Some(end), ROOM).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW.plus_millis(9)).await.unwrap(), Some(A));
    assert_eq!(store.kv_find("p", "k", end).await.unwrap(), None);
    assert!(store.kv_list("p", "", None, 9, end).await.unwrap().is_empty());
    assert_eq!(store.kv_compare_and_set("p", "k", None, Some(B), end, ROOM).await.unwrap(), Written::Done);
    assert_eq!(store.kv_find("p", "k", end.plus_millis(1_000)).await.unwrap(), Some(B), "the new one has no expiry");
    store.kv_insert("p", "k", A, Some(end), ROOM).await.unwrap();
    assert!(!store.kv_delete("p", "k", end).await.unwrap());
}

pub(in crate::store) async fn compare_and_set(store: &dyn Store) {
    let set = |expected, value| store.kv_compare_and_set("p", "k", expected, value, NOW, ROOM);
    assert_eq!(set(Some(b"a"), Some(B)).await.unwrap(), Written::Differs);
    assert_eq!(set(None, Some(A)).await.unwrap(), Written::Done);
    assert_eq!(set(None, Some(B)).await.unwrap(), Written::Differs);
    assert_eq!(set(Some(b"b"), None).await.unwrap(), Written::Differs);
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(A));
    assert_eq!(set(Some(b"a"), Some(B)).await.unwrap(), Written::Done);
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(B));
    assert_eq!(set(Some(b"b"), None).await.unwrap(), Written::Done);
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
}

pub(in crate::store) async fn compare_and_set_keeps_expiry(store: &dyn Store) {
    let end = NOW.plus_millis(10);
    store.kv_insert("p", "k", A, Some(end), ROOM).await.unwrap();
    assert_eq!(store.kv_compare_and_set("p", "k", Some(b"a"), Some(B), NOW, ROOM).await.unwrap(), Written::Done);
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(B));
    assert_eq!(store.kv_find("p", "k", end).await.unwrap(), None);
}

pub(in crate::store) async fn list_is_sorted_and_paged(store: &dyn Store) {
    for key in ["b/2", "a", "b/10", "b", "c", "b/é", "b/1"] {
        store.kv_insert("p", key, A, None, ROOM).await.unwrap();
    }
    let list = |prefix, after, limit| store.kv_list("p", prefix, after, limit, NOW);
    assert_eq!(list("", None, 99).await.unwrap(), ["a", "b", "b/1", "b/10", "b/2", "b/é", "c"]);
    assert_eq!(list("b/", None, 2).await.unwrap(), ["b/1", "b/10"]);
    assert_eq!(list("b/", Some("b/10"), 99).await.unwrap(), ["b/2", "b/é"]);
    assert_eq!(list("b/", Some("a"), 1).await.unwrap(), ["b/1"], "a cursor before the prefix");
    assert_eq!(list("b/", Some("b/1zz"), 1).await.unwrap(), ["b/2"], "a cursor that is no key");
    assert!(list("b/", Some("c"), 9).await.unwrap().is_empty());
    assert!(list("", None, 0).await.unwrap().is_empty());
}

pub(in crate::store) async fn clear_spares_others(store: &dyn Store) {
    store.kv_insert("p", "k", A, None, ROOM).await.unwrap();
    store.kv_insert("q", "k", B, None, ROOM).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(A));
    store.kv_clear("p").await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
    assert_eq!(store.kv_find("q", "k", NOW).await.unwrap(), Some(B));
}

pub(in crate::store) async fn quota(store: &dyn Store) {
    let value = |length: usize| Bytes::from(vec![0; length]);
    let insert = |key, length, expires| store.kv_insert("p", key, value(length), expires, 100);
    let size = async || store.kv_sizes().await.unwrap();
    assert_eq!(insert("é", 58, None).await.unwrap(), Written::Done);
    assert_eq!(size().await, [("p".to_owned(), 60)], "keys count by their bytes");
    let end = NOW.plus_millis(-1);
    assert_eq!(insert("old", 27, Some(end)).await.unwrap(), Written::Done);
    assert_eq!(insert("b", 30, None).await.unwrap(), Written::Done, "what has expired makes room");
    assert_eq!(size().await, [("p".to_owned(), 91)]);
    assert_eq!(insert("c", 9, None).await.unwrap(), Written::Full);
    assert_eq!(store.kv_find("p", "c", NOW).await.unwrap(), None);
    let set = |expected, length| store.kv_compare_and_set("p", "b", expected, Some(value(length)), NOW, 100);
    assert_eq!(set(Some(&[0; 30]), 40).await.unwrap(), Written::Full);
    assert_eq!(set(Some(&[0; 30]), 39).await.unwrap(), Written::Done);
    assert_eq!(store.kv_insert("q", "k", value(99), None, 100).await.unwrap(), Written::Done, "each has its own");
    assert_eq!(store.kv_insert("p", "b", value(38), None, 1).await.unwrap(), Written::Done, "it becomes less");
    assert_eq!(store.kv_insert("p", "b", value(39), None, 1).await.unwrap(), Written::Full);
    assert!(store.kv_delete("p", "b", NOW).await.unwrap());
    store.kv_clear("q").await.unwrap();
    assert_eq!(size().await, [("p".to_owned(), 60)]);
}
