//! Key-value stores of plugins.

use bytes::Bytes;

use super::NOW;
use crate::store::Store;

const A: Bytes = Bytes::from_static(b"a");
const B: Bytes = Bytes::from_static(b"b");

pub(in crate::store) async fn insert_find_delete(store: &dyn Store) {
    for _ in 0..2 {
        assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
    }
    store.kv_insert("p", "k", A, None).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(A));
    store.kv_insert("p", "k", B, None).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(B));
    assert!(store.kv_delete("p", "k", NOW).await.unwrap());
    assert!(!store.kv_delete("p", "k", NOW).await.unwrap());
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
}

pub(in crate::store) async fn plugins_are_apart(store: &dyn Store) {
    store.kv_insert("p", "qk", A, None).await.unwrap();
    assert_eq!(store.kv_find("pq", "k", NOW).await.unwrap(), None);
    assert!(!store.kv_delete("q", "qk", NOW).await.unwrap());
    assert!(store.kv_list("q", "", None, 9, NOW).await.unwrap().is_empty());
}

pub(in crate::store) async fn expired_is_absent(store: &dyn Store) {
    let end = NOW.plus_millis(10);
    store.kv_insert("p", "k", A, Some(end)).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW.plus_millis(9)).await.unwrap(), Some(A));
    assert_eq!(store.kv_find("p", "k", end).await.unwrap(), None);
    assert!(store.kv_list("p", "", None, 9, end).await.unwrap().is_empty());
    assert!(store.kv_compare_and_set("p", "k", None, Some(B), end).await.unwrap());
    assert_eq!(store.kv_find("p", "k", end.plus_millis(1_000)).await.unwrap(), Some(B), "the new one has no expiry");
    store.kv_insert("p", "k", A, Some(end)).await.unwrap();
    assert!(!store.kv_delete("p", "k", end).await.unwrap());
}

pub(in crate::store) async fn compare_and_set(store: &dyn Store) {
    let set = |expected, value| store.kv_compare_and_set("p", "k", expected, value, NOW);
    assert!(!set(Some(b"a"), Some(B)).await.unwrap());
    assert!(set(None, Some(A)).await.unwrap());
    assert!(!set(None, Some(B)).await.unwrap());
    assert!(!set(Some(b"b"), None).await.unwrap());
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(A));
    assert!(set(Some(b"a"), Some(B)).await.unwrap());
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(B));
    assert!(set(Some(b"b"), None).await.unwrap());
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
}

pub(in crate::store) async fn compare_and_set_keeps_expiry(store: &dyn Store) {
    let end = NOW.plus_millis(10);
    store.kv_insert("p", "k", A, Some(end)).await.unwrap();
    assert!(store.kv_compare_and_set("p", "k", Some(b"a"), Some(B), NOW).await.unwrap());
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(B));
    assert_eq!(store.kv_find("p", "k", end).await.unwrap(), None);
}

pub(in crate::store) async fn list_is_sorted_and_paged(store: &dyn Store) {
    for key in ["b/2", "a", "b/10", "b", "c", "b/é", "b/1"] {
        store.kv_insert("p", key, A, None).await.unwrap();
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
    store.kv_insert("p", "k", A, None).await.unwrap();
    store.kv_insert("q", "k", B, None).await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), Some(A));
    store.kv_clear("p").await.unwrap();
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
    assert_eq!(store.kv_find("q", "k", NOW).await.unwrap(), Some(B));
}
