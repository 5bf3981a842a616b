//! What users may hold of each other.

use super::Error;
use crate::{
    model::{
        RelationshipGroupIndex as Index, Reply, Timestamp, UserId,
        command::{
            CreateRelationship, CreateRelationshipGroup, DeleteRelationship, DeleteRelationshipGroup,
            QueryRelatedUserIds, QueryRelationships, UpdateRelationship, UpdateRelationshipGroup,
        },
        notification::Recipients,
        relationship::Relationship,
    },
    services::testing::{NOW, World, assert_refused},
};

mod friend_requests;

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);

fn create(user: UserId) -> CreateRelationship {
    CreateRelationship { user, blocked: false, group: None, name: None, attributes: Vec::new() }
}

fn update(user: UserId) -> UpdateRelationship {
    UpdateRelationship {
        user,
        blocked: None,
        new_group: None,
        delete_group: None,
        name: None,
        note: None,
        attributes: Vec::new(),
    }
}

fn delete(user: UserId) -> DeleteRelationship {
    DeleteRelationship { user, group: None, target_group: None, attributes: Vec::new() }
}

fn all() -> QueryRelationships {
    QueryRelationships { users: Vec::new(), blocked: None, groups: Vec::new(), version: None }
}

async fn held(world: &World, query: &QueryRelationships) -> Vec<Relationship> {
    match world.services.relationships.query(ALICE, query).await.unwrap() {
        Reply::Relationships { relationships, .. } => relationships,
        Reply::NoContent => Vec::new(),
        other => panic!("{other:?}"),
    }
}

async fn in_group(world: &World, group: i32) -> Vec<i64> {
    let query = QueryRelatedUserIds { blocked: None, groups: vec![Index(group)], version: None };
    match world.services.relationships.query_related_ids(ALICE, &query).await.unwrap() {
        Reply::Ids { ids, .. } => ids,
        Reply::NoContent => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_relationship_is_made_once_and_one_sided() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    let request = CreateRelationship { blocked: true, name: Some("Bobby".into()), ..create(BOB) };
    assert_eq!(relationships.create(ALICE, &request).await.unwrap(), Some(Recipients::Own));
    let held = held(&world, &all()).await;
    assert_eq!((held[0].related, held[0].block_date, held[0].name.as_deref()), (BOB, Some(NOW), Some("Bobby")));
    assert_eq!(in_group(&world, 0).await, [2]);
    assert!(world.store.find_relationship(BOB, ALICE).await.unwrap().is_none());
    assert_refused!(relationships.create(ALICE, &create(BOB)).await, Error::Exists);
}

#[tokio::test]
async fn impossible_relationships_are_refused() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    assert_refused!(relationships.create(ALICE, &create(ALICE)).await, Error::WithOneself);
    assert_refused!(relationships.update(ALICE, &update(ALICE)).await, Error::WithOneself);
    for nobody in [0, -7].map(UserId) {
        assert_refused!(relationships.create(ALICE, &create(nobody)).await, Error::InvalidUser(_));
        assert_refused!(relationships.update(ALICE, &update(nobody)).await, Error::InvalidUser(_));
        assert_eq!(relationships.delete(ALICE, &delete(nobody)).await.unwrap(), None);
    }
    let negative = Some(Index(-1));
    let request = CreateRelationship { group: negative, ..create(BOB) };
    assert_refused!(relationships.create(ALICE, &request).await, Error::InvalidGroup(Index(-1)));
    let request = UpdateRelationship { delete_group: negative, ..update(BOB) };
    assert_refused!(relationships.update(ALICE, &request).await, Error::InvalidGroup(Index(-1)));
    let request = DeleteRelationship { target_group: negative, ..delete(BOB) };
    assert_refused!(relationships.delete(ALICE, &request).await, Error::InvalidGroup(Index(-1)));
    let request = UpdateRelationship { new_group: Some(Index(1)), delete_group: Some(Index(1)), ..update(BOB) };
    assert_refused!(relationships.update(ALICE, &request).await, Error::SameGroup);
}

#[tokio::test]
async fn an_update_changes_only_what_it_gives() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    let request = CreateRelationship { blocked: true, name: Some("Bobby".into()), ..create(BOB) };
    relationships.create(ALICE, &request).await.unwrap();
    world.clock.advance(1000);
    let request = UpdateRelationship { note: Some("met in Rome".into()), ..update(BOB) };
    assert_eq!(relationships.update(ALICE, &request).await.unwrap(), Some(Recipients::Own));
    let after = held(&world, &all()).await.remove(0);
    assert_eq!((after.name.as_deref(), after.note.as_deref()), (Some("Bobby"), Some("met in Rome")));
    assert_eq!((after.block_date, after.establishment_date), (Some(NOW), NOW));
    relationships.update(ALICE, &UpdateRelationship { blocked: Some(false), ..update(BOB) }).await.unwrap();
    assert_eq!(held(&world, &all()).await[0].block_date, None);
}

