//! Messages that are edited and recalled.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join_all;

use super::{
    NOW,
    messages::{insert, list, placed, query, sent_to, to_user},
};
use crate::{
    model::{
        MessageId, Sequence,
        message::{Message, MessagePatch, MessageQuery},
    },
    store::{Error, Store},
};

fn text(text: &str) -> MessagePatch {
    MessagePatch { text: Some(text.into()), records: None, hop: 0 }
}

pub(in crate::store) async fn an_edit_changes_what_is_given(store: &dyn Store) {
    let before = Message { records: vec![Bytes::from_static(b"r")], ..to_user(1, 1, 2) };
    insert(store, [before.clone(), to_user(2, 1, 2)]).await;
    let later = NOW.plus_millis(5);
    assert!(store.update_message(MessageId(1), text("new"), later).await.unwrap());
    let expected = Message { text: Some("new".into()), modification_date: Some(later), ..placed(1, before) };
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(expected.clone()));
    let records = MessagePatch { text: None, records: Some(vec![Bytes::new(), Bytes::from_static(b"s")]), hop: 3 };
    assert!(store.update_message(MessageId(1), records.clone(), later).await.unwrap());
    // The greatest hop stays.
    assert!(store.update_message(MessageId(1), text("new"), later).await.unwrap());
    let expected = Message { records: records.records.unwrap(), hop: 3, ..expected };
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(expected));
    assert_eq!(store.find_message(MessageId(2)).await.unwrap(), Some(placed(2, to_user(2, 1, 2))));
}

pub(in crate::store) async fn a_recall_hides_and_leaves_a_notice(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 1, 2)]).await;
    let notice = Message { is_system: true, ..to_user(3, 1, 2) };
    let later = NOW.plus_millis(5);
    let place = store.recall_message(MessageId(1), later, Arc::new(notice.clone())).await.unwrap();
    assert_eq!(place, Some(Sequence(3)));
    assert_eq!(list(store, query(sent_to(2, None))).await, [2, 3]);
    assert_eq!(list(store, MessageQuery { with_recalled: true, ..query(sent_to(2, None)) }).await, [1, 2, 3]);
    assert_eq!(store.count_messages(&sent_to(2, Some(&[1])), None, None).await.unwrap(), 3);
    let recalled = Message { recall_date: Some(later), ..placed(1, to_user(1, 1, 2)) };
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(recalled));
    assert_eq!(store.find_message(MessageId(3)).await.unwrap(), Some(placed(3, notice)));
}

pub(in crate::store) async fn a_deletion_takes_the_content(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 1, 2)]).await;
    let ids = [1, 9].map(MessageId);
    assert_eq!(store.delete_messages(&ids, NOW).await.unwrap(), [MessageId(1)]);
    assert_eq!(store.delete_messages(&ids, NOW).await.unwrap(), [], "once only");
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), None);
    assert_eq!(list(store, query(sent_to(2, None))).await, [2]);
    assert_eq!(store.count_messages(&sent_to(2, None), None, None).await.unwrap(), 2, "its place stays");
    assert!(!store.update_message(MessageId(1), text("back"), NOW).await.unwrap());
}

pub(in crate::store) async fn a_recall_is_all_or_nothing(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 1, 2), to_user(3, 1, 2)]).await;
    let taken = store.recall_message(MessageId(1), NOW, Arc::new(to_user(2, 1, 2))).await;
    assert!(matches!(taken, Err(Error::Conflict)), "{taken:?}");
    assert_eq!(store.find_message(MessageId(1)).await.unwrap(), Some(placed(1, to_user(1, 1, 2))));
    // Polled together, so that an engine with group commit has them in one: one of them wins.
    let recalls = (10..20).map(|id| store.recall_message(MessageId(3), NOW, Arc::new(to_user(id, 1, 2))));
    let won = join_all(recalls).await.into_iter().filter(|result| result.as_ref().unwrap().is_some()).count();
    assert_eq!(won, 1);
    assert_eq!(list(store, query(sent_to(2, None))).await.len(), 3, "two that stayed and one notice");
    assert_eq!(store.count_messages(&sent_to(2, None), None, None).await.unwrap(), 4);
}

pub(in crate::store) async fn what_is_gone_does_not_change(store: &dyn Store) {
    let deleted = Message { deletion_date: Some(NOW), ..to_user(1, 1, 2) };
    let recalled = Message { recall_date: Some(NOW), ..to_user(2, 1, 2) };
    insert(store, [deleted, recalled.clone()]).await;
    for id in [1, 2, 3].map(MessageId) {
        assert!(!store.update_message(id, text("new"), NOW).await.unwrap());
        assert_eq!(store.recall_message(id, NOW, Arc::new(to_user(9, 1, 2))).await.unwrap(), None);
    }
    assert_eq!(store.find_message(MessageId(2)).await.unwrap(), Some(placed(2, recalled)));
    assert_eq!(store.find_message(MessageId(9)).await.unwrap(), None);
}
