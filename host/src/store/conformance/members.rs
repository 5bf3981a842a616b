//! Members of groups.

use super::{NOW, group, insert_group, insert_users, member, user_ids};
use crate::{
    model::{
        GroupId, UserId,
        group::{Admission, GroupVersion, Member, MemberLimits, MemberPatch, OwnershipLimits, Role},
        user::UserVersion,
    },
    store::{Error, Store},
};

const ID: GroupId = GroupId(10);

async fn ids(store: &dyn Store) -> Vec<i64> {
    store.list_member_ids(ID).await.unwrap().iter().map(|user| user.0).collect()
}

async fn join(store: &dyn Store, users: &[i64], size: u32) -> Result<bool, Error> {
    let limits = MemberLimits { size, joined: u32::MAX };
    Ok(admit(store, users, limits).await? == Admission::Done)
}

async fn admit(store: &dyn Store, users: &[i64], limits: MemberLimits) -> Result<Admission, Error> {
    let members = users.iter().map(|user| member(10, *user, Role::Member)).collect();
    store.insert_members(ID, members, limits, NOW).await
}

pub(in crate::store) async fn insert_and_list(store: &dyn Store) {
    insert_group(store, 10, &[5]).await;
    assert_eq!(ids(store).await, [5]);
    assert_eq!(store.find_member(ID, UserId(2)).await.unwrap(), None);
    let full = Member { name: Some("Bo".into()), mute_end_date: Some(NOW), ..member(10, 2, Role::Manager) };
    let limits = MemberLimits { size: 10, joined: 1 };
    let both = vec![full.clone(), member(10, 9, Role::Guest)];
    assert_eq!(store.insert_members(ID, both, limits, NOW).await.unwrap(), Admission::Done);
    assert_eq!(ids(store).await, [2, 5, 9]);
    assert_eq!(store.find_member(ID, UserId(2)).await.unwrap().as_deref(), Some(&full));
    let all = store.list_members(ID, None).await.unwrap();
    assert_eq!(all.iter().map(|member| member.role).collect::<Vec<_>>(), [Role::Manager, Role::Owner, Role::Guest]);
    assert_eq!(store.list_members(ID, Some(&user_ids(&[9, 2, 7]))).await.unwrap(), [full, member(10, 9, Role::Guest)]);
    assert!(store.list_members(ID, Some(&[])).await.unwrap().is_empty());
    assert!(store.list_member_ids(GroupId(77)).await.unwrap().is_empty());
}

pub(in crate::store) async fn size_limit_holds(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    assert!(!join(store, &[2, 3, 4], 3).await.unwrap());
    assert_eq!(ids(store).await, [1]);
    assert!(join(store, &[2, 3], 3).await.unwrap());
    assert!(!join(store, &[4], 3).await.unwrap());
    assert_eq!(ids(store).await, [1, 2, 3]);
}

pub(in crate::store) async fn the_limit_of_a_user_holds(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    insert_group(store, 11, &[2]).await;
    let limits = |joined| MemberLimits { size: 10, joined };
    assert_eq!(admit(store, &[3, 2], limits(1)).await.unwrap(), Admission::TooManyJoined(UserId(2)));
    assert_eq!(ids(store).await, [1], "all or none");
    assert_eq!(admit(store, &[3, 2], limits(2)).await.unwrap(), Admission::Done);
    let found = async |max_joined| {
        let members = vec![member(12, 4, Role::Owner), member(12, 2, Role::Member)];
        store.insert_group(group(12, 4), members, OwnershipLimits::default(), max_joined).await.unwrap()
    };
    assert_eq!(found(2).await, Admission::TooManyJoined(UserId(2)));
    assert_eq!(store.find_group(GroupId(12)).await.unwrap(), None);
    assert_eq!(found(3).await, Admission::Done);
    store.delete_members(ID, &user_ids(&[2]), NOW).await.unwrap();
    assert_eq!(admit(store, &[2], limits(3)).await.unwrap(), Admission::Done, "who left has room again");
}

pub(in crate::store) async fn duplicate_fails_all(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    assert!(matches!(join(store, &[2, 1], 10).await, Err(Error::Conflict)));
    assert!(matches!(join(store, &[3, 3], 10).await, Err(Error::Conflict)));
    assert_eq!(ids(store).await, [1]);
    assert_eq!(store.find_group_version(ID, GroupVersion::Members).await.unwrap(), Some(NOW));
}