#[tokio::test]
async fn an_update_makes_what_is_missing() {
    let world = World::new().await;
    let request = UpdateRelationship { blocked: Some(true), ..update(BOB) };
    world.services.relationships.update(ALICE, &request).await.unwrap();
    assert!(held(&world, &all()).await[0].is_blocked());
    assert_eq!(in_group(&world, 0).await, [2]);
}

#[tokio::test]
async fn an_update_moves_between_groups() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    relationships.create(ALICE, &create(BOB)).await.unwrap();
    let groups = |new: Option<i32>, delete: Option<i32>| UpdateRelationship {
        new_group: new.map(Index),
        delete_group: delete.map(Index),
        ..update(BOB)
    };
    relationships.update(ALICE, &groups(Some(5), None)).await.unwrap();
    assert_eq!((in_group(&world, 0).await, in_group(&world, 5).await), (vec![2], vec![2]));
    relationships.update(ALICE, &groups(None, Some(0))).await.unwrap();
    assert_eq!(in_group(&world, 0).await, [2], "leaving the default group alone changes nothing");
    let named = UpdateRelationship { name: Some("Bo".into()), blocked: Some(true), ..groups(None, Some(5)) };
    relationships.update(ALICE, &named).await.unwrap();
    assert_eq!((in_group(&world, 0).await, in_group(&world, 5).await), (vec![2], vec![]), "it was in both");
    let relationship = &held(&world, &all()).await[0];
    assert!(relationship.name.as_deref() == Some("Bo") && relationship.is_blocked(), "what came along is kept");
    relationships.update(ALICE, &groups(Some(5), Some(0))).await.unwrap();
    assert_eq!((in_group(&world, 0).await, in_group(&world, 5).await), (vec![], vec![2]));
}

#[tokio::test]
async fn a_relationship_ends_with_its_last_group() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    relationships.create(ALICE, &create(BOB)).await.unwrap();
    let from = |group| DeleteRelationship { group: Some(Index(group)), ..delete(BOB) };
    assert_eq!(relationships.delete(ALICE, &from(9)).await.unwrap(), None);
    assert_eq!(relationships.delete(ALICE, &from(0)).await.unwrap(), Some(Recipients::Own));
    assert!(held(&world, &all()).await.is_empty());
    assert_eq!(relationships.delete(ALICE, &delete(BOB)).await.unwrap(), None, "gone already, which is no error");
}

#[tokio::test]
async fn queries_filter_and_tell_when_a_copy_is_current() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    assert_eq!(relationships.query(ALICE, &all()).await.unwrap(), Reply::NoContent);
    world.clock.advance(10);
    relationships.create(ALICE, &create(BOB)).await.unwrap();
    relationships.create(ALICE, &CreateRelationship { blocked: true, ..create(UserId(3)) }).await.unwrap();
    let ids = |found: Vec<Relationship>| found.iter().map(|relationship| relationship.related.0).collect::<Vec<_>>();
    assert_eq!(ids(held(&world, &all()).await), [2, 3]);
    assert_eq!(ids(held(&world, &QueryRelationships { blocked: Some(true), ..all() }).await), [3]);
    let one = QueryRelationships { users: vec![BOB, UserId(8)], ..all() };
    assert_eq!(ids(held(&world, &one).await), [2]);
    let disjoint = QueryRelationships { users: vec![BOB], groups: vec![Index(7)], ..all() };
    assert!(held(&world, &disjoint).await.is_empty(), "no overlap matches nothing");

    let stored = match relationships.query(ALICE, &all()).await.unwrap() {
        Reply::Relationships { version, .. } => version.unwrap(),
        other => panic!("{other:?}"),
    };
    assert!(stored > NOW);
    let with = |version| QueryRelationships { version: Some(version), ..all() };
    assert_eq!(relationships.query(ALICE, &with(stored)).await.unwrap(), Reply::UpToDate);
    let before = relationships.query(ALICE, &with(Timestamp(stored.0 - 1))).await.unwrap();
    assert!(matches!(before, Reply::Relationships { .. }), "{before:?}");
    assert_eq!(relationships.query(UserId(404), &all()).await.unwrap(), Reply::UpToDate, "nobody has no list");
}

fn named(name: &str) -> CreateRelationshipGroup {
    CreateRelationshipGroup { name: name.into(), attributes: Vec::new() }
}

fn rename(index: Index, name: &str) -> UpdateRelationshipGroup {
    UpdateRelationshipGroup { index, name: name.into(), attributes: Vec::new() }
}

fn remove(index: Index, target: Option<Index>) -> DeleteRelationshipGroup {
    DeleteRelationshipGroup { index, target, attributes: Vec::new() }
}

