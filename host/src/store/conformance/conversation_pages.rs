//! Pages of a conversation by sequence.

use super::{
    NOW,
    messages::{insert, to_group, to_user},
};
use crate::{
    model::{
        GroupId, Sequence, UserId,
        message::{ConversationQuery, Message, Target},
    },
    store::Store,
};

fn query(user: i64, target: Target, after: i64, limit: u32) -> ConversationQuery {
    ConversationQuery { user: UserId(user), target, after: Sequence(after), limit, reacting_users: 0 }
}

/// Ids and the last sequence, after checking that the messages are in order.
async fn page(store: &dyn Store, query: ConversationQuery) -> (Vec<i64>, i64) {
    let page = store.list_conversation(&query).await.unwrap();
    assert!(page.messages.is_sorted_by_key(|message| message.sequence));
    (page.messages.iter().map(|message| message.id.0).collect(), page.last.0)
}

fn user(id: i64) -> Target {
    Target::User(UserId(id))
}

fn group(id: i64) -> Target {
    Target::Group(GroupId(id))
}

pub(in crate::store) async fn pages_follow_the_sequence(store: &dyn Store) {
    // Neither by id nor by date.
    let early = Message { delivery_date: NOW, ..to_user(9, 2, 1) };
    insert(store, [to_user(5, 1, 2), early, to_user(7, 1, 2), to_user(6, 1, 3), to_group(8, 1, 2)]).await;
    for (one, other) in [(1, 2), (2, 1)] {
        assert_eq!(page(store, query(one, user(other), 0, 10)).await, (vec![5, 9, 7], 3));
        assert_eq!(page(store, query(one, user(other), 0, 2)).await, (vec![5, 9], 3));
        assert_eq!(page(store, query(one, user(other), 1, 10)).await, (vec![9, 7], 3));
        assert_eq!(page(store, query(one, user(other), 3, 10)).await, (vec![], 3));
    }
    assert_eq!(page(store, query(1, user(2), i64::MAX, 10)).await, (vec![], 3));
    assert_eq!(page(store, query(1, user(2), i64::MIN, 1)).await, (vec![5], 3));
    assert_eq!(page(store, query(1, user(2), 0, 0)).await, (vec![], 3));
    assert_eq!(page(store, query(4, group(2), 0, 10)).await, (vec![8], 1));
    for nobody in
        [query(2, user(3), 0, 10), query(1, user(-2), 0, 10), query(1, group(-2), 0, 10), query(1, group(3), 0, 10)]
    {
        assert_eq!(page(store, nobody).await, (vec![], 0));
    }
}

pub(in crate::store) async fn random_pages_are_complete(store: &dyn Store) {
    // Enough that an engine that indexes in bulk has some in the index and some not.
    insert(store, (1..=200).map(|id| to_group(id * 7919 % 1009, id % 5, 1 + id % 2))).await;
    for limit in [1, 3, 64, 100, 1000] {
        let (mut after, mut ids) = (0, Vec::new());
        loop {
            let found = store.list_conversation(&query(0, group(1), after, limit)).await.unwrap();
            assert_eq!(found.last, Sequence(100));
            let Some(last) = found.messages.last() else { break };
            after = last.sequence.0;
            assert!(found.messages.len() == limit as usize || after == 100);
            ids.extend(found.messages.iter().map(|message| message.id.0));
        }
        assert_eq!(ids, (1..=100).map(|half| half * 2 * 7919 % 1009).collect::<Vec<_>>());
    }
}

pub(in crate::store) async fn recalled_ones_stay_and_deleted_ones_do_not(store: &dyn Store) {
    let deleted = |id| Message { deletion_date: Some(NOW), ..to_user(id, 1, 2) };
    let recalled = Message { recall_date: Some(NOW), ..to_user(4, 1, 2) };
    insert(store, [deleted(1), deleted(2), to_user(3, 1, 2), recalled, deleted(5)]).await;
    assert_eq!(page(store, query(1, user(2), 0, 1)).await, (vec![3], 5), "the next one that is there");
    assert_eq!(page(store, query(1, user(2), 3, 10)).await, (vec![4], 5));
    assert_eq!(page(store, query(1, user(2), 4, 10)).await, (vec![], 5));
}
