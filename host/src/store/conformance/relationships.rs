//! Relationships.

use super::{NOW, insert_users, user_ids};
use crate::{
    model::{
        RelationshipGroupIndex as Index, UserId,
        relationship::{Regroup, Relationship, RelationshipFilter, RelationshipPatch},
        user::UserVersion,
    },
    store::{Error, Store},
};

fn relationship(owner: i64, related: i64) -> Relationship {
    Relationship {
        owner: UserId(owner),
        related: UserId(related),
        name: Some(format!("friend {related}")),
        note: None,
        block_date: None,
        establishment_date: NOW,
    }
}

async fn insert(store: &dyn Store, related: &[(i64, i32)]) {
    let all = related.iter().map(|(related, group)| (relationship(1, *related), Index(*group))).collect();
    store.insert_relationships(all).await.unwrap();
}

async fn related(store: &dyn Store, filter: RelationshipFilter) -> Vec<i64> {
    let found = store.list_relationships(UserId(1), &filter).await.unwrap();
    found.iter().map(|relationship| relationship.related.0).collect()
}

async fn in_group(store: &dyn Store, group: i32) -> Vec<i64> {
    related(store, RelationshipFilter { groups: Some(vec![Index(group)]), ..RelationshipFilter::default() }).await
}

async fn upsert(store: &dyn Store, related: i64, patch: RelationshipPatch) -> Result<(), Error> {
    store.upsert_relationship(UserId(1), UserId(related), patch, NOW).await
}

fn regroup(regroup: Regroup) -> RelationshipPatch {
    RelationshipPatch { regroup: Some(regroup), ..RelationshipPatch::default() }
}

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    let full = Relationship { note: Some("met at work".into()), block_date: Some(NOW), ..relationship(1, 2) };
    store.insert_relationships(vec![(full.clone(), Index(4))]).await.unwrap();
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap().as_deref(), Some(&full));
    assert_eq!(store.find_relationship(UserId(2), UserId(1)).await.unwrap(), None, "the other way");
    assert_eq!(in_group(store, 4).await, [2]);
}

pub(in crate::store) async fn each_owner_has_a_count(store: &dyn Store) {
    let all = [(1, 2), (1, 3), (2, 1)].map(|(owner, related)| (relationship(owner, related), Index(0)));
    store.insert_relationships(all.to_vec()).await.unwrap();
    for (owner, count) in [(1, 2), (2, 1), (3, 0)] {
        assert_eq!(store.count_relationships(UserId(owner)).await.unwrap(), count);
    }
}

pub(in crate::store) async fn insert_is_all_or_nothing(store: &dyn Store) {
    insert(store, &[(3, 0)]).await;
    let all = vec![(relationship(1, 2), Index(0)), (relationship(1, 3), Index(0))];
    assert!(matches!(store.insert_relationships(all).await, Err(Error::Conflict)));
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap(), None);
    assert_eq!(in_group(store, 0).await, [3]);
}

pub(in crate::store) async fn absence_ends_with_insertion(store: &dyn Store) {
    for _ in 0..2 {
        assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap(), None);
    }
    insert(store, &[(2, 0)]).await;
    assert!(store.find_relationship(UserId(1), UserId(2)).await.unwrap().is_some());
    assert!(store.delete_relationship(UserId(1), UserId(2), None, None, false, NOW).await.unwrap());
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap(), None);
}

pub(in crate::store) async fn list_filters(store: &dyn Store) {
    insert(store, &[(4, 0), (2, 1), (3, 1)]).await;
    upsert(store, 3, RelationshipPatch { blocked: Some(true), ..RelationshipPatch::default() }).await.unwrap();
    let filter = RelationshipFilter::default;
    assert_eq!(related(store, filter()).await, [2, 3, 4]);
    assert_eq!(related(store, RelationshipFilter { blocked: Some(true), ..filter() }).await, [3]);
    assert_eq!(related(store, RelationshipFilter { blocked: Some(false), ..filter() }).await, [2, 4]);
    let some = Some(user_ids(&[4, 3, 9]));
    assert_eq!(related(store, RelationshipFilter { related: some.clone(), ..filter() }).await, [3, 4]);
    let groups = Some(vec![Index(1), Index(8)]);
    assert_eq!(related(store, RelationshipFilter { groups: groups.clone(), ..filter() }).await, [2, 3]);
    assert_eq!(related(store, RelationshipFilter { related: some, groups, blocked: Some(false) }).await, [0; 0]);
}

