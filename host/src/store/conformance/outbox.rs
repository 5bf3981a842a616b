//! The outbox and the cursors of plugins.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{
    NOW, insert_group, insert_users,
    messages::{insert, to_group, to_user},
};
use crate::{
    model::{
        GroupId, MessageId, OutboxPosition, Timestamp, UserId,
        message::MessagePatch,
        outbox::{Change, Changes, Cursor, NewEvent, OutboxEvent, OutboxRetention},
    },
    store::Store,
};

fn event(kind: &str) -> NewEvent {
    NewEvent { kind: kind.into(), payload: kind.as_bytes().to_vec().into() }
}

/// Positions, and the ids of messages or the kinds of other events.
async fn list(store: &dyn Store, after: i64, limit: u32) -> Vec<(i64, String)> {
    let entries = store.list_events(OutboxPosition(after), limit).await.unwrap();
    let shown = |event| match event {
        OutboxEvent::Changed(Change::MessageStored(MessageId(id))) => id.to_string(),
        OutboxEvent::Changed(change) => format!("{change:?}"),
        OutboxEvent::Other(NewEvent { kind, payload }) => {
            assert_eq!(kind.as_bytes(), payload);
            kind
        }
    };
    entries.into_iter().map(|entry| (entry.position.0, shown(entry.event))).collect()
}

fn named(first: i64, names: &[&str]) -> Vec<(i64, String)> {
    (first..).zip(names).map(|(position, name)| (position, (*name).to_owned())).collect()
}

pub(in crate::store) async fn events_come_in_the_order_of_their_commits(store: &dyn Store) {
    let end = store.outbox_end();
    insert(store, [to_user(1, 1, 2)]).await;
    assert_eq!(*end.borrow(), OutboxPosition(0), "messages are not wanted yet");
    store.enter_changes(Changes::MESSAGE_STORED);
    insert(store, [to_user(3, 1, 2), to_group(2, 1, 1)]).await;
    store.insert_events(vec![event("a"), event("b")]).await.unwrap();
    store.recall_message(MessageId(3), NOW, Arc::new(to_user(4, 1, 2))).await.unwrap().unwrap();
    assert_eq!(*end.borrow(), OutboxPosition(5));
    let all = named(1, &["3", "2", "a", "b", "4"]);
    assert_eq!(list(store, 0, 10).await, all);
    for after in 0..5 {
        assert_eq!(list(store, after, 2).await, all[after as usize..].iter().take(2).cloned().collect::<Vec<_>>());
    }
    assert!(list(store, 5, 10).await.is_empty());
    assert!(list(store, 0, 0).await.is_empty());
    store.enter_changes(Changes::NONE);
    insert(store, [to_user(5, 1, 2)]).await;
    assert_eq!(*end.borrow(), OutboxPosition(5));
}

pub(in crate::store) async fn what_failed_is_not_in_it(store: &dyn Store) {
    store.enter_changes(Changes::MESSAGE_STORED);
    insert(store, [to_user(1, 1, 2)]).await;
    let again = join_all((1..=20).map(|id| store.insert_message(Arc::new(to_user(id, 1, 2))))).await;
    assert!(again[0].is_err() && again[1..].iter().all(Result::is_ok));
    // The notice has the id of another message, so nothing of the recall is left.
    store.recall_message(MessageId(1), NOW, Arc::new(to_user(2, 1, 2))).await.unwrap_err();
    store.insert_events(vec![event("end")]).await.unwrap();
    let entries = list(store, 0, 100).await;
    assert_eq!(entries.len(), 21);
    assert_eq!(entries[20], (21, "end".to_owned()));
}

pub(in crate::store) async fn a_run_can_be_read_in_part(store: &dyn Store) {
    store.enter_changes(Changes::MESSAGE_STORED);
    // Together, so that an engine may commit them together.
    join_all((1..=300).map(|id| store.insert_message(Arc::new(to_user(id, 1, 2))))).await;
    let all = list(store, 0, 1000).await;
    assert_eq!(all.iter().map(|entry| entry.0).collect::<Vec<_>>(), (1..=300).collect::<Vec<_>>());
    let (mut last, mut found) = (0, Vec::new());
    while last < 300 {
        found.extend(list(store, last, 7).await);
        last = found.last().map_or(300, |entry: &(i64, String)| entry.0);
    }
    assert_eq!(found, all);
}

