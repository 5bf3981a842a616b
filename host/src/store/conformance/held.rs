//! Messages that plugins hold back.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    NOW,
    messages::{list, query, sent_to, to_user},
};
use crate::{
    model::{
        GroupId, MessageId, Sequence, Timestamp, UserId,
        conversation::InboxQuery,
        held::{HeldMessage, HeldQuery, HeldQuota, Hold, Holding},
        message::{ConversationQuery, Draft, Message, Target},
    },
    store::Store,
};

/// What may be held here.
pub(super) const QUOTA: HeldQuota = HeldQuota { messages: 3, bytes: 100, of_sender: 4 };

pub(super) fn held(id: i64, plugin: &str, key: Option<&str>) -> HeldMessage {
    HeldMessage {
        id: MessageId(id),
        sender: UserId(1),
        draft: Draft {
            target: Target::Group(GroupId(7)),
            text: Some("held".into()),
            records: vec![Bytes::from_static(b"one"), Bytes::new()],
            burn_after: Some(5),
            delivery_date: Some(NOW.plus_millis(-3)),
            previous: Some(MessageId(2)),
            forwarded_from: Some(MessageId(3)),
            attributes: Vec::new(),
            hop: 2,
        },
        key: key.map(str::to_owned),
        hold: Hold { plugin: plugin.into(), reason: Some("why".into()), until: NOW.plus_millis(id * 1000) },
        date: NOW,
    }
}

async fn hold(store: &dyn Store, message: HeldMessage) -> Holding {
    store.hold_message(message, QUOTA, NOW).await.unwrap()
}

async fn ids(store: &dyn Store, plugin: Option<&str>, after: Option<i64>, limit: u32) -> Vec<i64> {
    let query = HeldQuery { plugin: plugin.map(str::to_owned), after: after.map(MessageId), limit };
    store.list_held_messages(&query).await.unwrap().iter().map(|message| message.id.0).collect()
}

/// As it was held for `p`.
async fn release(store: &dyn Store, message: Message) -> Option<Sequence> {
    let hold = held(message.id.0, "p", None).hold;
    store.release_held_message(Arc::new(message), hold).await.unwrap()
}

async fn delete(store: &dyn Store, id: i64, plugin: &str) -> bool {
    store.delete_held_message(MessageId(id), &held(id, plugin, None).hold).await.unwrap()
}

pub(in crate::store) async fn a_message_is_held_until_somebody_decides(store: &dyn Store) {
    for message in [held(30, "p", None), held(10, "q", None), held(20, "p", None)] {
        assert_eq!(hold(store, message).await, Holding::Held);
    }
    assert_eq!(store.find_held_message(MessageId(30)).await.unwrap(), Some(held(30, "p", None)), "all of it");
    assert_eq!(store.find_held_message(MessageId(31)).await.unwrap(), None);
    assert_eq!(ids(store, None, None, 9).await, [10, 20, 30]);
    assert_eq!(ids(store, Some("p"), None, 9).await, [20, 30]);
    assert_eq!((ids(store, None, Some(10), 1).await, ids(store, None, Some(30), 9).await), (vec![20], vec![]));

    assert!(!delete(store, 20, "q").await, "another plugin's");
    assert!(delete(store, 20, "p").await);
    assert!(!delete(store, 20, "p").await);
    assert_eq!(release(store, to_user(20, 1, 2)).await, None, "it is held no more");
    assert_eq!(release(store, to_user(30, 1, 2)).await, Some(Sequence(1)));
    assert_eq!(release(store, to_user(30, 1, 2)).await, None, "once only");
    assert_eq!(ids(store, None, None, 9).await, [10]);
    assert_eq!(list(store, query(sent_to(2, None))).await.len(), 1);
}

pub(in crate::store) async fn what_is_held_is_in_no_conversation(store: &dyn Store) {
    let mut message = held(5, "p", None);
    message.draft.target = Target::User(UserId(2));
    hold(store, message).await;
    assert_eq!(list(store, query(sent_to(2, None))).await.len(), 0);
    assert_eq!(store.find_message(MessageId(5)).await.unwrap(), None);
    assert_eq!(store.last_message_id().await.unwrap(), Some(MessageId(5)), "no other gets its id");
    // It is told of after those that came meanwhile, though its id is less.
    store.insert_message(Arc::new(to_user(6, 1, 2))).await.unwrap();
    assert_eq!(release(store, to_user(5, 1, 2)).await, Some(Sequence(2)));
    assert_eq!(store.last_message_id().await.unwrap(), Some(MessageId(6)));
}

