//! Users whom groups block.

use super::{NOW, insert_group, insert_users, user_ids};
use crate::{
    model::{GroupId, UserId, group::GroupVersion, user::UserVersion},
    store::{Error, Store},
};

const ID: GroupId = GroupId(10);

async fn block(store: &dyn Store, user: i64) -> bool {
    store.insert_group_blocked_user(ID, UserId(user), 3, NOW).await.unwrap()
}

pub(in crate::store) async fn block_and_unblock(store: &dyn Store) {
    assert!(!block(store, 2).await, "there is no such group");
    insert_group(store, 10, &[1]).await;
    assert!(!store.is_blocked_from_group(ID, UserId(2)).await.unwrap());
    for user in [3, 2, 4] {
        assert!(block(store, user).await);
    }
    assert!(!block(store, 5).await, "one too many");
    assert!(store.is_blocked_from_group(ID, UserId(2)).await.unwrap());
    assert!(!store.is_blocked_from_group(GroupId(11), UserId(2)).await.unwrap());
    assert_eq!(store.list_group_blocked_users(ID).await.unwrap(), user_ids(&[2, 3, 4]));
    let again = store.insert_group_blocked_user(ID, UserId(2), 9, NOW).await;
    assert!(matches!(again, Err(Error::Conflict)));
    assert!(store.delete_group_blocked_user(ID, UserId(2), NOW).await.unwrap());
    assert!(!store.delete_group_blocked_user(ID, UserId(2), NOW).await.unwrap());
    assert!(!store.is_blocked_from_group(ID, UserId(2)).await.unwrap());
}

pub(in crate::store) async fn blocking_removes_a_member(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 10, &[1, 2]).await;
    let joined = store.find_user_version(UserId(2), UserVersion::JoinedGroups).await.unwrap();
    assert!(block(store, 2).await);
    assert!(block(store, 1).await);
    assert_eq!(&store.list_member_ids(ID).await.unwrap()[..], user_ids(&[1]), "the owner stays");
    assert!(store.find_user_version(UserId(2), UserVersion::JoinedGroups).await.unwrap() > joined);
}

pub(in crate::store) async fn versions_follow_the_list(store: &dyn Store) {
    insert_group(store, 10, &[1, 2]).await;
    let version = async |version| store.find_group_version(ID, version).await.unwrap().unwrap();
    assert_eq!(version(GroupVersion::BlockedUsers).await, NOW);
    block(store, 3).await;
    let blocked = version(GroupVersion::BlockedUsers).await;
    assert!(blocked > NOW);
    assert_eq!(version(GroupVersion::Members).await, NOW, "nobody left");
    block(store, 2).await;
    assert!(version(GroupVersion::Members).await > NOW);
    store.delete_group_blocked_user(ID, UserId(9), NOW).await.unwrap();
    let before = version(GroupVersion::BlockedUsers).await;
    store.delete_group_blocked_user(ID, UserId(3), NOW).await.unwrap();
    assert!(version(GroupVersion::BlockedUsers).await > before);
}
