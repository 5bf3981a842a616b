//! Group types.

use super::group;
use crate::{
    model::{
        GroupId, GroupTypeId,
        group::{Group, GroupType, JoinPolicy, OwnershipLimits},
    },
    store::{Error, Store},
};

pub(in crate::store) async fn each_way_to_join_has_a_type(store: &dyn Store) {
    let found = store.find_group_type(GroupTypeId::DEFAULT).await.unwrap();
    assert_eq!(found.as_deref(), Some(&GroupType::built_in()));
    let joins: Vec<_> = store.list_group_types().await.unwrap().iter().map(|it| (it.id.0, it.join)).collect();
    let expected =
        [JoinPolicy::Invitation, JoinPolicy::Membership, JoinPolicy::Question, JoinPolicy::Request].into_iter();
    assert_eq!(joins, (0..).zip(expected).collect::<Vec<_>>());
    assert_eq!(store.find_group_type(GroupTypeId(5)).await.unwrap(), None);
}

pub(in crate::store) async fn types_come_change_and_go(store: &dyn Store) {
    let five = GroupType { id: GroupTypeId(5), size_limit: 9, ..GroupType::built_in() };
    store.upsert_group_type(five.clone()).await.unwrap();
    assert_eq!(store.find_group_type(five.id).await.unwrap().as_deref(), Some(&five));
    let changed = GroupType { guests_may_speak: true, ..five };
    store.upsert_group_type(changed.clone()).await.unwrap();
    assert_eq!(store.find_group_type(changed.id).await.unwrap().as_deref(), Some(&changed));
    assert_eq!(store.list_group_types().await.unwrap().last(), Some(&changed));
    assert!(store.delete_group_type(changed.id).await.unwrap());
    assert!(!store.delete_group_type(changed.id).await.unwrap());
    assert_eq!(store.find_group_type(changed.id).await.unwrap(), None);
    assert!(!store.delete_group_type(GroupTypeId::DEFAULT).await.unwrap());
}

pub(in crate::store) async fn a_type_in_use_stays(store: &dyn Store) {
    let of_type = Group { type_id: GroupTypeId(3), ..group(10, 1) };
    store.insert_group(of_type, vec![], OwnershipLimits::default(), u32::MAX).await.unwrap();
    assert!(store.find_group(GroupId(10)).await.unwrap().is_some());
    assert!(matches!(store.delete_group_type(GroupTypeId(3)).await, Err(Error::Conflict)));
    assert!(store.delete_group_type(GroupTypeId(2)).await.unwrap());
}