pub(in crate::store) async fn cursors_come_move_and_go(store: &dyn Store) {
    let cursor = |plugin: &str, position| Cursor { plugin: plugin.into(), position: OutboxPosition(position) };
    for cursor in [cursor("b", 1), cursor("a", 2), cursor("b", 7)] {
        store.upsert_cursor(cursor).await.unwrap();
    }
    assert_eq!(store.list_cursors().await.unwrap(), [cursor("a", 2), cursor("b", 7)]);
    assert!(store.delete_cursor("a").await.unwrap());
    assert!(!store.delete_cursor("a").await.unwrap());
    assert_eq!(store.list_cursors().await.unwrap(), [cursor("b", 7)]);
}

pub(in crate::store) async fn events_go_when_they_are_old(store: &dyn Store) {
    for name in ["a", "b", "c"] {
        store.insert_events(vec![event(name)]).await.unwrap();
    }
    let later = NOW.plus_millis(1);
    let keep = OutboxRetention { taken: OutboxPosition(0), replay: later, wait: NOW };
    assert_eq!(store.purge_events(keep, 10).await.unwrap(), 0, "nobody has taken them");
    let taken = OutboxPosition(1);
    assert_eq!(
        store.purge_events(OutboxRetention { taken, replay: NOW, ..keep }, 10).await.unwrap(),
        0,
        "they are young"
    );
    assert_eq!(store.purge_events(OutboxRetention { taken, ..keep }, 10).await.unwrap(), 1);
    assert_eq!(list(store, 0, 10).await, named(2, &["b", "c"]));
    let all = OutboxRetention { taken, replay: later, wait: later };
    assert_eq!(store.purge_events(all, 10).await.unwrap(), 1, "the last one stays");
    store.insert_events(vec![event("d")]).await.unwrap();
    assert_eq!(list(store, 0, 10).await, named(3, &["c", "d"]));
}

pub(in crate::store) async fn a_date_has_a_position(store: &dyn Store) {
    let position = async |date: Timestamp| store.find_position(date).await.unwrap();
    assert_eq!(position(NOW).await, OutboxPosition(0));
    store.insert_events(vec![event("a"), event("b")]).await.unwrap();
    assert_eq!(position(NOW).await, OutboxPosition(0));
    assert_eq!(position(Timestamp(0)).await, OutboxPosition(0));
    assert_eq!(position(NOW.plus_millis(1)).await, OutboxPosition(2));
}

pub(in crate::store) async fn changes_are_entered_as_they_are_wanted(store: &dyn Store) {
    insert_users(store, &[1]).await;
    store.enter_changes(Changes::ALL);
    insert_users(store, &[2, 3]).await;
    insert_group(store, 5, &[1, 2]).await;
    insert(store, [to_user(1, 1, 2)]).await;
    let patch = MessagePatch { text: Some("new".into()), records: None, hop: 0 };
    assert!(store.update_message(MessageId(1), patch.clone(), NOW).await.unwrap());
    store.recall_message(MessageId(1), NOW, Arc::new(to_user(2, 1, 2))).await.unwrap().unwrap();
    assert!(!store.update_message(MessageId(1), patch, NOW).await.unwrap(), "it is recalled");
    assert_eq!(store.delete_members(GroupId(5), &[UserId(2), UserId(3)], NOW).await.unwrap(), [UserId(2)]);
    store.delete_group(GroupId(5), UserId(1), NOW).await.unwrap().unwrap();
    assert_eq!(store.delete_users(&[UserId(3), UserId(3)], NOW).await.unwrap(), [UserId(3)]);
    let entries = store.list_events(OutboxPosition(0), 100).await.unwrap();
    let (group, user) = (GroupId(5), UserId);
    let expected = [
        Change::UserCreated(user(2)),
        Change::UserCreated(user(3)),
        Change::GroupCreated(group),
        Change::MemberJoined { group, user: user(1) },
        Change::MemberJoined { group, user: user(2) },
        Change::MessageStored(MessageId(1)),
        Change::MessageEdited(MessageId(1)),
        Change::MessageRecalled(MessageId(1)),
        Change::MessageStored(MessageId(2)),
        Change::MemberLeft { group, user: user(2) },
        Change::MemberLeft { group, user: user(1) },
        Change::GroupDeleted(group),
        Change::UserDeleted(user(3)),
    ];
    let expected: Vec<_> = expected.into_iter().map(OutboxEvent::Changed).collect();
    assert_eq!(entries.into_iter().map(|entry| entry.event).collect::<Vec<_>>(), expected);
    store.enter_changes(Changes::USER_CREATED);
    insert_group(store, 6, &[1]).await;
    insert_users(store, &[7]).await;
    let entries = store.list_events(OutboxPosition(13), 100).await.unwrap();
    assert_eq!(entries.len(), 1);
}
