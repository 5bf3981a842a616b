//! The caches: what they save, that they stay bounded, and that they never show what is no longer true.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use bytes::Bytes;

use super::open;
use crate::{
    clock::Clock,
    model::{
        OutboxPosition, UserId,
        outbox::{Changes, NewEvent},
    },
    store::{
        Error, KvStore, OutboxStore, RelationshipStore, UserStore,
        conformance::{NOW, user},
        embedded::{
            CacheSizes, EmbeddedStore, Options,
            engine::{Stale, cache::KvKey, load},
        },
    },
};

#[tokio::test]
async fn a_hit_does_not_ask_the_database() {
    let (_directory, store) = open();
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap(), None);
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
    store.readers.close();
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap(), None);
    assert_eq!(store.kv_find("p", "k", NOW).await.unwrap(), None);
    assert!(matches!(store.find_relationship(UserId(1), UserId(3)).await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn unknown_ids_do_not_fill_the_memory() {
    let directory = tempfile::tempdir().unwrap();
    let caches = CacheSizes { users: 64 << 10, ..CacheSizes::default() };
    let options = Options { caches, ..Options::default() };
    let store = EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap();
    for id in 1..5_000 {
        assert_eq!(store.find_user(UserId(id)).await.unwrap(), None);
    }
    assert!(store.caches.users.weight() <= 64 << 10);
    assert!(store.caches.users.len() < 1_000);
}

/// The reader has the old value in its hands when the writer commits and removes the key.
#[tokio::test]
async fn a_value_read_before_a_commit_is_not_kept() {
    let (_directory, store) = open();
    let old = load(&store.caches.users, &UserId(1), async {
        store.caches.remove(&Stale::User(UserId(1)));
        Ok(None)
    });
    assert_eq!(old.await.unwrap(), None);
    assert_eq!(store.caches.users.peek(&UserId(1)), None);
    let key = KvKey::new("p", "k");
    let old = load(&store.caches.kv, &key, async {
        store.caches.remove(&Stale::AllKv);
        Ok(None)
    });
    assert!(old.await.unwrap().is_none());
    assert_eq!(store.caches.kv.len(), 0);
}

/// Readers check that they never see less than what was acknowledged before they asked, with a cache that is too small.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_never_see_less_than_was_acknowledged() {
    const LAST: i64 = 300;
    let (_directory, store) = open();
    let store = Arc::new(store);
    let acknowledged = Arc::new(AtomicI64::new(0));
    store.kv_insert("p", "n", number(0), None, 99).await.unwrap();
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
        readers.spawn(async move {
            let mut floor = 0;
            while floor < LAST {
                floor = acknowledged.load(Ordering::SeqCst);
                let seen = store.kv_find("p", "n", NOW).await.unwrap().unwrap();
                let seen = i64::from_le_bytes(seen[..].try_into().unwrap());
                assert!(seen >= floor, "saw {seen} after {floor} was acknowledged");
                tokio::task::yield_now().await;
            }
        });
    }
    for n in 1..=LAST {
        store.kv_insert("p", "n", number(n), None, 99).await.unwrap();
        acknowledged.store(n, Ordering::SeqCst);
    }
    while let Some(reader) = readers.join_next().await {
        reader.unwrap();
    }
}

fn number(n: i64) -> Bytes {
    Bytes::copy_from_slice(&n.to_le_bytes())
}

#[tokio::test]
async fn an_event_is_listed_when_the_outbox_tells_of_it() {
    let (directory, store) = open();
    let event = || NewEvent { kind: "told".into(), payload: b"told".to_vec().into() };
    store.insert_events(vec![event()]).await.unwrap();
    // A commit that is done, but of which the writer has not told yet.
    let connection = rusqlite::Connection::open(directory.path().join("talaria.db")).unwrap();
    connection.execute("INSERT INTO outbox VALUES (2, ?1, 'early', x'')", [NOW.0]).unwrap();
    let listed = store.list_events(OutboxPosition(0), 10).await.unwrap();
    assert_eq!(listed.iter().map(|entry| entry.position.0).collect::<Vec<_>>(), [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hears_of_a_change_sees_it() {
    const USERS: i64 = 3000;
    let (_directory, store) = open();
    let store = Arc::new(store);
    let ids: Vec<_> = (1..=USERS).map(UserId).collect();
    store.insert_users(ids.iter().map(|id| user(id.0)).collect()).await.unwrap();
    store.enter_changes(Changes::ALL);
    // Of the keys that become stale this one is the last.
    let last = UserId(USERS);
    assert!(store.find_user(last).await.unwrap().unwrap().deletion_date.is_none());
    let mut end = store.outbox_end();
    end.mark_unchanged();
    let observer = Arc::clone(&store);
    #[expect(clippy::disallowed_methods, reason = "it is awaited below")]
    let seen = tokio::spawn(async move {
        end.changed().await.unwrap();
        observer.find_user(last).await.unwrap()
    });
    store.delete_users(&ids, NOW).await.unwrap();
    let seen = seen.await.unwrap();
    assert!(seen.is_none_or(|user| user.deletion_date.is_some()), "an observer was shown what was there before");
}
