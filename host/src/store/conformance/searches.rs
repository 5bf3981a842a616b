//! Searches for words.

use std::sync::Arc;

use super::{
    NOW,
    messages::{insert, to_group, to_user},
};
use crate::{
    model::{
        GroupId, MessageId, UserId,
        message::{Message, MessagePatch, SearchPage, SearchQuery, SearchScope},
    },
    store::Store,
};

fn all(user: i64, groups: &[i64], text: &str) -> SearchQuery {
    let scope = SearchScope::All { user: UserId(user), groups: groups.iter().copied().map(GroupId).collect() };
    SearchQuery { text: text.into(), scope, before: None, limit: 10 }
}

fn says(message: Message, text: &str) -> Message {
    Message { text: Some(text.into()), ..message }
}

fn ids(page: &SearchPage) -> Vec<i64> {
    page.messages.iter().map(|message| message.id.0).collect()
}

/// All pages of a search.
async fn find(store: &dyn Store, mut query: SearchQuery) -> Vec<i64> {
    let mut found = Vec::new();
    loop {
        let page = store.search_messages(&query).await.unwrap();
        assert!(page.messages.len() <= query.limit as usize);
        found.extend(ids(&page));
        if page.next.is_none() || query.limit == 0 {
            return found;
        }
        query.before = page.next;
    }
}

pub(in crate::store) async fn all_words_are_found_in_what_one_may_read(store: &dyn Store) {
    let messages = [
        says(to_user(1, 1, 2), "Lunch at noon?"),
        says(to_user(2, 2, 1), "noon is fine, lunch it is"),
        says(to_user(3, 2, 3), "lunch with 1 at noon"),
        says(to_group(4, 3, 1), "LUNCH, noon!"),
        says(to_group(5, 3, 2), "lunch noon"),
        says(to_user(6, 3, 1), "午餐在哪里 lunches"),
        Message { text: None, ..to_user(7, 1, 2) },
    ];
    insert(store, messages).await;
    assert_eq!(find(store, all(1, &[1], "noon lunch")).await, [4, 2, 1]);
    assert_eq!(find(store, all(1, &[], "noon lunch")).await, [2, 1]);
    assert_eq!(find(store, all(3, &[2, 1], "noon lunch")).await, [5, 4, 3]);
    assert!(find(store, all(4, &[], "lunch")).await.is_empty());
    assert!(find(store, all(1, &[1], "lunch dinner")).await.is_empty());
    assert_eq!(find(store, all(1, &[1], "哪里")).await, [6]);
    assert!(find(store, all(1, &[1], "?!")).await.is_empty());
    for nasty in ["\" OR lunch", "lunch*", "NOT lunch", "@1 lunch", "#2 OR lunch", "lunch) (noon", "terms:lunch"] {
        assert!(!find(store, all(1, &[], nasty)).await.contains(&5), "{nasty:?}");
    }
    let private = |user, contact| SearchScope::Private { user: UserId(user), contact: UserId(contact) };
    assert_eq!(find(store, SearchQuery { scope: private(2, 1), ..all(0, &[], "lunch") }).await, [2, 1]);
    assert!(find(store, SearchQuery { scope: private(1, 4), ..all(0, &[], "lunch") }).await.is_empty());
    for nobody in [-5, i64::MIN] {
        assert!(find(store, SearchQuery { scope: private(1, nobody), ..all(0, &[], "lunch") }).await.is_empty());
    }
    let group = SearchScope::Group(GroupId(2));
    assert_eq!(find(store, SearchQuery { scope: group, ..all(0, &[], "lunch") }).await, [5]);
}

pub(in crate::store) async fn pages_of_a_search_are_complete(store: &dyn Store) {
    // More groups than an engine would ask for at once.
    let groups: Vec<i64> = (1..=300).collect();
    insert(store, (1..=600).map(|id| says(to_group(id, 2, 1 + id % 300), if id % 3 == 0 { "fizz" } else { "buzz" })))
        .await;
    insert(store, (601..=650).map(|id| says(to_user(id, 1, 2), "fizz"))).await;
    let mut expected: Vec<i64> = (1..=650).rev().filter(|id| id % 3 == 0 || *id > 600).collect();
    for limit in [7, 100, 1000] {
        let found = find(store, SearchQuery { limit, ..all(1, &groups, "fizz") }).await;
        assert_eq!(found, expected, "{limit} at a time");
    }
    expected.retain(|id| *id < 100);
    assert_eq!(
        find(store, SearchQuery { before: Some(MessageId(100)), limit: 1000, ..all(1, &groups, "fizz") }).await,
        expected
    );
    assert!(find(store, SearchQuery { limit: 0, ..all(1, &groups, "fizz") }).await.is_empty());
}

pub(in crate::store) async fn what_is_gone_is_not_found(store: &dyn Store) {
    let deleted = Message { deletion_date: Some(NOW), ..says(to_user(2, 1, 2), "gone") };
    insert(store, [says(to_user(1, 1, 2), "gone"), deleted, says(to_user(3, 1, 2), "gone")]).await;
    insert(store, (4..=20).map(|id| to_user(id, 1, 2))).await;
    let notice = Arc::new(to_user(30, 1, 2));
    store.recall_message(MessageId(3), NOW, notice).await.unwrap().unwrap();
    assert_eq!(find(store, all(1, &[], "gone")).await, [1]);
    store.purge_messages(MessageId(2), 10).await.unwrap();
    assert!(find(store, all(1, &[], "gone")).await.is_empty());
}

pub(in crate::store) async fn an_edited_message_loses_its_words(store: &dyn Store) {
    insert(store, [says(to_user(1, 1, 2), "before")]).await;
    insert(store, (2..=20).map(|id| to_user(id, 1, 2))).await;
    let patch = MessagePatch { text: Some("after".into()), records: None, hop: 0 };
    assert!(store.update_message(MessageId(1), patch, NOW).await.unwrap());
    assert!(find(store, all(1, &[], "before")).await.is_empty());
}
