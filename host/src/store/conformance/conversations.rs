//! How far conversations have been read, and who sent what last.

use std::sync::Arc;

use super::{
    NOW, insert_group, insert_users,
    messages::{to_group, to_user},
    user_ids,
};
use crate::{
    model::{GroupId, Timestamp, UserId, conversation::ReadDateChange, message::Target},
    store::Store,
};

const GROUP: Target = Target::Group(GroupId(7));
const CONTACT: Target = Target::User(UserId(7));

async fn set(store: &dyn Store, reader: i64, conversation: Target, date: i64) -> ReadDateChange {
    store.set_read_date(UserId(reader), conversation, NOW.plus_millis(date), false).await.unwrap()
}

async fn dates(store: &dyn Store, conversation: Target, readers: &[i64]) -> Vec<(i64, i64)> {
    plain(store.list_read_dates(conversation, &user_ids(readers)).await.unwrap())
}

async fn last_sent(store: &dyn Store, target: Target, senders: &[i64]) -> Vec<(i64, i64)> {
    plain(store.list_last_sent(target, &user_ids(senders)).await.unwrap())
}

fn plain(dates: Vec<(UserId, Timestamp)>) -> Vec<(i64, i64)> {
    dates.into_iter().map(|(user, date)| (user.0, date.0 - NOW.0)).collect()
}

pub(in crate::store) async fn read_dates_are_set(store: &dyn Store) {
    assert_eq!(dates(store, GROUP, &[1, 2]).await, []);
    assert_eq!(set(store, 2, GROUP, 20).await, ReadDateChange::Changed);
    assert_eq!(set(store, 1, GROUP, 10).await, ReadDateChange::Changed);
    assert_eq!(set(store, 1, CONTACT, 30).await, ReadDateChange::Changed);
    assert_eq!(dates(store, GROUP, &[2, 1, 3]).await, [(1, 10), (2, 20)]);
    assert_eq!(dates(store, CONTACT, &[1, 2]).await, [(1, 30)], "a group and a user of one number are two");
    assert_eq!(dates(store, GROUP, &[]).await, []);
    assert_eq!(dates(store, Target::Group(GroupId(-7)), &[1]).await, []);
}

pub(in crate::store) async fn read_dates_go_forward(store: &dyn Store) {
    assert_eq!(set(store, 1, GROUP, 10).await, ReadDateChange::Changed);
    assert_eq!(set(store, 1, GROUP, 10).await, ReadDateChange::Unchanged);
    assert_eq!(set(store, 1, GROUP, 9).await, ReadDateChange::Refused);
    assert_eq!(dates(store, GROUP, &[1]).await, [(1, 10)]);
    let back = store.set_read_date(UserId(1), GROUP, NOW, true).await.unwrap();
    assert_eq!(back, ReadDateChange::Changed);
    assert_eq!(dates(store, GROUP, &[1]).await, [(1, 0)]);
}

pub(in crate::store) async fn read_dates_go_with_the_group(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 7, &[1, 2]).await;
    set(store, 2, GROUP, 10).await;
    set(store, 2, CONTACT, 10).await;
    store.delete_group(GroupId(7), UserId(1), NOW).await.unwrap().unwrap();
    assert_eq!(dates(store, GROUP, &[2]).await, []);
    assert_eq!(dates(store, CONTACT, &[2]).await, [(2, 10)]);
}

pub(in crate::store) async fn the_last_message_of_each_is_known(store: &dyn Store) {
    for message in [
        to_user(10, 1, 7),
        to_user(11, 2, 7),
        to_user(12, 1, 7),
        to_user(13, 7, 1),
        to_user(14, 1, 8),
        to_group(20, 1, 7),
        to_group(21, 2, 7),
        to_group(22, 2, 7),
        to_group(23, 2, 8),
        // Came late, with an early id, as a clock set back gives them.
        to_group(5, 1, 7),
    ] {
        store.insert_message(Arc::new(message)).await.unwrap();
    }
    assert_eq!(last_sent(store, CONTACT, &[1, 2, 3]).await, [(1, 12), (2, 11)]);
    assert_eq!(last_sent(store, Target::User(UserId(1)), &[7, 1]).await, [(7, 13)]);
    assert_eq!(last_sent(store, GROUP, &[1, 2, 3]).await, [(1, 20), (2, 22)]);
    assert_eq!(last_sent(store, GROUP, &[2]).await, [(2, 22)]);
    assert_eq!(last_sent(store, GROUP, &[]).await, []);
    assert_eq!(last_sent(store, Target::User(UserId(-7)), &[1]).await, []);
}
