//! Messages.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join_all;

use super::NOW;
use crate::{
    model::{
        GroupId, MessageId, Sequence, Timestamp, UserId,
        message::{Message, MessageQuery, MessageScope, Target},
    },
    store::{Error, Store},
};

fn message(id: i64, sender: i64, target: Target) -> Message {
    Message {
        id: MessageId(id),
        sequence: Sequence::default(),
        sender: UserId(sender),
        target,
        is_system: false,
        text: Some(format!("message {id}")),
        records: Vec::new(),
        burn_after: None,
        delivery_date: NOW.plus_millis(id),
        modification_date: None,
        recall_date: None,
        deletion_date: None,
        previous: None,
        forwarded_from: None,
        hop: 0,
        reactions: Vec::new(),
    }
}

pub(super) fn to_user(id: i64, sender: i64, user: i64) -> Message {
    message(id, sender, Target::User(UserId(user)))
}

pub(super) fn to_group(id: i64, sender: i64, group: i64) -> Message {
    message(id, sender, Target::Group(GroupId(group)))
}

pub(super) async fn insert(store: &dyn Store, messages: impl IntoIterator<Item = Message>) {
    for message in messages {
        store.insert_message(Arc::new(message)).await.unwrap();
    }
}

/// The message as it is found.
pub(super) fn placed(sequence: i64, message: Message) -> Message {
    Message { sequence: Sequence(sequence), ..message }
}

pub(super) fn query(scope: MessageScope) -> MessageQuery {
    MessageQuery {
        scope,
        ids: None,
        is_system: None,
        with_recalled: false,
        start: None,
        end: None,
        descending: false,
        limit: 100,
        reacting_users: 2,
    }
}

pub(super) async fn list(store: &dyn Store, query: MessageQuery) -> Vec<i64> {
    store.list_messages(&query).await.unwrap().iter().map(|message| message.id.0).collect()
}

/// The ids of a scope, after checking that the other order and small pages agree and that the count does.
async fn scope(store: &dyn Store, scope: MessageScope) -> Vec<i64> {
    let all = list(store, query(scope.clone())).await;
    let mut descending = list(store, MessageQuery { descending: true, ..query(scope.clone()) }).await;
    descending.reverse();
    assert_eq!(all, descending);
    for limit in 0..=all.len() {
        let page = MessageQuery { limit: u32::try_from(limit).unwrap(), ..query(scope.clone()) };
        assert_eq!(list(store, page.clone()).await, all[..limit]);
        let mut last = list(store, MessageQuery { descending: true, ..page }).await;
        last.reverse();
        assert_eq!(last, all[all.len() - limit..]);
    }
    assert_eq!(store.count_messages(&scope, None, None).await.unwrap(), all.len() as u64);
    all
}

pub(super) fn sent_to(user: i64, from: Option<&[i64]>) -> MessageScope {
    MessageScope::SentTo { user: UserId(user), from: from.map(super::user_ids) }
}

fn sent_by(user: i64, to: Option<&[i64]>) -> MessageScope {
    MessageScope::SentBy { user: UserId(user), to: to.map(super::user_ids) }
}

fn private(user: i64, with: Option<&[i64]>) -> MessageScope {
    MessageScope::Private { user: UserId(user), with: with.map(super::user_ids) }
}

fn groups(ids: &[i64]) -> MessageScope {
    MessageScope::Groups(ids.iter().copied().map(GroupId).collect())
}

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), None);
    insert(store, [to_user(1, 1, 2), to_group(2, 1, 2), Message { deletion_date: Some(NOW), ..to_user(3, 1, 2) }])
        .await;
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(placed(1, to_user(1, 1, 2))));
    assert_eq!(store.find_message(MessageId(2)).await.unwrap(), Some(placed(1, to_group(2, 1, 2))));
    assert_eq!(store.find_message(MessageId(3)).await.unwrap(), None, "deleted");
}

pub(in crate::store) async fn all_fields_survive(store: &dyn Store) {
    let full = Message {
        is_system: true,
        text: None,
        records: vec![Bytes::from_static(b"\0\xff"), Bytes::new(), Bytes::from(vec![9; 70_000])],
        burn_after: Some(30),
        modification_date: Some(NOW.plus_millis(1)),
        recall_date: Some(NOW.plus_millis(2)),
        hop: 7,
        previous: Some(MessageId(5)),
        forwarded_from: Some(MessageId(6)),
        ..to_group(i64::MAX, i64::MAX, i64::MAX)
    };
    let full = Message { delivery_date: NOW, ..full };
    insert(store, [full.clone()]).await;
    assert_eq!(store.find_message(full.id).await.unwrap(), Some(placed(1, full)));
    let empty = Message { text: Some(String::new()), ..to_user(1, 0, 0) };
    insert(store, [empty.clone()]).await;
    assert_eq!(store.find_message(empty.id).await.unwrap(), Some(placed(1, empty)));
}