async fn group_names(world: &World) -> Vec<String> {
    match world.services.relationships.query_groups(ALICE, None).await.unwrap() {
        Reply::RelationshipGroups { groups, .. } => groups.into_iter().map(|group| group.name).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn groups_are_made_renamed_and_removed() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    assert_eq!(group_names(&world).await, [""]);
    let work = relationships.create_group(ALICE, &named("work")).await.unwrap();
    assert!(work.0 > 0);
    assert_eq!(relationships.rename_group(ALICE, &rename(work, "office")).await.unwrap(), Some(Recipients::Own));
    assert_eq!(group_names(&world).await, ["", "office"]);
    relationships.create(ALICE, &CreateRelationship { group: Some(work), ..create(BOB) }).await.unwrap();
    assert_eq!(relationships.delete_group(ALICE, &remove(work, Some(work))).await.unwrap(), None, "to itself");
    assert_eq!(relationships.delete_group(ALICE, &remove(work, None)).await.unwrap(), Some(Recipients::Own));
    assert_eq!((group_names(&world).await, in_group(&world, 0).await), (vec![String::new()], vec![2]));
    assert_eq!(relationships.delete_group(ALICE, &remove(work, None)).await.unwrap(), None, "gone already");
    assert_eq!(relationships.rename_group(ALICE, &rename(work, "x")).await.unwrap(), None);
}

#[tokio::test]
async fn groups_have_limits() {
    let limits = |config: &mut crate::config::Config| {
        config.relationships.max_groups = 2;
        config.relationships.max_group_name_length = 4;
    };
    let world = World::with(limits).await;
    let relationships = &world.services.relationships;
    assert_refused!(relationships.create_group(ALICE, &named("12345")).await, Error::NameTooLong { max: 4 });
    let group = relationships.create_group(ALICE, &named("1234")).await.unwrap();
    assert_refused!(relationships.create_group(ALICE, &named("more")).await, Error::TooManyGroups { max: 2 });
    assert_refused!(relationships.rename_group(ALICE, &rename(group, "12345")).await, Error::NameTooLong { max: 4 });
    assert_refused!(relationships.delete_group(ALICE, &remove(Index(0), None)).await, Error::DefaultGroup);
    assert_refused!(relationships.delete_group(ALICE, &remove(group, Some(Index(-1)))).await, Error::InvalidGroup(_));
}

#[tokio::test]
async fn a_copy_of_the_groups_is_current_until_they_change() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    let Reply::RelationshipGroups { version, .. } = relationships.query_groups(ALICE, None).await.unwrap() else {
        panic!("the list comes with its version")
    };
    assert_eq!(relationships.query_groups(ALICE, version).await.unwrap(), Reply::UpToDate);
    relationships.create_group(ALICE, &named("work")).await.unwrap();
    let changed = relationships.query_groups(ALICE, version).await.unwrap();
    assert!(matches!(changed, Reply::RelationshipGroups { .. }), "{changed:?}");
    assert_eq!(relationships.query_groups(UserId(404), None).await.unwrap(), Reply::UpToDate, "nobody has none");
}

#[tokio::test]
async fn a_relationship_ends_on_both_sides_where_the_operator_wants_it() {
    for two_sided in [false, true] {
        let world = World::with(|config| config.relationships.delete_two_sided = two_sided).await;
        let relationships = &world.services.relationships;
        relationships.create(ALICE, &create(BOB)).await.unwrap();
        relationships.create(BOB, &create(ALICE)).await.unwrap();
        assert_eq!(relationships.delete(ALICE, &delete(BOB)).await.unwrap(), Some(Recipients::Own));
        assert_eq!(world.store.find_relationship(BOB, ALICE).await.unwrap().is_none(), two_sided);
    }
}

#[tokio::test]
async fn a_user_makes_so_many_relationships() {
    let world = World::with(|config| config.relationships.max_relationships = 2).await;
    let relationships = &world.services.relationships;
    let to = |user: i64| CreateRelationship {
        user: UserId(user),
        blocked: false,
        group: None,
        name: None,
        attributes: Vec::new(),
    };
    relationships.create(ALICE, &to(2)).await.unwrap();
    relationships.create(ALICE, &to(3)).await.unwrap();
    assert_refused!(relationships.create(ALICE, &to(4)).await, Error::TooMany { max: 2 });
    assert_refused!(relationships.create(ALICE, &to(3)).await, Error::Exists);
    let change = |user: i64| UpdateRelationship {
        user: UserId(user),
        blocked: Some(true),
        new_group: None,
        delete_group: None,
        name: None,
        note: None,
        attributes: Vec::new(),
    };
    relationships.update(ALICE, &change(3)).await.unwrap();
    assert_refused!(relationships.update(ALICE, &change(4)).await, Error::TooMany { max: 2 });
    relationships.create(UserId(2), &to(4)).await.unwrap();
}
