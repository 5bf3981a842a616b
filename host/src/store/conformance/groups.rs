//! Groups.

use super::{NOW, group, insert_group, insert_users, user_ids};
use crate::{
    model::{
        GroupId, GroupTypeId, UserId,
        group::{Group, GroupType, GroupVersion, Role},
        user::UserVersion,
    },
    store::{Error, Store},
};

const ID: GroupId = GroupId(10);

async fn role(store: &dyn Store, user: i64) -> Option<Role> {
    store.find_member(ID, UserId(user)).await.unwrap().map(|member| member.role)
}

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    assert_eq!(store.find_group(ID).await.unwrap(), None);
    let full = Group { intro: Some("intro".into()), mute_end_date: Some(NOW), ..group(10, 1) };
    store.insert_group(full.clone(), vec![]).await.unwrap();
    assert_eq!(store.find_group(ID).await.unwrap().as_deref(), Some(&full));
    assert_eq!(store.find_group_version(ID, GroupVersion::Members).await.unwrap(), Some(NOW));
    assert_eq!(store.find_group_version(GroupId(11), GroupVersion::Members).await.unwrap(), None);
}

pub(in crate::store) async fn list_skips_deleted_and_unknown(store: &dyn Store) {
    for id in [10, 11] {
        insert_group(store, id, &[1]).await;
    }
    store.insert_group(Group { deletion_date: Some(NOW), ..group(12, 1) }, vec![]).await.unwrap();
    let listed = store.list_groups(&[12, 11, 99, 10, 11].map(GroupId)).await.unwrap();
    assert_eq!(listed.iter().map(|group| group.id.0).collect::<Vec<_>>(), [11, 10]);
}

pub(in crate::store) async fn id_is_taken_once(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    let member = super::member(10, 2, Role::Owner);
    assert!(matches!(store.insert_group(group(10, 2), vec![member]).await, Err(Error::Conflict)));
    assert_eq!(store.find_group(ID).await.unwrap().unwrap().owner, UserId(1));
    assert_eq!(&store.list_member_ids(ID).await.unwrap()[..], user_ids(&[1]));
}

pub(in crate::store) async fn built_in_type_exists(store: &dyn Store) {
    let found = store.find_group_type(GroupTypeId::DEFAULT).await.unwrap();
    assert_eq!(found.as_deref(), Some(&GroupType::built_in()));
    assert_eq!(store.find_group_type(GroupTypeId(5)).await.unwrap(), None);
}

pub(in crate::store) async fn transfer_makes_an_owner(store: &dyn Store) {
    insert_group(store, 10, &[1, 2]).await;
    assert_eq!((role(store, 1).await, role(store, 2).await), (Some(Role::Owner), Some(Role::Member)));
    assert!(store.find_group(ID).await.unwrap().is_some());
    assert!(store.transfer_group(ID, UserId(1), UserId(2), false, NOW).await.unwrap());
    assert_eq!((role(store, 1).await, role(store, 2).await), (Some(Role::Member), Some(Role::Owner)));
    assert_eq!(store.find_group(ID).await.unwrap().unwrap().owner, UserId(2));
    assert!(store.find_group_version(ID, GroupVersion::Members).await.unwrap().unwrap() > NOW);
}

pub(in crate::store) async fn transfer_and_quit(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 10, &[1, 2]).await;
    assert_eq!(store.list_member_ids(ID).await.unwrap().len(), 2);
    let before = store.find_user_version(UserId(1), UserVersion::JoinedGroups).await.unwrap();
    assert!(store.transfer_group(ID, UserId(1), UserId(2), true, NOW).await.unwrap());
    assert_eq!((role(store, 1).await, role(store, 2).await), (None, Some(Role::Owner)));
    assert_eq!(&store.list_member_ids(ID).await.unwrap()[..], user_ids(&[2]));
    assert!(store.list_joined_groups(UserId(1)).await.unwrap().is_empty());
    assert!(store.find_user_version(UserId(1), UserVersion::JoinedGroups).await.unwrap() > before);
}

pub(in crate::store) async fn transfer_checks_both(store: &dyn Store) {
    insert_group(store, 10, &[1, 2]).await;
    for (from, to) in [(1, 3), (3, 1), (2, 1), (1, 1)] {
        let done = store.transfer_group(ID, UserId(from), UserId(to), true, NOW).await.unwrap();
        assert!(!done, "{from} to {to}");
    }
    assert!(!store.transfer_group(GroupId(99), UserId(1), UserId(2), false, NOW).await.unwrap());
    assert_eq!((role(store, 1).await, role(store, 2).await), (Some(Role::Owner), Some(Role::Member)));
    assert_eq!(store.find_group_version(ID, GroupVersion::Members).await.unwrap(), Some(NOW));
}

pub(in crate::store) async fn nobody_is_blocked(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    assert!(!store.is_blocked_from_group(ID, UserId(2)).await.unwrap());
}
