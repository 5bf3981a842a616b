//! Groups of relationships.

use super::{NOW, insert_users};
use crate::{
    model::{
        RelationshipGroupIndex as Index, Timestamp, UserId,
        relationship::{Relationship, RelationshipFilter, RelationshipGroup},
        user::UserVersion,
    },
    store::{Error, Store},
};

const OWNER: UserId = UserId(1);

fn group(index: i32, name: &str) -> RelationshipGroup {
    RelationshipGroup { index: Index(index), name: name.into() }
}

async fn groups(store: &dyn Store) -> Vec<(i32, String)> {
    let groups = store.list_relationship_groups(OWNER).await.unwrap();
    groups.into_iter().map(|group| (group.index.0, group.name)).collect()
}

async fn relate(store: &dyn Store, related: i64, group: i32) {
    let relationship = Relationship {
        owner: OWNER,
        related: UserId(related),
        name: None,
        note: None,
        block_date: None,
        establishment_date: NOW,
    };
    store.insert_relationships(vec![(relationship, Index(group))]).await.unwrap();
}

async fn in_group(store: &dyn Store, group: i32) -> Vec<i64> {
    let filter = RelationshipFilter { groups: Some(vec![Index(group)]), ..RelationshipFilter::default() };
    let found = store.list_relationships(OWNER, &filter).await.unwrap();
    found.iter().map(|relationship| relationship.related.0).collect()
}

async fn version(store: &dyn Store, version: UserVersion) -> Timestamp {
    store.find_user_version(OWNER, version).await.unwrap().unwrap()
}

pub(in crate::store) async fn groups_come_and_go(store: &dyn Store) {
    assert_eq!(groups(store).await, [], "nobody has none");
    assert!(!store.insert_relationship_group(OWNER, group(5, "x"), 9, NOW).await.unwrap());
    insert_users(store, &[1, 2]).await;
    assert_eq!(groups(store).await, [(0, String::new())]);
    assert!(store.insert_relationship_group(OWNER, group(5, "work"), 3, NOW).await.unwrap());
    let taken = store.insert_relationship_group(OWNER, group(5, "again"), 3, NOW).await;
    assert!(matches!(taken, Err(Error::Conflict)));
    assert!(store.insert_relationship_group(OWNER, group(3, "family"), 3, NOW).await.unwrap());
    assert!(!store.insert_relationship_group(OWNER, group(4, "one too many"), 3, NOW).await.unwrap());
    assert_eq!(groups(store).await, [(0, String::new()), (3, "family".into()), (5, "work".into())]);
    assert_eq!(store.list_relationship_groups(UserId(2)).await.unwrap().len(), 1, "another's are another's");
    assert!(store.rename_relationship_group(OWNER, Index(5), "office".into(), NOW).await.unwrap());
    assert!(store.rename_relationship_group(OWNER, Index(0), "friends".into(), NOW).await.unwrap());
    assert!(!store.rename_relationship_group(OWNER, Index(6), "nothing".into(), NOW).await.unwrap());
    assert!(store.delete_relationship_group(OWNER, Index(3), Index(0), NOW).await.unwrap());
    assert!(!store.delete_relationship_group(OWNER, Index(3), Index(0), NOW).await.unwrap());
    assert!(!store.delete_relationship_group(OWNER, Index(5), Index(5), NOW).await.unwrap());
    assert!(!store.delete_relationship_group(OWNER, Index(0), Index(5), NOW).await.unwrap());
    assert_eq!(groups(store).await, [(0, "friends".into()), (5, "office".into())]);
}

pub(in crate::store) async fn deleting_a_group_moves_what_is_in_it(store: &dyn Store) {
    insert_users(store, &[1]).await;
    store.insert_relationship_group(OWNER, group(5, "work"), 9, NOW).await.unwrap();
    store.insert_relationship_group(OWNER, group(6, "play"), 9, NOW).await.unwrap();
    for (related, group) in [(2, 5), (3, 5), (4, 6)] {
        relate(store, related, group).await;
    }
    assert!(store.delete_relationship_group(OWNER, Index(5), Index(6), NOW).await.unwrap());
    assert_eq!((in_group(store, 5).await, in_group(store, 6).await), (vec![], vec![2, 3, 4]));
    assert!(store.delete_relationship_group(OWNER, Index(6), Index(0), NOW).await.unwrap());
    assert_eq!(in_group(store, 0).await, [2, 3, 4]);
}

pub(in crate::store) async fn changes_of_groups_bump_versions(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let groups = async || version(store, UserVersion::RelationshipGroups).await;
    let members = async || version(store, UserVersion::RelationshipGroupMembers).await;
    let at_first = (groups().await, members().await);
    store.insert_relationship_group(OWNER, group(5, "work"), 9, NOW).await.unwrap();
    let inserted = groups().await;
    store.rename_relationship_group(OWNER, Index(5), "office".into(), NOW).await.unwrap();
    let renamed = groups().await;
    assert!(at_first.0 < inserted && inserted < renamed);
    assert_eq!(members().await, at_first.1);
    store.delete_relationship_group(OWNER, Index(5), Index(0), NOW).await.unwrap();
    let deleted = (groups().await, members().await);
    assert!(renamed < deleted.0 && at_first.1 < deleted.1);
    store.delete_relationship_group(OWNER, Index(5), Index(0), NOW).await.unwrap();
    store.rename_relationship_group(OWNER, Index(5), "office".into(), NOW).await.unwrap();
    assert_eq!((groups().await, members().await), deleted, "nothing has changed");
}