pub(in crate::store) async fn id_is_taken_once(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2)]).await;
    let again = store.insert_message(Arc::new(to_user(1, 3, 4))).await;
    assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(placed(1, to_user(1, 1, 2))));
}

pub(in crate::store) async fn order_is_date_then_id(store: &dyn Store) {
    let dated = |id, milliseconds| Message { delivery_date: NOW.plus_millis(milliseconds), ..to_user(id, 1, 2) };
    insert(store, [dated(5, 10), dated(4, 30), dated(3, 10), dated(2, 20)]).await;
    assert_eq!(scope(store, sent_to(2, None)).await, [3, 5, 2, 4]);
    assert_eq!(scope(store, sent_to(2, Some(&[1]))).await, [3, 5, 2, 4]);
    assert_eq!(scope(store, private(1, None)).await, [3, 5, 2, 4]);
}

pub(in crate::store) async fn dates_bound_the_page(store: &dyn Store) {
    insert(store, (1..=5).map(|id| to_user(id, 1, 2))).await;
    let from = |start: Option<i64>, end: Option<i64>| MessageQuery {
        start: start.map(|id| NOW.plus_millis(id)),
        end: end.map(|id| NOW.plus_millis(id)),
        ..query(sent_to(2, None))
    };
    assert_eq!(list(store, from(Some(2), Some(4))).await, [2, 3], "the end is exclusive");
    assert_eq!(list(store, from(Some(4), None)).await, [4, 5]);
    assert_eq!(list(store, from(None, Some(2))).await, [1]);
    assert!(list(store, from(Some(4), Some(2))).await.is_empty());
    let extreme = MessageQuery { end: Some(Timestamp(i64::MIN)), ..query(sent_to(2, None)) };
    assert!(list(store, extreme).await.is_empty());
    let count = |scope: MessageScope| async move {
        store.count_messages(&scope, Some(NOW.plus_millis(2)), Some(NOW.plus_millis(4))).await.unwrap()
    };
    assert_eq!(count(sent_to(2, None)).await, 2);
    assert_eq!(count(sent_to(2, Some(&[1, 9]))).await, 2);
    assert_eq!(count(private(1, None)).await, 2);
}

pub(in crate::store) async fn sent_to_filters_senders(store: &dyn Store) {
    insert(store, [to_user(1, 1, 9), to_user(2, 2, 9), to_user(3, 9, 1), to_user(4, 3, 9), to_user(5, 1, 9)]).await;
    assert_eq!(scope(store, sent_to(9, None)).await, [1, 2, 4, 5]);
    assert_eq!(scope(store, sent_to(9, Some(&[3, 1, 1, 7]))).await, [1, 4, 5]);
}

pub(in crate::store) async fn private_goes_both_ways(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 2, 1), to_user(3, 1, 3), to_user(4, 3, 2), to_user(5, 2, 1)]).await;
    assert_eq!(scope(store, private(1, Some(&[2]))).await, [1, 2, 5]);
    assert_eq!(scope(store, private(2, Some(&[3, 1]))).await, [1, 2, 4, 5]);
}

pub(in crate::store) async fn private_with_anybody(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 3, 1), to_user(3, 2, 3), to_group(4, 1, 2), to_user(5, 1, 3)]).await;
    assert_eq!(scope(store, private(1, None)).await, [1, 2, 5]);
}

pub(in crate::store) async fn sent_by_filters_recipients(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 2, 1), to_user(3, 1, 3), to_group(4, 1, 2), to_user(5, 1, 1)]).await;
    assert_eq!(scope(store, sent_by(1, None)).await, [1, 3, 5]);
    assert_eq!(scope(store, sent_by(1, Some(&[2, 77]))).await, [1]);
    assert_eq!(scope(store, sent_by(1, Some(&[1, 3]))).await, [3, 5]);
    assert_eq!(store.count_messages(&sent_by(1, None), None, None).await.unwrap(), 3);
    for empty in [sent_by(1, Some(&[])), sent_by(-1, None), sent_by(1, Some(&[-2]))] {
        assert!(scope(store, empty.clone()).await.is_empty(), "{empty:?}");
    }
}

pub(in crate::store) async fn note_to_self_comes_once(store: &dyn Store) {
    insert(store, [to_user(1, 1, 1), to_user(2, 1, 2)]).await;
    assert_eq!(scope(store, private(1, None)).await, [1, 2]);
    assert_eq!(scope(store, private(1, Some(&[1]))).await, [1]);
    assert_eq!(scope(store, sent_to(1, Some(&[1]))).await, [1]);
}

