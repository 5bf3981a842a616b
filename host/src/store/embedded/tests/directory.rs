//! Data directories, good and bad.

use std::fs;

use rusqlite::Connection;

use super::{message, open_in};
use crate::{
    clock::Clock,
    model::{
        GroupId, MessageId, RelationshipGroupIndex, Sequence, UserId, group::GroupPatch, message::Message,
        relationship::RelationshipGroup,
    },
    store::{
        Error, GroupStore, MessageStore, RelationshipGroupStore, UserStore,
        conformance::{self, NOW},
        embedded::{EmbeddedStore, OpenError, Options},
    },
};

fn open(path: &std::path::Path) -> Result<EmbeddedStore, OpenError> {
    EmbeddedStore::open(path, Options::default(), Clock::fake(NOW))
}

#[tokio::test]
async fn a_missing_directory_is_made_for_the_owner_only() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("a/b");
    let store = open(&path).unwrap();
    store.insert_message(message(1, 1, 2)).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_database_in_an_open_directory() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let store = open_in(&directory);
    store.insert_message(message(1, 1, 2)).await.unwrap();
    for file in ["talaria.db", "talaria.db-wal", "talaria.db-shm"] {
        let mode = fs::metadata(directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(&directory);
    store.insert_message(message(1, 1, 2)).await.unwrap();
    store.close().await;
    drop(store);
    let log = fs::metadata(directory.path().join("talaria.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "closing leaves no log to replay");
    let store = open_in(&directory);
    let expected = Message { sequence: Sequence(1), ..Message::clone(&message(1, 1, 2)) };
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(expected));
}

#[tokio::test]
async fn a_closed_store_refuses() {
    let (_directory, store) = super::open();
    store.close().await;
    assert!(matches!(store.insert_message(message(1, 1, 2)).await, Err(Error::Unavailable(_))));
    assert!(matches!(store.find_message(MessageId(1)).await, Err(Error::Unavailable(_))));
    assert!(matches!(store.list_users(&[1.into()]).await, Err(Error::Unavailable(_))));
    store.close().await;
}

#[test]
fn a_directory_serves_one_store_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(&directory);
    assert!(matches!(open(directory.path()), Err(OpenError::Locked { .. })));
    assert!(matches!(EmbeddedStore::lock(directory.path()), Err(OpenError::Locked { .. })));
    drop(store);
    let lock = EmbeddedStore::lock(directory.path()).unwrap();
    assert!(matches!(open(directory.path()), Err(OpenError::Locked { .. })));
    drop(lock);
    open(directory.path()).unwrap();
}

#[test]
fn a_file_is_no_directory() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(open(&file), Err(OpenError::NotADirectory { .. })));
    assert!(matches!(open(&file.join("below")), Err(OpenError::NotADirectory { .. })));
}

#[test]
fn newer_data_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(open_in(&directory));
    let database = Connection::open(directory.path().join("talaria.db")).unwrap();
    database.pragma_update(None, "user_version", 1000).unwrap();
    drop(database);
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 1000, .. }), "{error}");
}

#[tokio::test]
async fn data_of_the_first_version_are_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let database = Connection::open(directory.path().join("talaria.db")).unwrap();
    database.execute_batch(include_str!("../engine/migrations/1.sql")).unwrap();
    database.execute_batch("INSERT INTO users VALUES (7, NULL, '', '', '', 0, 1, 1, 1, NULL, 1, 1, 1, 1)").unwrap();
    // Two are in the index, the last is not.
    database
        .execute_batch(
            "INSERT INTO messages (id, sender, target, delivery_date, flags) VALUES (5, 1, 2, 9, 0), (6, 2, 1, 9, 0),
                 (7, 1, -2, 9, 0), (8, 1, 2, 9, 0);
             INSERT INTO messages_by_target VALUES (2, 9, 5), (1, 9, 6), (-2, 9, 7);
             INSERT INTO messages_by_pair VALUES (1, 2, 9, 5), (2, 1, 9, 6);
             UPDATE message_index SET indexed_through = 7",
        )
        .unwrap();
    database.pragma_update(None, "application_id", 0x5441_4c41).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    drop(database);
    let store = open(directory.path()).unwrap();
    for (id, sequence) in [(5, 1), (6, 2), (7, 1), (8, 3)] {
        assert_eq!(store.find_message(id.into()).await.unwrap().unwrap().sequence, sequence.into());
    }
    assert_eq!(store.insert_message(message(9, 2, 1)).await.unwrap(), 4.into());
    let groups = store.list_relationship_groups(UserId(7)).await.unwrap();
    assert_eq!(groups, [RelationshipGroup { index: RelationshipGroupIndex::DEFAULT, name: String::new() }]);
}

#[test]
fn another_programs_database_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let database = Connection::open(directory.path().join("talaria.db")).unwrap();
    database.execute_batch("CREATE TABLE things (id INTEGER)").unwrap();
    drop(database);
    assert!(matches!(open(directory.path()), Err(OpenError::Foreign)));
}

#[test]
fn garbage_is_reported_as_damage() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("talaria.db"), [42; 8192]).unwrap();
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Damaged(_)), "{error}");
}

#[cfg(unix)]
#[test]
fn a_directory_without_the_right_to_write_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let probe = directory.path().join("probe");
    if fs::write(&probe, "").is_ok() {
        eprintln!("skipped: this user may write anywhere");
        return;
    }
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
    let error = open(&directory.path().join("below")).unwrap_err();
    assert!(matches!(error, OpenError::Create { .. }), "{error}");
}

#[tokio::test]
async fn changes_of_groups_are_dated_after_those_of_a_former_run() {
    let directory = tempfile::tempdir().unwrap();
    let rename = async |store: &EmbeddedStore, id: i64, now| {
        let patch = GroupPatch { name: Some("new".into()), ..GroupPatch::default() };
        assert!(store.update_group(GroupId(id), patch, now).await.unwrap());
        store.find_group(GroupId(id)).await.unwrap().unwrap().last_updated_date
    };
    let store = open(directory.path()).unwrap();
    conformance::insert_group(&store, 1, &[1]).await;
    conformance::insert_group(&store, 2, &[1]).await;
    let before = rename(&store, 1, NOW.plus_millis(60_000)).await;
    store.close().await;
    drop(store);
    let store = open(directory.path()).unwrap();
    assert_eq!(store.last_group_change().await.unwrap(), before);
    assert!(rename(&store, 2, NOW).await > before, "though the clock stepped back");
}
