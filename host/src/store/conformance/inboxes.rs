//! Inboxes: conversations by their last messages, with what is unread.

use super::{
    NOW, insert_group, insert_users,
    messages::{insert, to_group, to_user},
};
use crate::{
    model::{
        GroupId, MessageId, Timestamp, UserId,
        conversation::{InboxEntry, InboxQuery},
        message::{Message, Target},
    },
    store::Store,
};

fn query(user: i64) -> InboxQuery {
    InboxQuery { user: UserId(user), before: None, limit: 10, max_unread: 5, read_by_sending: true }
}

/// Conversations (groups are negative), ids of the last messages and counts of unread ones.
async fn inbox(store: &dyn Store, query: InboxQuery) -> Vec<(i64, i64, u32)> {
    let key = |entry: &InboxEntry| match entry.conversation {
        Target::User(UserId(user)) => user,
        Target::Group(GroupId(group)) => -group,
    };
    let entries = store.list_inbox(&query).await.unwrap();
    entries.iter().map(|entry| (key(entry), entry.last.id.0, entry.unread)).collect()
}

fn at(message: Message, after: i64) -> Message {
    Message { delivery_date: Timestamp(NOW.0 + after), ..message }
}

pub(in crate::store) async fn conversations_come_newest_first(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    insert_group(store, 5, &[1, 2]).await;
    insert_group(store, 6, &[1]).await;
    let sent = [to_user(10, 1, 2), to_user(11, 3, 1), to_group(12, 2, 5), to_user(13, 2, 1), to_user(14, 1, 1)];
    insert(store, sent.map(|message| at(message, 1))).await;
    assert_eq!(inbox(store, query(1)).await, [(1, 14, 0), (2, 13, 0), (-5, 12, 1), (3, 11, 1)]);
    assert_eq!(inbox(store, query(2)).await, [(1, 13, 0), (-5, 12, 0)]);
    assert_eq!(inbox(store, query(3)).await, [(1, 11, 0)]);
    for stranger in [4, 0, -1, -5] {
        assert!(inbox(store, query(stranger)).await.is_empty());
    }
    insert(store, [at(to_group(15, 2, 6), 2)]).await;
    assert_eq!(inbox(store, query(1)).await[0], (-6, 15, 1));
}

pub(in crate::store) async fn pages_of_an_inbox_are_complete(store: &dyn Store) {
    insert_users(store, &[1]).await;
    for group in 1..=10 {
        insert_group(store, group, &[1]).await;
    }
    // Enough that an engine that indexes in bulk has some in the index and some not, and conversations in both.
    insert(store, (1..=100).map(|id| to_user(2 * id, 1 + id % 17, if id % 17 == 0 { 9 } else { 1 }))).await;
    insert(store, (1..=100).map(|id| to_group(2 * id + 1, 7, 1 + id % 10))).await;
    let all = inbox(store, InboxQuery { limit: 1000, ..query(1) }).await;
    assert_eq!(all.len(), 16 + 10);
    assert!(all.is_sorted_by(|one, other| one.1 > other.1));
    for limit in [1, 3, 26] {
        let (mut before, mut found) = (None, Vec::new());
        loop {
            let page = inbox(store, InboxQuery { before, limit, ..query(1) }).await;
            let Some(last) = page.last() else { break };
            before = Some(MessageId(last.1));
            found.extend(page);
        }
        assert_eq!(found, all, "{limit} at a time");
    }
    assert!(inbox(store, InboxQuery { limit: 0, ..query(1) }).await.is_empty());
}

pub(in crate::store) async fn unread_messages_are_counted(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 5, &[2, 1]).await;
    let system = |id| Message { is_system: true, ..to_user(id, 2, 1) };
    let recalled = |id| Message { recall_date: Some(NOW), ..to_user(id, 2, 1) };
    let sent = [to_user(1, 2, 1), system(2), to_user(3, 2, 1), recalled(4), to_user(5, 2, 1)];
    insert(store, sent.into_iter().zip(10..).map(|(message, after)| at(message, after))).await;
    insert(store, [at(to_group(6, 2, 5), 1), at(to_group(7, 2, 5), 2)]).await;
    let unread = async |query: InboxQuery| inbox(store, query).await.iter().map(|entry| entry.2).collect::<Vec<_>>();
    assert_eq!(unread(query(1)).await, [2, 3], "in the group and from the user");
    assert_eq!(unread(InboxQuery { max_unread: 2, ..query(1) }).await, [2, 2], "up to a limit");

    let read = async |conversation, after| {
        store.set_read_date(UserId(1), conversation, Timestamp(NOW.0 + after), true).await.unwrap();
    };
    read(Target::User(UserId(2)), 10).await;
    read(Target::Group(GroupId(5)), 2).await;
    assert_eq!(unread(query(1)).await, [0, 2]);
    let entry = store.list_inbox(&query(1)).await.unwrap().remove(1);
    assert_eq!((entry.read_date, entry.last.id), (Some(Timestamp(NOW.0 + 10)), MessageId(5)));
    insert(store, [at(to_user(8, 1, 2), 20), at(to_group(9, 1, 5), 1)]).await;
    assert_eq!(unread(query(1)).await, [0, 0], "who answers has read");
    assert_eq!(unread(InboxQuery { read_by_sending: false, ..query(1) }).await, [0, 2], "unless that is not wanted");
}

pub(in crate::store) async fn who_comes_late_has_less_to_read(store: &dyn Store) {
    insert_users(store, &[1]).await;
    insert_group(store, 5, &[1]).await;
    insert(store, [at(to_group(1, 2, 5), -1), at(to_group(2, 2, 5), 0), at(to_group(3, 2, 5), 1)]).await;
    assert_eq!(inbox(store, query(1)).await, [(-5, 3, 1)], "the member came at the time of the second");
}

pub(in crate::store) async fn a_conversation_goes_with_its_last_message(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let deleted = Message { deletion_date: Some(NOW), ..to_user(3, 1, 4) };
    insert(store, [to_user(1, 1, 2), to_user(2, 1, 3), deleted, to_user(4, 1, 5)]).await;
    assert_eq!(inbox(store, query(1)).await, [(5, 4, 0), (4, 3, 0), (3, 2, 0), (2, 1, 0)]);
    let blank = &store.list_inbox(&query(1)).await.unwrap()[1].last;
    assert_eq!((blank.text.as_deref(), blank.records.len()), (None, 0), "what is deleted shows nothing");
    store.purge_messages(MessageId(2), 10).await.unwrap();
    assert_eq!(inbox(store, query(1)).await, [(5, 4, 0), (4, 3, 0), (3, 2, 0)]);
    insert(store, [to_user(6, 2, 1)]).await;
    assert_eq!(inbox(store, query(1)).await, [(2, 6, 1), (5, 4, 0), (4, 3, 0), (3, 2, 0)]);
}