pub(in crate::store) async fn a_key_comes_through(store: &dyn Store) {
    let find = async || store.find_message_by_key(UserId(1), "k", NOW).await.unwrap();
    assert_eq!(hold(store, held(1, "p", Some("k"))).await, Holding::Held);
    assert_eq!(hold(store, held(2, "p", Some("k"))).await, Holding::Repeated(MessageId(1)));
    assert_eq!(find().await, Some(MessageId(1)));
    assert_eq!(release(store, to_user(1, 1, 2)).await, Some(Sequence(1)));
    assert_eq!(find().await, Some(MessageId(1)), "it was released under its key");
    assert_eq!(hold(store, held(3, "p", Some("k"))).await, Holding::Repeated(MessageId(1)));
    let (message, key) = (Arc::new(to_user(4, 1, 2)), "other".to_owned());
    store.insert_message_once(message, key, NOW).await.unwrap();
    assert_eq!(hold(store, held(5, "p", Some("other"))).await, Holding::Repeated(MessageId(4)));
}

pub(in crate::store) async fn a_quota_bounds_what_is_held(store: &dyn Store) {
    for id in 1..=3 {
        assert_eq!(hold(store, held(id, "p", None)).await, Holding::Held);
    }
    assert_eq!(hold(store, held(4, "p", None)).await, Holding::Full);
    assert_eq!(hold(store, held(4, "q", None)).await, Holding::Held);
    assert_eq!(hold(store, held(5, "q", None)).await, Holding::SenderFull, "whoever holds them");
    assert!(delete(store, 1, "p").await);
    let from = |id, sender, text: &str| {
        let held = held(id, "p", None);
        HeldMessage { sender: UserId(sender), draft: Draft { text: Some(text.into()), ..held.draft.clone() }, ..held }
    };
    assert_eq!(hold(store, from(6, 2, &"x".repeat(90))).await, Holding::Full, "too large beside the others");
    assert_eq!(hold(store, from(6, 2, "x")).await, Holding::Held);
}

pub(in crate::store) async fn one_of_two_decisions_counts(store: &dyn Store) {
    hold(store, held(1, "p", None)).await;
    let before = held(1, "p", None).hold;
    let again = HeldMessage { hold: held(1, "q", None).hold, ..held(1, "p", None) };
    assert!(store.change_held_message(again.clone(), &before).await.unwrap());
    assert_eq!(store.find_held_message(MessageId(1)).await.unwrap(), Some(again.clone()));
    assert!(!delete(store, 1, "p").await && release(store, to_user(1, 1, 2)).await.is_none(), "it is another's by now");
    assert!(!store.change_held_message(again.clone(), &before).await.unwrap());
    assert!(delete(store, 1, "q").await);
    assert!(!store.change_held_message(again.clone(), &again.hold).await.unwrap(), "what is gone does not come back");
    assert_eq!(ids(store, None, None, 9).await, [0; 0]);
}

pub(in crate::store) async fn what_is_overdue_is_found(store: &dyn Store) {
    for id in [3, 1, 2] {
        hold(store, held(id, "p", None)).await;
    }
    let overdue = async |now: Timestamp, limit| -> Vec<i64> {
        store.list_overdue_messages(now, limit).await.unwrap().iter().map(|message| message.id.0).collect()
    };
    assert!(overdue(NOW, 9).await.is_empty());
    assert_eq!(overdue(NOW.plus_millis(2000), 9).await, [1, 2]);
    assert_eq!(overdue(NOW.plus_millis(9000), 2).await, [1, 2]);
}

pub(in crate::store) async fn one_with_an_old_id_is_purged_alone(store: &dyn Store) {
    let mut old = held(5, "p", None);
    old.draft.target = Target::User(UserId(2));
    hold(store, old).await;
    for id in 11..=30 {
        store.insert_message(Arc::new(to_user(id, 1, 2))).await.unwrap();
    }
    assert_eq!(release(store, to_user(5, 1, 2)).await, Some(Sequence(21)));
    store.insert_message(Arc::new(to_user(40, 1, 3))).await.unwrap();
    assert_eq!(store.purge_messages(MessageId(10), 100).await.unwrap(), 1);
    let target = Target::User(UserId(2));
    let query = ConversationQuery { user: UserId(1), target, after: Sequence(0), limit: 100, reacting_users: 0 };
    let page = store.list_conversation(&query).await.unwrap();
    assert_eq!(page.messages.iter().map(|message| message.id.0).collect::<Vec<_>>(), (11..=30).collect::<Vec<_>>());
    let inbox = InboxQuery { user: UserId(1), before: None, limit: 9, max_unread: 9, read_by_sending: true };
    let lasts: Vec<_> = store.list_inbox(&inbox).await.unwrap().iter().map(|entry| entry.last.id.0).collect();
    assert_eq!(lasts, [40, 30], "the one before it is the last");
}
