//! Messages that are deleted for good.

use super::{
    NOW,
    messages::{insert, list, placed, query, sent_to, to_group, to_user},
};
use crate::{
    model::{
        MessageId, ReactionType, Sequence, UserId,
        message::{ConversationQuery, Message, MessageQuery, MessageScope, Target},
        reaction::{ReactionLimits, Reactions},
    },
    store::Store,
};

async fn conversation(store: &dyn Store, target: Target) -> (Vec<i64>, i64) {
    let query = ConversationQuery { user: UserId(1), target, after: Sequence(0), limit: 100, reacting_users: 0 };
    let page = store.list_conversation(&query).await.unwrap();
    (page.messages.iter().map(|message| message.id.0).collect(), page.last.0)
}

pub(in crate::store) async fn old_messages_go_for_good(store: &dyn Store) {
    let recalled = Message { recall_date: Some(NOW), ..to_user(3, 2, 1) };
    insert(store, [to_user(1, 1, 2), to_group(2, 1, 2), recalled]).await;
    insert(store, (4..=40).map(|id| to_user(id, 1, 2))).await;
    let reactions = Reactions { message: MessageId(1), user: UserId(1), types: vec![ReactionType(1)] };
    let limits = ReactionLimits { per_user: 1, types: 1 };
    store.insert_reactions(reactions.clone(), limits, NOW).await.unwrap();
    assert_eq!(store.purge_messages(MessageId(31), 100).await.unwrap(), 30);
    assert_eq!(store.purge_messages(MessageId(31), 100).await.unwrap(), 0);
    for id in [1, 2, 3, 30] {
        assert_eq!(store.find_message(MessageId(id)).await.unwrap(), None);
    }
    let left: Vec<_> = (31..=40).collect();
    assert_eq!(list(store, query(sent_to(2, None))).await, left);
    assert_eq!(list(store, query(sent_to(2, Some(&[1])))).await, left);
    let ids = MessageQuery { ids: Some((1..=40).map(MessageId).collect()), ..query(sent_to(2, None)) };
    assert_eq!(list(store, ids).await, left);
    for (scope, count) in [
        (sent_to(2, None), 10),
        (sent_to(2, Some(&[1])), 10),
        (sent_to(1, None), 0),
        (MessageScope::Groups(vec![2.into()]), 0),
    ] {
        assert_eq!(store.count_messages(&scope, None, None).await.unwrap(), count, "{scope:?}");
    }
    assert!(!store.delete_reactions(reactions).await.unwrap());
    assert_eq!(store.find_message(MessageId(31)).await.unwrap(), Some(placed(30, to_user(31, 1, 2))));
    assert_eq!(conversation(store, Target::User(UserId(2))).await, (left, 39));
}

pub(in crate::store) async fn places_are_not_given_again(store: &dyn Store) {
    insert(store, (1..=8).map(|id| to_group(id, 1, 2))).await;
    insert(store, [to_user(20, 1, 2)]).await;
    assert_eq!(store.purge_messages(MessageId(i64::MAX), 100).await.unwrap(), 8, "the greatest stays");
    assert_eq!(store.last_message_id().await.unwrap(), Some(MessageId(20)));
    assert_eq!(conversation(store, Target::Group(2.into())).await, (vec![], 8));
    insert(store, [to_group(21, 1, 2)]).await;
    assert_eq!(conversation(store, Target::Group(2.into())).await, (vec![21], 9));
}

pub(in crate::store) async fn a_purge_is_bounded(store: &dyn Store) {
    insert(store, (1..=10).map(|id| to_user(id, 1, 2))).await;
    assert_eq!(store.purge_messages(MessageId(8), 0).await.unwrap(), 0);
    let mut deleted = Vec::new();
    while let count @ 1.. = store.purge_messages(MessageId(8), 3).await.unwrap() {
        deleted.push(count);
    }
    assert!(deleted.iter().all(|count| *count <= 3) && deleted.iter().sum::<usize>() == 7, "{deleted:?}");
    assert_eq!(list(store, query(sent_to(2, None))).await, [8, 9, 10], "the least went first");
}