pub(in crate::store) async fn groups_are_merged(store: &dyn Store) {
    insert(store, (1..=20).map(|id| to_group(id, 1, id % 4 + 1))).await;
    assert_eq!(scope(store, groups(&[2])).await, [1, 5, 9, 13, 17]);
    assert_eq!(scope(store, groups(&[4, 2, 4, 77])).await, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
}

pub(in crate::store) async fn groups_and_users_do_not_mix(store: &dyn Store) {
    insert(store, [to_user(1, 1, 5), to_group(2, 1, 5)]).await;
    assert_eq!(scope(store, groups(&[5])).await, [2]);
    assert_eq!(scope(store, sent_to(5, None)).await, [1]);
    for hostile in [groups(&[-5]), sent_to(-5, None), private(-5, None), private(1, Some(&[-5])), groups(&[i64::MIN])] {
        assert!(scope(store, hostile.clone()).await.is_empty(), "{hostile:?}");
    }
    assert!(store.insert_message(Arc::new(to_group(3, 1, -5))).await.is_err());
}

pub(in crate::store) async fn empty_scope_finds_nothing(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_group(2, 1, 2)]).await;
    for empty in [groups(&[]), sent_to(2, Some(&[])), private(1, Some(&[]))] {
        assert!(scope(store, empty).await.is_empty());
    }
    assert!(list(store, MessageQuery { ids: Some(vec![]), ..query(sent_to(2, None)) }).await.is_empty());
}

pub(in crate::store) async fn hidden_messages_count_only(store: &dyn Store) {
    let deleted = Message { deletion_date: Some(NOW), ..to_user(1, 1, 2) };
    let recalled = Message { recall_date: Some(NOW), ..to_user(2, 1, 2) };
    insert(store, [deleted, recalled, to_user(3, 1, 2)]).await;
    assert_eq!(list(store, query(sent_to(2, None))).await, [3]);
    let ids = Some([1, 2, 3].map(MessageId).to_vec());
    assert_eq!(list(store, MessageQuery { ids, ..query(sent_to(2, None)) }).await, [3]);
    assert_eq!(store.count_messages(&sent_to(2, None), None, None).await.unwrap(), 3);
    assert!(store.find_message(MessageId(2)).await.unwrap().is_some(), "a recalled one is found by its id");
}

pub(in crate::store) async fn ids_are_checked_against_the_scope(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 2, 1), to_group(3, 1, 2), to_user(4, 1, 3), to_user(5, 3, 3)]).await;
    let all = || Some([4, 3, 2, 1, 1, 5, 99].map(MessageId).to_vec());
    let of = |scope| list(store, MessageQuery { ids: all(), ..query(scope) });
    assert_eq!(of(sent_to(2, None)).await, [1]);
    assert_eq!(of(private(1, None)).await, [1, 2, 4]);
    assert_eq!(of(private(1, Some(&[2]))).await, [1, 2]);
    assert_eq!(of(groups(&[2])).await, [3]);
    assert_eq!(of(sent_to(2, Some(&[3]))).await, [0; 0]);
    let bounded = MessageQuery {
        ids: all(),
        start: Some(NOW.plus_millis(2)),
        end: Some(NOW.plus_millis(5)),
        descending: true,
        limit: 1,
        ..query(private(1, None))
    };
    assert_eq!(list(store, bounded).await, [4]);
}

pub(in crate::store) async fn system_messages_are_told_apart(store: &dyn Store) {
    insert(store, [to_user(1, 0, 2), Message { is_system: true, ..to_user(2, 0, 2) }]).await;
    let of = |is_system| list(store, MessageQuery { is_system, ..query(sent_to(2, None)) });
    assert_eq!(of(None).await, [1, 2]);
    assert_eq!(of(Some(true)).await, [2]);
    assert_eq!(of(Some(false)).await, [1]);
}

pub(in crate::store) async fn last_id_is_the_greatest(store: &dyn Store) {
    assert_eq!(store.last_message_id().await.unwrap(), None);
    insert(store, [to_user(7, 1, 2), Message { deletion_date: Some(NOW), ..to_user(9, 1, 2) }, to_user(8, 1, 2)]).await;
    assert_eq!(store.last_message_id().await.unwrap(), Some(MessageId(9)));
}

pub(in crate::store) async fn a_failure_spares_its_neighbours(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2)]).await;
    // Polled together, so that an engine with group commit has them in one.
    let results = join_all((0..50).map(|step| {
        let id = if step % 10 == 0 { 1 } else { step + 100 };
        store.insert_message(Arc::new(to_user(id, 1, 2)))
    }))
    .await;
    for (step, result) in results.into_iter().enumerate() {
        assert_eq!(result.is_err(), step % 10 == 0, "{step}: {result:?}");
    }
    assert_eq!(store.count_messages(&sent_to(2, None), None, None).await.unwrap(), 46);
}

pub(in crate::store) async fn several_are_found_at_once(store: &dyn Store) {
    let deleted = Message { deletion_date: Some(NOW), ..to_user(3, 1, 2) };
    insert(store, [to_user(1, 1, 2), to_group(2, 1, 1), deleted, to_user(4, 1, 2)]).await;
    let ids = [4, 2, 3, 2, 9].map(MessageId);
    let mut found = store.find_messages(&ids).await.unwrap();
    found.sort_by_key(|message| message.id);
    assert_eq!(found, [placed(1, to_group(2, 1, 1)), placed(3, to_user(4, 1, 2))]);
    assert!(store.find_messages(&[]).await.unwrap().is_empty());
}
