//! Who goes, who is removed, and who owns the group then.

use super::{ALICE, BOB, CAROL, NOBODY};
use crate::{
    model::{GroupId, UserId, command::DeleteGroupMembers, group::Role, notification::Recipients},
    services::{
        groups::{Error, Removal},
        testing::{World, assert_refused, group},
    },
};

const GROUP: GroupId = GroupId(10);
const DAVE: UserId = UserId(4);
const ERIN: UserId = UserId(5);

/// Alice owns the group, Bob and Carol manage it, Dave and Erin are members.
async fn world() -> World {
    let world = World::new().await;
    let roles = [
        (ALICE, Role::Owner),
        (BOB, Role::Manager),
        (CAROL, Role::Manager),
        (DAVE, Role::Member),
        (ERIN, Role::Member),
    ];
    world.db_group(group(GROUP.0, ALICE), &roles).await;
    world
}

fn remove(members: &[UserId]) -> DeleteGroupMembers {
    DeleteGroupMembers {
        group: GROUP,
        members: members.to_vec(),
        successor: None,
        quit_after_transfer: false,
        attributes: Vec::new(),
    }
}

fn hand_over(successor: UserId, quit_after_transfer: bool) -> DeleteGroupMembers {
    DeleteGroupMembers { successor: Some(successor), quit_after_transfer, ..remove(&[]) }
}

async fn role(world: &World, user: UserId) -> Option<Role> {
    world.store.find_member(GROUP, user).await.unwrap().map(|member| member.role)
}

#[tokio::test]
async fn members_quit_and_all_are_told() {
    let world = world().await;
    let groups = &world.services.groups;
    let removal = groups.remove_members(DAVE, &remove(&[DAVE, DAVE])).await.unwrap();
    let Removal::Done(Some(Recipients::Users(told))) = removal else { panic!("{removal:?}") };
    assert_eq!(&*told, [ALICE, BOB, CAROL, ERIN, DAVE]);
    assert_eq!(role(&world, DAVE).await, None);
    assert_eq!(groups.remove_members(DAVE, &remove(&[DAVE])).await.unwrap(), Removal::NotIn);
    let elsewhere = DeleteGroupMembers { group: GroupId(404), ..remove(&[DAVE]) };
    assert_eq!(groups.remove_members(DAVE, &elsewhere).await.unwrap(), Removal::NotIn);
    assert_refused!(groups.remove_members(ALICE, &remove(&[ALICE])).await, Error::OwnerWithoutSuccessor);
}

#[tokio::test]
async fn the_higher_rank_removes_the_lower() {
    let world = world().await;
    let groups = &world.services.groups;
    for (requester, target) in [(BOB, ALICE), (BOB, CAROL)] {
        assert_refused!(groups.remove_members(requester, &remove(&[target])).await, Error::NotOwnerToRemove);
    }
    assert_refused!(groups.remove_members(BOB, &remove(&[DAVE, CAROL])).await, Error::NotOwnerToRemove);
    assert_eq!(role(&world, DAVE).await, Some(Role::Member), "all or none");
    for outsider in [DAVE, UserId(9), NOBODY] {
        assert_refused!(groups.remove_members(outsider, &remove(&[ERIN])).await, Error::NotManagerToRemove);
    }
    for (requester, target) in [(BOB, DAVE), (ALICE, CAROL)] {
        let removal = groups.remove_members(requester, &remove(&[target, NOBODY])).await.unwrap();
        let Removal::Done(Some(Recipients::Users(told))) = removal else { panic!("{removal:?}") };
        assert!(told.contains(&target) && told.contains(&ERIN) && !told.contains(&NOBODY));
        assert_eq!(role(&world, target).await, None);
    }
    assert_eq!(groups.remove_members(ALICE, &remove(&[NOBODY, UserId(-1)])).await.unwrap(), Removal::Done(None));
}

#[tokio::test]
async fn requests_to_remove_make_sense_or_are_refused() {
    let world = world().await;
    let groups = &world.services.groups;
    let many: Vec<UserId> = (100..=200).map(UserId).collect();
    assert_refused!(groups.remove_members(ALICE, &remove(&many)).await, Error::TooManyMembers { max: 100 });
    assert_refused!(groups.remove_members(BOB, &remove(&[BOB, DAVE])).await, Error::SelfWithOthers);
    let both = DeleteGroupMembers { successor: Some(BOB), ..remove(&[DAVE]) };
    assert_refused!(groups.remove_members(ALICE, &both).await, Error::SuccessorWithMembers);
    assert_eq!(groups.remove_members(NOBODY, &remove(&[])).await.unwrap(), Removal::Done(None));
}

#[tokio::test]
async fn an_owner_hands_the_group_over() {
    let world = world().await;
    let groups = &world.services.groups;
    for (requester, successor) in [(BOB, CAROL), (NOBODY, BOB)] {
        let request = hand_over(successor, false);
        assert_refused!(groups.remove_members(requester, &request).await, Error::NotOwnerToTransfer);
    }
    for stranger in [UserId(9), NOBODY, UserId(0), UserId(-1)] {
        let request = hand_over(stranger, true);
        assert_refused!(groups.remove_members(ALICE, &request).await, Error::SuccessorNotMember);
    }
    assert_eq!(groups.remove_members(ALICE, &hand_over(ALICE, true)).await.unwrap(), Removal::Done(None));
    let removal = groups.remove_members(ALICE, &hand_over(DAVE, false)).await.unwrap();
    assert_eq!(removal, Removal::Done(Some(Recipients::Users([ALICE, BOB, CAROL, DAVE, ERIN].into()))));
    assert_eq!((role(&world, ALICE).await, role(&world, DAVE).await), (Some(Role::Member), Some(Role::Owner)));
    assert_eq!(world.store.find_group(GROUP).await.unwrap().unwrap().owner, DAVE);
    let removal = groups.remove_members(DAVE, &hand_over(BOB, true)).await.unwrap();
    assert_eq!(removal, Removal::Done(Some(Recipients::Users([ALICE, BOB, CAROL, ERIN].into()))));
    assert_eq!((role(&world, DAVE).await, role(&world, BOB).await), (None, Some(Role::Owner)));
}

#[tokio::test]
async fn an_owner_quits_by_naming_a_successor() {
    let world = world().await;
    let groups = &world.services.groups;
    let quit = |successor| DeleteGroupMembers { successor: Some(successor), ..remove(&[ALICE]) };
    assert_refused!(groups.remove_members(ALICE, &quit(ALICE)).await, Error::OwnerWithoutSuccessor);
    assert_refused!(groups.remove_members(ALICE, &quit(NOBODY)).await, Error::SuccessorNotMember);
    assert_eq!(role(&world, ALICE).await, Some(Role::Owner));
    assert!(matches!(groups.remove_members(ALICE, &quit(BOB)).await.unwrap(), Removal::Done(Some(_))));
    assert_eq!((role(&world, ALICE).await, role(&world, BOB).await), (None, Some(Role::Owner)));
}