pub(in crate::store) async fn unknown_group_takes_nobody(store: &dyn Store) {
    assert!(!join(store, &[2], 10).await.unwrap());
    assert!(ids(store).await.is_empty());
}

pub(in crate::store) async fn blocked_users_stay_out(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    assert!(store.insert_group_blocked_user(ID, UserId(3), 9, NOW).await.unwrap());
    assert!(!join(store, &[2, 3], 10).await.unwrap());
    assert_eq!(ids(store).await, [1], "all or none");
    assert!(join(store, &[2], 10).await.unwrap());
}

pub(in crate::store) async fn owner_is_never_removed(store: &dyn Store) {
    insert_group(store, 10, &[1, 2, 3]).await;
    assert_eq!(ids(store).await, [1, 2, 3]);
    let removed = store.delete_members(ID, &user_ids(&[1, 3, 8, 3]), NOW).await.unwrap();
    assert_eq!(removed, user_ids(&[3]));
    assert_eq!(ids(store).await, [1, 2]);
    assert_eq!(store.find_member(ID, UserId(3)).await.unwrap(), None);
    assert!(store.find_member(ID, UserId(1)).await.unwrap().is_some());
}

pub(in crate::store) async fn update_changes_given_fields(store: &dyn Store) {
    insert_group(store, 10, &[1, 2]).await;
    let group = GroupId(10);
    let find = async || store.find_member(group, UserId(2)).await.unwrap().unwrap();
    let version = async || store.find_group_version(group, GroupVersion::Members).await.unwrap();
    let (before, member) = (version().await, find().await);
    let muted = MemberPatch { mute_end_date: Some(Some(NOW)), name: Some("Bob".into()), ..MemberPatch::default() };
    assert!(store.update_member(group, UserId(2), muted, NOW).await.unwrap());
    assert_eq!(*find().await, Member { name: Some("Bob".into()), mute_end_date: Some(NOW), ..(*member).clone() });
    let after = version().await;
    assert!(after > before);
    let promoted = MemberPatch { mute_end_date: Some(None), role: Some(Role::Manager), ..MemberPatch::default() };
    assert!(store.update_member(group, UserId(2), promoted.clone(), NOW).await.unwrap());
    assert_eq!((find().await.role, find().await.mute_end_date), (Role::Manager, None));
    assert!(!store.update_member(group, UserId(1), promoted.clone(), NOW).await.unwrap(), "the owner stays the owner");
    assert!(!store.update_member(group, UserId(3), promoted, NOW).await.unwrap());
}

pub(in crate::store) async fn joined_groups_follow(store: &dyn Store) {
    insert_group(store, 12, &[1]).await;
    insert_group(store, 10, &[2, 1]).await;
    assert_eq!(store.list_joined_groups(UserId(1)).await.unwrap(), [GroupId(10), GroupId(12)]);
    store.delete_members(ID, &user_ids(&[1]), NOW).await.unwrap();
    assert_eq!(store.list_joined_groups(UserId(1)).await.unwrap(), [GroupId(12)]);
    assert!(store.list_joined_groups(UserId(7)).await.unwrap().is_empty());
}

pub(in crate::store) async fn versions_always_grow(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 10, &[1]).await;
    let mut last = (NOW, NOW);
    for step in 0..4 {
        if step % 2 == 0 {
            assert!(join(store, &[2], 10).await.unwrap());
        } else {
            let past = NOW.plus_millis(-60_000);
            assert_eq!(store.delete_members(ID, &user_ids(&[2]), past).await.unwrap(), user_ids(&[2]));
        }
        let members = store.find_group_version(ID, GroupVersion::Members).await.unwrap().unwrap();
        let joined = store.find_user_version(UserId(2), UserVersion::JoinedGroups).await.unwrap().unwrap();
        assert!(members > last.0 && joined > last.1, "step {step}");
        last = (members, joined);
    }
    store.delete_members(ID, &user_ids(&[2]), NOW).await.unwrap();
    assert_eq!(store.find_group_version(ID, GroupVersion::Members).await.unwrap(), Some(last.0), "nothing changed");
}
