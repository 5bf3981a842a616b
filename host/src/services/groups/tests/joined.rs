//! How many groups a user may be in, and how many a query answers.

use super::{ALICE, BOB, CAROL, add, create, open_type};
use crate::{
    config::Config,
    model::{
        GroupId, GroupTypeId, Reply, UserId,
        command::QueryGroups,
        group::{NewGroup, Role},
    },
    services::{
        groups::Error,
        testing::{NOW, World, assert_refused},
    },
};

/// Bob is in two groups of Carol's, which is as many as one may be in.
async fn world(change: impl FnOnce(&mut Config)) -> (World, [GroupId; 2]) {
    let world = World::with(|config| {
        config.groups.max_joined_groups = 2;
        change(config);
    })
    .await;
    let groups = [world.group(CAROL, &[BOB]).await, world.group(CAROL, &[BOB]).await];
    world.services.groups.put_type(open_type()).await.unwrap();
    (world, groups)
}

#[tokio::test]
async fn every_way_in_ends_at_the_limit() {
    let (world, [first, _]) = world(|_| {}).await;
    let groups = &world.services.groups;
    assert_refused!(groups.create(BOB, &create()).await, Error::TooManyJoined { user: BOB, max: 2 });
    let own = groups.create(ALICE, &create()).await.unwrap();
    let added = groups.add_members(ALICE, &add(own, &[UserId(4), BOB], Some(Role::Member))).await;
    assert_refused!(added, Error::TooManyJoined { user: BOB, max: 2 });
    assert_refused!(groups.add_members(BOB, &add(own, &[BOB], None)).await, Error::TooManyJoined { user: BOB, max: 2 });
    let imported = NewGroup {
        id: None,
        type_id: GroupTypeId::DEFAULT,
        owner: ALICE,
        name: "imported".into(),
        intro: None,
        announcement: None,
        members: vec![BOB],
    };
    assert_refused!(groups.create_batch(vec![imported]).await, Error::TooManyJoined { user: BOB, max: 2 });
    assert_eq!(*world.store.list_member_ids(own).await.unwrap(), [ALICE]);

    world.store.delete_members(first, &[BOB], NOW).await.unwrap();
    groups.add_members(BOB, &add(own, &[BOB], None)).await.unwrap();
}

#[tokio::test]
async fn a_query_answers_the_groups_founded_last() {
    let (world, ids) = world(|config| config.groups.max_infos_per_query = 1).await;
    let groups = &world.services.groups;
    let Reply::Groups { groups: found, version } = groups.query_joined(BOB, None).await.unwrap() else { panic!() };
    assert_eq!(found.iter().map(|group| group.id).collect::<Vec<_>>(), [ids[1]]);
    assert!(version.is_some());
    let query = |ids: &[GroupId]| QueryGroups { groups: ids.to_vec(), name: None, changed_after: None };
    let Reply::Groups { groups: found, .. } = groups.query(&query(&ids[..1])).await.unwrap() else { panic!() };
    assert_eq!(found.len(), 1);
    assert_refused!(groups.query(&query(&ids)).await, Error::TooManyIds { max: 1 });
}