pub(in crate::store) async fn empty_filter_finds_nothing(store: &dyn Store) {
    insert(store, &[(2, 0)]).await;
    let filter = RelationshipFilter::default;
    assert!(related(store, RelationshipFilter { related: Some(vec![]), ..filter() }).await.is_empty());
    assert!(related(store, RelationshipFilter { groups: Some(vec![]), ..filter() }).await.is_empty());
}

pub(in crate::store) async fn upsert_makes_and_changes(store: &dyn Store) {
    let patch = RelationshipPatch { note: Some("n".into()), blocked: Some(true), ..RelationshipPatch::default() };
    upsert(store, 2, patch).await.unwrap();
    let made = Relationship { name: None, note: Some("n".into()), block_date: Some(NOW), ..relationship(1, 2) };
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap().as_deref(), Some(&made));
    assert_eq!(in_group(store, 0).await, [2]);
    let patch = RelationshipPatch { name: Some("Bo".into()), blocked: Some(false), ..RelationshipPatch::default() };
    upsert(store, 2, patch).await.unwrap();
    let changed = Relationship { name: Some("Bo".into()), block_date: None, ..made };
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap().as_deref(), Some(&changed));
    upsert(store, 3, regroup(Regroup::Add(Index(5)))).await.unwrap();
    assert_eq!((in_group(store, 5).await, in_group(store, 0).await), (vec![3], vec![2]));
}

pub(in crate::store) async fn block_keeps_its_first_date(store: &dyn Store) {
    let block = RelationshipPatch { blocked: Some(true), ..RelationshipPatch::default() };
    upsert(store, 2, block.clone()).await.unwrap();
    store.upsert_relationship(UserId(1), UserId(2), block, NOW.plus_millis(9)).await.unwrap();
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap().unwrap().block_date, Some(NOW));
}

pub(in crate::store) async fn move_between_groups(store: &dyn Store) {
    insert(store, &[(2, 0)]).await;
    upsert(store, 2, regroup(Regroup::Add(Index(1)))).await.unwrap();
    upsert(store, 2, regroup(Regroup::Add(Index(1)))).await.unwrap();
    assert_eq!((in_group(store, 0).await, in_group(store, 1).await), (vec![2], vec![2]));
    let patch =
        RelationshipPatch { name: Some("kept".into()), ..regroup(Regroup::Move { from: Index(1), to: Index(0) }) };
    upsert(store, 2, patch).await.unwrap();
    assert_eq!((in_group(store, 0).await, in_group(store, 1).await), (vec![2], vec![]), "it was in both");
    let found = store.find_relationship(UserId(1), UserId(2)).await.unwrap().unwrap();
    assert_eq!(found.name.as_deref(), Some("kept"));
    upsert(store, 2, regroup(Regroup::Move { from: Index(0), to: Index(7) })).await.unwrap();
    assert_eq!((in_group(store, 0).await, in_group(store, 7).await), (vec![], vec![2]));
    upsert(store, 2, regroup(Regroup::Move { from: Index(33), to: Index(8) })).await.unwrap();
    assert!(in_group(store, 8).await.is_empty(), "it was not in the group that it should have left");
}

pub(in crate::store) async fn delete_from_all_groups(store: &dyn Store) {
    insert(store, &[(2, 0)]).await;
    upsert(store, 2, regroup(Regroup::Add(Index(1)))).await.unwrap();
    assert!(store.delete_relationship(UserId(1), UserId(2), None, None, false, NOW).await.unwrap());
    assert!(!store.delete_relationship(UserId(1), UserId(2), None, None, false, NOW).await.unwrap());
    assert!(related(store, RelationshipFilter::default()).await.is_empty());
    insert(store, &[(2, 3)]).await;
    assert!(in_group(store, 1).await.is_empty(), "nothing is left of the former places");
}

