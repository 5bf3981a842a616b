//! What is left of groups that are gone.

use std::sync::Arc;

use rusqlite::Connection;
use tempfile::TempDir;

use super::{message, open_folding, open_in};
use crate::{
    model::{
        GroupId, MessageId, Timestamp, UserId,
        group::{Group, Member, OwnershipLimits, Role},
        message::{Message, Target},
    },
    store::{
        GroupStore, MessageStore, UserStore,
        conformance::{NOW, group, member, user},
        embedded::EmbeddedStore,
    },
};

fn connect(directory: &TempDir) -> Connection {
    Connection::open(directory.path().join("talaria.db")).unwrap()
}

/// Groups of which the index knows who sent what into them.
fn senders(directory: &TempDir) -> Vec<i64> {
    let connection = connect(directory);
    let mut statement = connection.prepare("SELECT DISTINCT -target FROM group_senders ORDER BY 1").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// One message into each of two groups, then private ones, so that they are indexed.
async fn insert_messages(store: &EmbeddedStore) {
    for id in 1..=40 {
        let target = match id {
            1 => Target::Group(GroupId(7)),
            2 => Target::Group(GroupId(8)),
            _ => Target::User(UserId(2)),
        };
        store.insert_message(Arc::new(Message { target, ..Message::clone(&message(id, 1, 2)) })).await.unwrap();
    }
}

async fn insert_group(store: &EmbeddedStore, id: i64) {
    let owner = vec![member(id, 1, Role::Owner)];
    store.insert_group(group(id, 1), owner, OwnershipLimits::default(), u32::MAX).await.unwrap();
}

#[tokio::test]
async fn who_wrote_into_a_group_is_forgotten_with_it() {
    let (directory, store) = open_folding();
    store.insert_users(vec![user(1)]).await.unwrap();
    insert_group(&store, 7).await;
    insert_group(&store, 8).await;
    insert_messages(&store).await;
    assert_eq!(senders(&directory), [7, 8]);
    store.delete_group(GroupId(7), UserId(1), NOW).await.unwrap().unwrap();
    assert_eq!(senders(&directory), [8]);
}

#[tokio::test]
async fn who_wrote_into_a_group_is_forgotten_with_its_last_message() {
    let (directory, store) = open_folding();
    insert_messages(&store).await;
    assert_eq!(store.purge_messages(MessageId(2), 100).await.unwrap(), 1);
    assert_eq!(senders(&directory), [8]);
    assert_eq!(store.purge_messages(MessageId(3), 100).await.unwrap(), 1);
    assert_eq!(senders(&directory), Vec::<i64>::new());
}

#[tokio::test]
async fn an_update_clears_up_after_groups_deleted_before() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(&directory);
    store.insert_users(vec![user(1)]).await.unwrap();
    let deleted = Group { deletion_date: Some(Timestamp(1)), ..group(7, 1) };
    store.insert_group(deleted, Vec::<Member>::new(), OwnershipLimits::default(), u32::MAX).await.unwrap();
    insert_group(&store, 8).await;
    store.close().await;
    drop(store);
    let connection = connect(&directory);
    let before = "DROP TABLE system_messages_by_target; DROP TABLE system_messages_by_pair;
        INSERT INTO group_blocked_users VALUES (7, 3), (8, 3);
        INSERT INTO questions VALUES (1, 7, 'who?', '[]', 1), (2, 8, 'who?', '[]', 1);
        INSERT INTO group_senders VALUES (-7, 1, 1), (-8, 1, 1);
        PRAGMA user_version = 20;";
    connection.execute_batch(before).unwrap();
    drop(connection);
    drop(open_in(&directory));
    assert_eq!(senders(&directory), [8]);
    let connection = connect(&directory);
    for table in ["group_blocked_users", "questions"] {
        let sql = format!("SELECT group_concat(group_id) FROM {table}");
        assert_eq!(connection.query_row(&sql, [], |row| row.get::<_, String>(0)).unwrap(), "8", "{table}");
    }
}
