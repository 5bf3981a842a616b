//! Who sees profiles and statuses, and who hears of changes.

use super::{ALICE, profiles, update};
use crate::{
    config::Config,
    model::{
        Reply, UserId,
        command::{CreateRelationship, UpdateUser},
        notification::Recipients,
        session::{DeviceType, Presence, UserStatus},
        user::ProfileAccess,
    },
    services::{presence::StatusNews, testing::World},
};

const BOB: UserId = UserId(2);
const CAROL: UserId = UserId(3);
const DAVE: UserId = UserId(4);

/// Alice holds a relationship to Bob, and blocks Carol.
async fn world(change: impl FnOnce(&mut Config)) -> World {
    let world = World::with(change).await;
    for (user, blocked) in [(BOB, false), (CAROL, true)] {
        let request = CreateRelationship { user, blocked, group: None, name: None, attributes: Vec::new() };
        world.services.relationships.create(ALICE, &request).await.unwrap();
    }
    world
}

async fn sees_alice(world: &World, requester: UserId) -> bool {
    match world.services.users.query_profiles(requester, &profiles(&[ALICE])).await.unwrap() {
        Reply::Profiles { users, .. } => !users.is_empty(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn profiles_are_seen_by_those_whom_their_users_let() {
    let world = world(|config| config.users.enforce_profile_access = true).await;
    for (access, expected) in [
        (ProfileAccess::All, [true, true, true, true]),
        (ProfileAccess::AllExceptBlockedUsers, [true, true, false, true]),
        (ProfileAccess::Friends, [true, true, false, false]),
    ] {
        let change = UpdateUser { profile_access: Some(Some(access)), ..update() };
        world.services.users.update(ALICE, &change).await.unwrap();
        for (requester, expected) in [ALICE, BOB, CAROL, DAVE].into_iter().zip(expected) {
            assert_eq!(sees_alice(&world, requester).await, expected, "{access:?} {requester}");
        }
    }
}

#[tokio::test]
async fn everybody_sees_profiles_unless_it_is_enforced() {
    let world = world(|_| {}).await;
    let change = UpdateUser { profile_access: Some(Some(ProfileAccess::Friends)), ..update() };
    world.services.users.update(ALICE, &change).await.unwrap();
    assert!(sees_alice(&world, CAROL).await && sees_alice(&world, DAVE).await);
}

#[tokio::test]
async fn related_users_hear_of_a_new_profile_if_they_are_to() {
    let change = UpdateUser { name: Some("Ann".into()), ..update() };
    let told = |config: &mut Config| config.notifications.user_updated.related_users = true;
    let recipients = world(told).await.services.users.update(ALICE, &change).await.unwrap();
    assert_eq!(recipients, Some(Recipients::User(BOB)), "Carol is blocked");
    let recipients = world(|_| {}).await.services.users.update(ALICE, &change).await.unwrap();
    assert_eq!(recipients, Some(Recipients::Own));
}

#[tokio::test]
async fn those_concerned_hear_of_a_status() {
    let watchers = async |world: &World| world.services.watchers(ALICE).await.unwrap();
    let plain = world(|_| {}).await;
    assert_eq!(watchers(&plain).await, []);
    let related = world(|config| config.notifications.online_status_updated.related_users = true).await;
    assert_eq!(watchers(&related).await, [BOB], "Carol is blocked");
    let groups = world(|config| {
        config.notifications.online_status_updated.group_members = true;
    })
    .await;
    groups.group(ALICE, &[DAVE]).await;
    groups.group(CAROL, &[ALICE, DAVE]).await;
    groups.group(BOB, &[DAVE]).await;
    assert_eq!(watchers(&groups).await, [CAROL, DAVE]);
}

#[tokio::test]
async fn the_invisible_look_offline_in_what_is_told() {
    use UserStatus::{Away, Busy, Invisible, Offline};
    let hidden = world(|config| config.users.respond_offline_if_invisible = true).await;
    let told = |world: &World, from, to| world.services.told_of_status(&[BOB, CAROL], from, to);
    let plainly = || StatusNews { plain: Some(Recipients::Users([BOB, CAROL].into())), as_offline: None };
    let own = || StatusNews { plain: Some(Recipients::Own), as_offline: None };
    assert_eq!(told(&hidden, Away, Busy), plainly());
    assert_eq!(told(&hidden, Busy, Offline), plainly());
    assert_eq!(
        told(&hidden, Busy, Invisible),
        StatusNews { plain: Some(Recipients::Own), as_offline: Some(Recipients::Others([BOB, CAROL].into())) }
    );
    assert_eq!(told(&hidden, Invisible, Offline), own(), "offline is what they saw");
    assert_eq!(told(&hidden, Busy, Busy), own(), "a device of several went");
    assert_eq!(told(&hidden, Invisible, Busy), plainly(), "coming back");
    let open = world(|config| config.notifications.online_status_updated.own_devices = false).await;
    let others = StatusNews { plain: Some(Recipients::Others([BOB, CAROL].into())), as_offline: None };
    assert_eq!(told(&open, Busy, Invisible), others, "shown as it is");
}

#[tokio::test]
async fn the_invisible_are_offline_to_others_where_the_operator_wants_it() {
    let presence = |status| Presence { user: ALICE, status, devices: vec![DeviceType::Ios] };
    let (invisible, busy) = (presence(UserStatus::Invisible), presence(UserStatus::Busy));
    let users = &world(|config| config.users.respond_offline_if_invisible = true).await.services.users;
    assert_eq!(users.shown(invisible.clone(), BOB), Presence::offline(ALICE));
    assert_eq!(users.shown(invisible.clone(), ALICE), invisible);
    assert_eq!(users.shown(busy.clone(), BOB), busy);
    let users = &world(|_| {}).await.services.users;
    assert_eq!(users.shown(invisible.clone(), BOB), invisible);
}