pub(in crate::store) async fn delete_on_both_sides(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    let (one, two) = (UserId(1), UserId(2));
    let is_held = async || store.find_relationship(two, one).await.unwrap().is_some();
    let version = async || store.find_user_version(two, UserVersion::Relationships).await.unwrap().unwrap();
    for (groups, group) in [(1, None), (1, Some(Index(0))), (2, Some(Index(0)))] {
        store.insert_relationships(vec![(relationship(1, 2), Index(0)), (relationship(2, 1), Index(0))]).await.unwrap();
        if groups == 2 {
            upsert(store, 2, regroup(Regroup::Add(Index(1)))).await.unwrap();
        }
        let before = version().await;
        assert!(store.delete_relationship(one, two, group, None, true, NOW).await.unwrap());
        assert_eq!(is_held().await, groups == 2, "it goes with the last group");
        assert_eq!(version().await > before, groups == 1);
    }
    let block = RelationshipPatch { blocked: Some(true), ..RelationshipPatch::default() };
    store.upsert_relationship(two, one, block, NOW).await.unwrap();
    assert!(store.delete_relationship(one, two, None, None, true, NOW).await.unwrap());
    assert!(is_held().await, "a block stays");
    assert!(!store.delete_relationship(one, two, None, None, true, NOW).await.unwrap());
}

pub(in crate::store) async fn delete_from_one_group(store: &dyn Store) {
    insert(store, &[(2, 0)]).await;
    upsert(store, 2, regroup(Regroup::Add(Index(1)))).await.unwrap();
    let delete = |group, target: Option<i32>| {
        store.delete_relationship(UserId(1), UserId(2), Some(Index(group)), target.map(Index), false, NOW)
    };
    assert!(!delete(5, None).await.unwrap());
    assert!(delete(0, Some(6)).await.unwrap());
    assert_eq!(
        (in_group(store, 1).await, in_group(store, 6).await),
        (vec![2], vec![]),
        "it was in another group still"
    );
    assert!(delete(1, Some(6)).await.unwrap());
    assert_eq!((in_group(store, 1).await, in_group(store, 6).await), (vec![], vec![2]));
    assert!(delete(6, None).await.unwrap());
    assert_eq!(store.find_relationship(UserId(1), UserId(2)).await.unwrap(), None);
}

pub(in crate::store) async fn versions_always_grow(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let mut last = (NOW, NOW);
    for step in 0..5 {
        match step {
            0 => insert(store, &[(2, 0)]).await,
            1 => upsert(store, 2, regroup(Regroup::Add(Index(1)))).await.unwrap(),
            2 => upsert(store, 2, RelationshipPatch { blocked: Some(true), ..Default::default() }).await.unwrap(),
            3 => {
                // A clock that stepped back.
                let past = NOW.plus_millis(-60_000);
                store.upsert_relationship(UserId(1), UserId(3), RelationshipPatch::default(), past).await.unwrap();
            }
            _ => assert!(store.delete_relationship(UserId(1), UserId(2), None, None, false, NOW).await.unwrap()),
        }
        let version = |version| store.find_user_version(UserId(1), version);
        let now = (
            version(UserVersion::Relationships).await.unwrap().unwrap(),
            version(UserVersion::RelationshipGroupMembers).await.unwrap().unwrap(),
        );
        assert!(now.0 > last.0 && now.1 > last.1, "step {step}: {now:?} after {last:?}");
        last = now;
    }
    assert!(!store.delete_relationship(UserId(1), UserId(2), None, None, false, NOW).await.unwrap());
    assert_eq!(store.find_user_version(UserId(1), UserVersion::Relationships).await.unwrap(), Some(last.0));
}
