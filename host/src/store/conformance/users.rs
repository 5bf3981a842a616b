//! Users.

use super::{NOW, insert_users, user, user_ids};
use crate::{
    model::{
        UserId,
        hidden::Hidden,
        settings::{SettingValue, SettingsPatch},
        user::{ProfileAccess, User, UserPatch, UserVersion},
    },
    store::{Error, Store},
};

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    assert_eq!(store.find_user(UserId(1)).await.unwrap(), None);
    let full = User {
        password_hash: Some(Hidden("$argon2id$x".into())),
        intro: "hello".into(),
        profile_picture: "a.png".into(),
        profile_access: ProfileAccess::Friends,
        ..user(1)
    };
    store.insert_users(vec![full.clone(), user(2)]).await.unwrap();
    assert_eq!(store.find_user(UserId(1)).await.unwrap().as_deref(), Some(&full));
    assert_eq!(store.find_user(UserId(1)).await.unwrap().as_deref(), Some(&full), "asked again");
    assert_eq!(store.find_user(UserId(3)).await.unwrap(), None);
}

pub(in crate::store) async fn list_keeps_order_and_skips_unknown(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    let listed = store.list_users(&user_ids(&[3, 9, 1, 3])).await.unwrap();
    assert_eq!(listed.iter().map(|user| user.id.0).collect::<Vec<_>>(), [3, 1]);
    assert!(store.list_users(&[]).await.unwrap().is_empty());
}

pub(in crate::store) async fn insert_is_all_or_nothing(store: &dyn Store) {
    insert_users(store, &[2]).await;
    let failed = store.insert_users(vec![user(1), user(2), user(3)]).await;
    assert!(matches!(failed, Err(Error::Conflict)), "{failed:?}");
    assert_eq!(store.find_user(UserId(1)).await.unwrap(), None);
    assert_eq!(store.find_user(UserId(3)).await.unwrap(), None);
}

pub(in crate::store) async fn update_changes_given_fields(store: &dyn Store) {
    insert_users(store, &[1]).await;
    assert!(store.find_user(UserId(1)).await.unwrap().is_some());
    let later = NOW.plus_millis(5);
    let patch = UserPatch { name: Some("Ann".into()), active: Some(false), ..UserPatch::default() };
    assert!(store.update_user(UserId(1), patch, later).await.unwrap());
    let expected = User { name: "Ann".into(), active: false, last_updated_date: later, ..user(1) };
    assert_eq!(store.find_user(UserId(1)).await.unwrap().as_deref(), Some(&expected));
    let patch = UserPatch {
        password_hash: Some(Hidden("p".into())),
        intro: Some("i".into()),
        profile_picture: Some("c".into()),
        profile_access: Some(ProfileAccess::AllExceptBlockedUsers),
        ..UserPatch::default()
    };
    assert!(store.update_user(UserId(1), patch, later).await.unwrap());
    let expected = User {
        password_hash: Some(Hidden("p".into())),
        intro: "i".into(),
        profile_picture: "c".into(),
        profile_access: ProfileAccess::AllExceptBlockedUsers,
        // Later than the one before, though the clock stood still.
        last_updated_date: later.plus_millis(1),
        ..expected
    };
    assert_eq!(store.find_user(UserId(1)).await.unwrap().as_deref(), Some(&expected));
}

pub(in crate::store) async fn attributes_are_merged(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let attributes = |number, names: &[&str]| SettingsPatch {
        values: names.iter().map(|name| ((*name).to_owned(), SettingValue::Int(number))).collect(),
        fixed: vec!["b".into()],
    };
    for attributes in [attributes(1, &["a", "b"]), attributes(2, &["b", "c"])] {
        assert!(store.find_user(UserId(1)).await.unwrap().is_some());
        let patch = UserPatch { attributes, ..UserPatch::default() };
        assert!(store.update_user(UserId(1), patch, NOW).await.unwrap());
    }
    let found = store.find_user(UserId(1)).await.unwrap().unwrap();
    let expected = [("a", 1), ("b", 1), ("c", 2)].map(|(name, number)| (name.to_owned(), SettingValue::Int(number)));
    assert_eq!(found.attributes, expected.into());
    let patch = UserPatch { attributes: attributes(1, &["a"]), ..UserPatch::default() };
    assert!(!store.update_user(UserId(2), patch, NOW).await.unwrap());
}

pub(in crate::store) async fn update_ignores_unknown_and_deleted(store: &dyn Store) {
    insert_users(store, &[1]).await;
    store.delete_users(&user_ids(&[1]), NOW).await.unwrap();
    let patch = UserPatch { name: Some("x".into()), ..UserPatch::default() };
    assert!(!store.update_user(UserId(1), patch.clone(), NOW).await.unwrap());
    assert!(!store.update_user(UserId(2), patch, NOW).await.unwrap());
    assert_eq!(store.find_user(UserId(1)).await.unwrap().unwrap().name, "user 1");
}

pub(in crate::store) async fn delete_answers_those_deleted(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    assert!(store.find_user(UserId(1)).await.unwrap().unwrap().is_active());
    let deleted = store.delete_users(&user_ids(&[1, 7, 1]), NOW).await.unwrap();
    assert_eq!(deleted, user_ids(&[1]));
    assert_eq!(store.find_user(UserId(1)).await.unwrap().unwrap().deletion_date, Some(NOW));
    assert!(store.find_user(UserId(2)).await.unwrap().unwrap().is_active());
    assert!(store.delete_users(&user_ids(&[1]), NOW).await.unwrap().is_empty());
}

pub(in crate::store) async fn versions_start_at_registration(store: &dyn Store) {
    insert_users(store, &[1]).await;
    for version in [
        UserVersion::Relationships,
        UserVersion::RelationshipGroups,
        UserVersion::RelationshipGroupMembers,
        UserVersion::JoinedGroups,
    ] {
        assert_eq!(store.find_user_version(UserId(1), version).await.unwrap(), Some(NOW));
        assert_eq!(store.find_user_version(UserId(2), version).await.unwrap(), None);
    }
}
