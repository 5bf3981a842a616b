//! The index of words: that it follows the messages, and that it is never missed.

use std::{
    fs,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{EmbeddedStore, Options, message, open_folding, open_folding_in};
use crate::{
    clock::Clock,
    model::{
        GroupId, MessageId, UserId,
        message::{Message, MessagePatch, SearchQuery, SearchScope, Target},
    },
    store::{
        Error, MessageStore, SearchStore,
        conformance::NOW,
        embedded::{messages::index::Recent, search::find as find_in, steps},
    },
};

fn query(text: &str) -> SearchQuery {
    let scope = SearchScope::All { user: UserId(1), groups: Vec::new() };
    SearchQuery { text: text.into(), scope, before: None, limit: 1000 }
}

async fn find(store: &EmbeddedStore, text: &str) -> Vec<i64> {
    let (mut query, mut found) = (query(text), Vec::new());
    loop {
        let page = store.search_messages(&query).await.unwrap();
        found.extend(page.messages.iter().map(|message| message.id.0));
        query.before = page.next;
        if query.before.is_none() {
            return found;
        }
    }
}

async fn insert(store: &EmbeddedStore, ids: std::ops::RangeInclusive<i64>) {
    for id in ids {
        let text = Some(format!("message number{id}"));
        store.insert_message(Message { text, ..(*message(id, 1, 2)).clone() }.into()).await.unwrap();
    }
}

/// Messages in the index of words.
fn indexed(directory: &TempDir) -> i64 {
    let connection = Connection::open(directory.path().join("search.db")).unwrap();
    connection.query_row("SELECT count(*) FROM texts", [], |row| row.get(0)).unwrap()
}

/// The index is behind, by an unknown time.
async fn until(mut is_reached: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !is_reached().await {
        assert!(start.elapsed() < Duration::from_secs(20), "the index does not follow");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_index_follows_the_messages() {
    let (directory, store) = open_folding();
    insert(&store, 1..=50).await;
    until(async || indexed(&directory) >= 30).await;
    assert_eq!(find(&store, "number3").await, [3]);
    assert_eq!(find(&store, "message").await.len(), 50);
}

#[tokio::test]
async fn an_edited_message_is_found_by_its_new_words() {
    let (directory, store) = open_folding();
    insert(&store, 1..=50).await;
    until(async || indexed(&directory) >= 30).await;
    let patch = MessagePatch { text: Some("edited".into()), records: None, hop: 0 };
    assert!(store.update_message(MessageId(3), patch.clone(), NOW).await.unwrap());
    assert!(store.update_message(MessageId(50), patch, NOW).await.unwrap());
    until(async || find(&store, "edited").await == [50, 3]).await;
    assert!(find(&store, "number3").await.is_empty());
}

#[tokio::test]
async fn purged_messages_leave_the_index() {
    let (directory, store) = open_folding();
    insert(&store, 1..=50).await;
    until(async || indexed(&directory) >= 30).await;
    assert_eq!(store.purge_messages(MessageId(21), 100).await.unwrap(), 20);
    until(async || indexed(&directory) <= 30).await;
    assert_eq!(find(&store, "message").await.len(), 30);
}

#[tokio::test]
async fn a_message_that_comes_late_is_found() {
    let (directory, store) = open_folding();
    insert(&store, 101..=150).await;
    until(async || indexed(&directory) >= 30).await;
    insert(&store, 7..=7).await;
    until(async || find(&store, "number7").await == [7]).await;
}

#[tokio::test]
async fn an_index_that_does_not_fit_is_made_anew() {
    for damage in [
        |path: &std::path::Path| fs::write(path, b"no database at all, but long enough for a header").unwrap(),
        |path: &std::path::Path| fs::remove_file(path).unwrap(),
        |path: &std::path::Path| {
            Connection::open(path).unwrap().execute("UPDATE progress SET searched_through = 999", []).unwrap();
        },
    ] {
        let (directory, store) = open_folding();
        insert(&store, 1..=50).await;
        store.close().await;
        drop(store);
        damage(&directory.path().join("search.db"));
        let store = open_folding_in(&directory);
        assert_eq!(find(&store, "number3").await, [3]);
        until(async || indexed(&directory) >= 30).await;
        assert_eq!(find(&store, "message").await.len(), 50);
    }
}

#[tokio::test]
async fn without_search_nothing_is_indexed() {
    let (directory, store) = open_folding();
    insert(&store, 1..=50).await;
    store.close().await;
    drop(store);
    let open = |search| {
        let options = Options { search, unindexed: 5, ..Options::default() };
        EmbeddedStore::open(directory.path(), options, Clock::fake(NOW)).unwrap()
    };
    let store = open(false);
    assert!(!directory.path().join("search.db").exists());
    let refused = store.search_messages(&query("message")).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let patch = MessagePatch { text: Some("edited".into()), records: None, hop: 0 };
    assert!(store.update_message(MessageId(3), patch, NOW).await.unwrap());
    store.close().await;
    drop(store);
    let store = open(true);
    until(async || find(&store, "edited").await == [3]).await;
}

#[tokio::test]
async fn damage_within_is_noticed_and_mended_at_the_next_start() {
    let (directory, store) = open_folding();
    insert(&store, 1..=500).await;
    until(async || indexed(&directory) >= 480).await;
    store.close().await;
    drop(store);
    let path = directory.path().join("search.db");
    let mut bytes = fs::read(&path).unwrap();
    // All but the first pages, which tell what the tables are and how far the index has come.
    bytes[6 * 4096..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let store = open_folding_in(&directory);
    let refused = store.search_messages(&query("number3")).await;
    assert!(refused.is_err(), "{refused:?}");
    store.close().await;
    drop(store);
    let store = open_folding_in(&directory);
    assert_eq!(find(&store, "number3").await, [3]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_words() {
    use std::os::unix::fs::PermissionsExt as _;

    let (directory, store) = open_folding();
    insert(&store, 1..=50).await;
    until(async || indexed(&directory) >= 30).await;
    for entry in fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("search.db") {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
}

#[tokio::test]
async fn what_the_index_has_not_reached_is_found_all_the_same() {
    let (directory, store) = open_folding();
    for id in 1..=200 {
        let target = match id % 4 {
            0 => Target::Group(GroupId(7)),
            1 => Target::User(UserId(2)),
            2 => Target::User(UserId(3)),
            // Of others.
            _ => Target::Group(GroupId(8)),
        };
        let text = Some(format!("message number{id}"));
        store.insert_message(Message { target, text, ..(*message(id, 1, 2)).clone() }.into()).await.unwrap();
    }
    until(async || indexed(&directory) >= 180).await;
    store.close().await;
    drop(store);
    let connection = Connection::open(directory.path().join("talaria.db")).unwrap();
    connection.execute("ATTACH ?1 AS search", [directory.path().join("search.db").to_string_lossy()]).unwrap();
    connection.execute_batch("UPDATE search.progress SET searched_through = 30").unwrap();
    connection.execute_batch("DELETE FROM search.texts WHERE rowid > 30").unwrap();
    let indexed_through: i64 =
        connection.query_row("SELECT indexed_through FROM message_index", [], |row| row.get(0)).unwrap();
    let scope = SearchScope::All { user: UserId(1), groups: vec![GroupId(7)] };
    let (mut query, mut found) = (SearchQuery { scope, ..query("message") }, Vec::new());
    loop {
        let page = find_in(&connection, &Recent::default(), &query).unwrap();
        found.extend(page.messages.iter().map(|message| message.id.0));
        query.before = page.next;
        if query.before.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (1..=indexed_through).rev().filter(|id| id % 4 != 3).collect();
    assert_eq!(found, expected);
}

/// A database in which no words are indexed, with rows of the index of a group's messages, oldest first.
fn unsearched(rows: &[Vec<i64>]) -> (TempDir, Connection) {
    let (directory, store) = open_folding();
    drop(store);
    let mut connection = Connection::open(directory.path().join("talaria.db")).unwrap();
    connection.execute("ATTACH ?1 AS search", [directory.path().join("search.db").to_string_lossy()]).unwrap();
    let transaction = connection.transaction().unwrap();
    let mut last = 0;
    for ids in rows {
        let blob: Vec<u8> = ids.iter().flat_map(|id| id.to_be_bytes()).collect();
        last += i64::try_from(ids.len()).unwrap();
        transaction.execute("INSERT INTO messages_by_sequence VALUES (-7, 0, ?1, ?2)", (last, blob)).unwrap();
        for id in ids {
            let insert = "INSERT INTO messages (id, sender, target, delivery_date, flags, text)
                 VALUES (?1, 1, -7, 1, 0, 'word')";
            transaction.execute(insert, [id]).unwrap();
        }
    }
    transaction.execute("UPDATE message_index SET indexed_through = (SELECT max(id) FROM messages)", []).unwrap();
    transaction.commit().unwrap();
    (directory, connection)
}

fn newest(connection: &Connection, limit: u32) -> Vec<i64> {
    let query = SearchQuery { scope: SearchScope::Group(GroupId(7)), limit, ..query("word") };
    let page = find_in(connection, &Recent::default(), &query).unwrap();
    page.messages.iter().map(|message| message.id.0).collect()
}

#[test]
fn what_is_not_indexed_is_read_as_far_as_it_counts() {
    let rows: Vec<Vec<i64>> = (0..5000).map(|row| (1 + row * 10..=10 + row * 10).collect()).collect();
    let (_directory, connection) = unsearched(&rows);
    let (found, steps) = steps::count(&connection, || newest(&connection, 20));
    assert_eq!(found, (49_981..=50_000).rev().collect::<Vec<_>>());
    assert!(steps < 50, "{steps} hundred steps of SQLite's machine");
}

#[test]
fn late_messages_hide_none_before_them() {
    // Five that were held back came after the newest, with ids from long ago.
    let mut rows: Vec<Vec<i64>> = (10..60).map(|row| (1 + row * 10..=10 + row * 10).collect()).collect();
    rows.extend((1..=5).map(|id| vec![id]));
    let (_directory, connection) = unsearched(&rows);
    assert_eq!(newest(&connection, 20), (581..=600).rev().collect::<Vec<_>>());
    connection.execute_batch("UPDATE search.progress SET searched_through = 580").unwrap();
    assert_eq!(newest(&connection, 20), (581..=600).rev().collect::<Vec<_>>());
}
