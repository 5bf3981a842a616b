//! The places of messages in their conversations.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{
    NOW,
    messages::{insert, list, query, sent_to, to_group, to_user},
};
use crate::{
    model::{
        MessageId,
        message::{Message, MessageQuery},
    },
    store::Store,
};

async fn place(store: &dyn Store, message: Message) -> i64 {
    let id = message.id;
    let place = store.insert_message(Arc::new(message)).await.unwrap();
    assert_eq!(store.find_message(id).await.unwrap().unwrap().sequence, place);
    place.0
}

pub(in crate::store) async fn each_conversation_counts_for_itself(store: &dyn Store) {
    for (message, expected) in [
        (to_user(1, 1, 2), 1),
        (to_user(2, 2, 1), 2),
        (to_user(3, 1, 3), 1),
        (to_group(4, 1, 2), 1),
        (to_group(5, 3, 2), 2),
        (to_user(6, 1, 1), 1),
        (to_user(7, 1, 2), 3),
        (to_user(8, 0, 2), 1),
        // Ids need not come in their order.
        (to_user(-9, 2, 1), 4),
        (to_group(10, 9, 2), 3),
    ] {
        assert_eq!(place(store, message).await, expected);
    }
    let found = store.list_messages(&query(sent_to(2, Some(&[1])))).await.unwrap();
    assert_eq!(found.iter().map(|message| message.sequence.0).collect::<Vec<_>>(), [1, 3]);
    let ids = MessageQuery { ids: Some(vec![MessageId(7)]), ..query(sent_to(2, None)) };
    assert_eq!(store.list_messages(&ids).await.unwrap()[0].sequence.0, 3);
}

pub(in crate::store) async fn a_failure_leaves_no_gap(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2)]).await;
    assert!(store.insert_message(Arc::new(to_user(1, 2, 1))).await.is_err());
    assert_eq!(place(store, to_user(2, 1, 2)).await, 2);
}

pub(in crate::store) async fn concurrent_messages_leave_no_gap(store: &dyn Store) {
    // Polled together, so that an engine with group commit has them in one; every tenth fails.
    insert(store, [to_user(1, 1, 2)]).await;
    let places = join_all((2..=100).map(|id| {
        let id = if id % 10 == 0 { 1 } else { id };
        store.insert_message(Arc::new(to_user(id, 1 + id % 2, 2 - id % 2)))
    }))
    .await;
    let mut places: Vec<_> = places.into_iter().filter_map(Result::ok).map(|place| place.0).collect();
    places.sort_unstable();
    assert_eq!(places, (2..=90).collect::<Vec<_>>());
}

pub(in crate::store) async fn an_undone_recall_leaves_no_gap(store: &dyn Store) {
    insert(store, [to_user(1, 1, 2), to_user(2, 1, 2)]).await;
    let taken = store.recall_message(MessageId(1), NOW, Arc::new(to_user(2, 1, 2)));
    let next = store.insert_message(Arc::new(to_user(3, 1, 2)));
    let (taken, next) = futures_util::future::join(taken, next).await;
    assert!(taken.is_err());
    assert_eq!(next.unwrap().0, 3);
    let notice = store.recall_message(MessageId(1), NOW, Arc::new(to_user(4, 1, 2))).await.unwrap();
    assert_eq!(notice.unwrap().0, 4);
    assert_eq!(list(store, query(sent_to(2, None))).await, [2, 3, 4]);
}
