//! The places of messages in their conversations.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{
    NOW, held,
    messages::{insert, list, query, sent_to, to_group, to_user},
};
use crate::{
    model::{
        MessageId, Sequence,
        held::Holding,
        message::{Insertion, Message, MessageQuery},
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

pub(in crate::store) async fn the_call_gives_the_place(store: &dyn Store) {
    let place = |place: Option<Sequence>| place.map(|place| place.0);
    for round in 0..5 {
        let id = |call| 1 + 10 * round + call;
        let held = held::held(id(3), "p", None);
        assert_eq!(store.hold_message(held.clone(), held::QUOTA, NOW).await.unwrap(), Holding::Held);
        // None of them is polled before all are called, and the last one is waited for first.
        let first = store.insert_message(Arc::new(to_user(id(0), 1, 2)));
        let second = store.insert_message_once(Arc::new(to_user(id(1), 2, 1)), format!("key {round}"), NOW);
        let third = store.recall_message(MessageId(id(0)), NOW, Arc::new(to_user(id(2), 1, 2)));
        let fourth = store.release_held_message(Arc::new(to_user(id(3), 1, 2)), held.hold);
        let fifth = store.insert_message(Arc::new(to_user(id(4), 2, 1)));
        let before = 5 * round;
        assert_eq!(fifth.await.unwrap().0, before + 5);
        assert_eq!(place(fourth.await.unwrap()), Some(before + 4));
        assert_eq!(place(third.await.unwrap()), Some(before + 3));
        assert_eq!(second.await.unwrap(), Insertion::Stored(Sequence(before + 2)));
        assert_eq!(first.await.unwrap().0, before + 1);
    }
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
