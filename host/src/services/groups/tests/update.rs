//! Who changes what a group is, its members, and whom it blocks.

use std::collections::BTreeMap;

use super::{ALICE, BOB, CAROL, NOBODY, create};
use crate::{
    config::{AllowedSetting, SettingType},
    model::{
        GroupId, GroupTypeId, Reply, Timestamp, UserId, UserRoleId, Value,
        command::{
            CreateGroup, CreateGroupBlockedUser, DeleteGroup, DeleteGroupBlockedUser, UpdateGroup, UpdateGroupMember,
        },
        group::{GroupType, Permitted, Role},
        notification::Recipients,
        settings::{SettingValue, Values},
        value::Scalar,
    },
    services::{
        groups::Error,
        testing::{NOW, World, assert_refused, group},
    },
};

const GROUP: GroupId = GroupId(10);
const DAVE: UserId = UserId(4);
const ERIN: UserId = UserId(5);
const FUTURE: Timestamp = Timestamp(NOW.0 + 1000);
const PAST: Timestamp = Timestamp(NOW.0 - 1000);

/// Alice owns the group, Bob and Carol manage it, Dave is a member, Erin a guest.
async fn world() -> World {
    populated(World::new().await).await
}

async fn populated(world: World) -> World {
    let roles =
        [(ALICE, Role::Owner), (BOB, Role::Manager), (CAROL, Role::Manager), (DAVE, Role::Member), (ERIN, Role::Guest)];
    world.db_group(group(GROUP.0, ALICE), &roles).await;
    world
}

fn update() -> UpdateGroup {
    UpdateGroup {
        group: GROUP,
        name: None,
        intro: None,
        announcement: None,
        min_score: None,
        type_id: None,
        mute_end_date: None,
        successor: None,
        quit_after_transfer: false,
        user_defined_attributes: BTreeMap::new(),
        attributes: Vec::new(),
    }
}

fn rename(name: &str) -> UpdateGroup {
    UpdateGroup { name: Some(name.into()), ..update() }
}

fn of(member: UserId) -> UpdateGroupMember {
    UpdateGroupMember {
        group: GROUP,
        member,
        name: None,
        role: None,
        mute_end_date: None,
        note: None,
        attributes: Vec::new(),
    }
}

fn named(member: UserId) -> UpdateGroupMember {
    UpdateGroupMember { name: Some("new".into()), ..of(member) }
}

fn muted(member: UserId, until: Timestamp) -> UpdateGroupMember {
    UpdateGroupMember { mute_end_date: Some(until), ..of(member) }
}

fn promoted(member: UserId, role: Role) -> UpdateGroupMember {
    UpdateGroupMember { role: Some(Some(role)), ..of(member) }
}

fn block(user: UserId) -> CreateGroupBlockedUser {
    CreateGroupBlockedUser { group: GROUP, user, attributes: Vec::new() }
}

fn unblock(user: UserId) -> DeleteGroupBlockedUser {
    DeleteGroupBlockedUser { group: GROUP, user, attributes: Vec::new() }
}

async fn follow(world: &World, change: impl FnOnce(&mut GroupType)) {
    let mut group_type = GroupType::built_in();
    change(&mut group_type);
    world.services.groups.put_type(group_type).await.unwrap();
}

#[tokio::test]
async fn managers_change_what_the_group_is() {
    let world = world().await;
    let groups = &world.services.groups;
    let everybody = Some(Recipients::Users([ALICE, BOB, CAROL, DAVE, ERIN].into()));
    let request = UpdateGroup { min_score: Some(5), mute_end_date: Some(FUTURE), ..rename("new") };
    assert_eq!(groups.update(BOB, &request).await.unwrap(), everybody);
    let stored = world.store.find_group(GROUP).await.unwrap().unwrap();
    assert_eq!((stored.name.as_str(), stored.min_score, stored.mute_end_date), ("new", 5, Some(FUTURE)));
    assert!(stored.last_updated_date > NOW);
    let request = UpdateGroup { mute_end_date: Some(PAST), ..update() };
    groups.update(ALICE, &request).await.unwrap();
    assert_eq!(world.store.find_group(GROUP).await.unwrap().unwrap().mute_end_date, None, "muting has ended");
    assert_eq!(groups.update(ALICE, &update()).await.unwrap(), None, "nothing to tell");

    assert_refused!(groups.update(DAVE, &rename("x")).await, Error::NotManagerToUpdate);
    assert_refused!(groups.update(NOBODY, &update()).await, Error::NotManagerToUpdate);
    let negative = UpdateGroup { min_score: Some(-1), ..update() };
    assert_refused!(groups.update(NOBODY, &negative).await, Error::NegativeScore);
    let elsewhere = UpdateGroup { group: GroupId(404), ..rename("x") };
    assert_refused!(groups.update(ALICE, &elsewhere).await, Error::UpdateInactive);
    let attributes = UpdateGroup { user_defined_attributes: [("x".into(), Value::default())].into(), ..update() };
    assert_refused!(groups.update(ALICE, &attributes).await, Error::Setting(_));
}

#[tokio::test]
async fn attributes_are_those_that_the_operator_defines() {
    let colour = AllowedSetting::new("colour", SettingType::String);
    let world = populated(World::with(|config| config.groups.attributes.push(colour)).await).await;
    let groups = &world.services.groups;
    let painted = |text: &str| {
        let value = Value { scalar: Some(Scalar::String(text.into())), list: Vec::new() };
        BTreeMap::from([("colour".to_owned(), value)])
    };
    let of = async |id| world.store.find_group(id).await.unwrap().unwrap().attributes.clone();
    let stored = |text: &str| Values::from([("colour".to_owned(), SettingValue::Text(text.into()))]);
    let blue = UpdateGroup { user_defined_attributes: painted("blue"), ..update() };
    assert!(groups.update(ALICE, &blue).await.unwrap().is_some());
    assert_eq!(of(GROUP).await, stored("blue"));
    let founded = CreateGroup { user_defined_attributes: painted("red"), ..create() };
    assert_eq!(of(groups.create(ALICE, &founded).await.unwrap()).await, stored("red"));
}

#[tokio::test]
async fn the_type_says_who_changes_what_the_group_is() {
    let world = world().await;
    let groups = &world.services.groups;
    follow(&world, |it| it.update_info = Permitted::Owner).await;
    assert_refused!(groups.update(BOB, &rename("x")).await, Error::NotOwnerToUpdate);
    groups.update(ALICE, &rename("x")).await.unwrap();
    follow(&world, |it| it.update_info = Permitted::Members).await;
    groups.update(DAVE, &rename("y")).await.unwrap();
    assert_refused!(groups.update(ERIN, &rename("x")).await, Error::NotMemberToUpdate);
    assert_refused!(groups.update(NOBODY, &rename("x")).await, Error::NotMemberToUpdate);
    follow(&world, |it| it.update_info = Permitted::Anyone).await;
    groups.update(NOBODY, &rename("z")).await.unwrap();
}

#[tokio::test]
async fn texts_have_limits_when_configured() {
    let world = populated(World::with(|config| config.groups.max_name_length = 3).await).await;
    let groups = &world.services.groups;
    assert_refused!(groups.update(ALICE, &rename("long")).await, Error::TooLong { field: "name", max: 3 });
    assert_refused!(groups.create(ALICE, &create()).await, Error::TooLong { field: "name", max: 3 });
    let named = UpdateGroupMember { name: Some("long".into()), ..of(ALICE) };
    assert_refused!(groups.update_member(ALICE, &named).await, Error::TooLong { field: "name", max: 3 });
    groups.update(ALICE, &rename("new")).await.unwrap();
}

#[tokio::test]
async fn an_owner_changes_the_type_where_that_is_allowed() {
    let open = UpdateGroup { type_id: Some(GroupTypeId(1)), ..update() };
    let disabled = world().await;
    assert_refused!(disabled.services.groups.update(ALICE, &open).await, Error::TypeChangeDisabled);
    let world = World::with(|config| {
        config.groups.allow_type_change = true;
        config.users.roles[0].group_types.retain(|id| id.0 != 2);
        config.users.roles[0].max_owned_groups_of_type = 1;
    });
    let world = populated(world.await).await;
    let groups = &world.services.groups;
    assert_refused!(groups.update(BOB, &open).await, Error::NotOwnerToChangeType);
    let unknown = UpdateGroup { type_id: Some(GroupTypeId(9)), ..update() };
    assert_refused!(groups.update(ALICE, &unknown).await, Error::UnknownNewType);
    let forbidden = UpdateGroup { type_id: Some(GroupTypeId(2)), ..update() };
    assert_refused!(groups.update(ALICE, &forbidden).await, Error::ForbiddenNewType);
    let third = CreateGroup { type_id: Some(GroupTypeId(3)), ..create() };
    groups.create(ALICE, &third).await.unwrap();
    let taken = UpdateGroup { type_id: Some(GroupTypeId(3)), ..update() };
    assert_refused!(groups.update(ALICE, &taken).await, Error::TooManyOwned);
    assert!(groups.update(ALICE, &open).await.unwrap().is_some());
    assert_eq!(world.store.find_group(GROUP).await.unwrap().unwrap().type_id, GroupTypeId(1));
    assert!(groups.update(ALICE, &open).await.unwrap().is_some(), "the type that it has already");
}

#[tokio::test]
async fn a_role_says_what_a_user_may_own() {
    let world = World::with(|config| {
        let limited = crate::config::UserRole {
            id: UserRoleId(7),
            group_types: vec![GroupTypeId(0)],
            max_owned_groups: 1,
            ..crate::config::UserRole::default()
        };
        config.users.roles.push(limited);
    })
    .await;
    let (groups, users) = (&world.services.groups, &world.services.users);
    users.set_role(BOB, UserRoleId(7)).await.unwrap();
    let open = CreateGroup { type_id: Some(GroupTypeId(1)), ..create() };
    groups.create(ALICE, &open).await.unwrap();
    assert_refused!(groups.create(BOB, &open).await, Error::ForbiddenType);
    groups.create(BOB, &create()).await.unwrap();
    assert_refused!(groups.create(BOB, &create()).await, Error::TooManyOwned);
    world.db_group(group(GROUP.0, ALICE), &[(ALICE, Role::Owner), (BOB, Role::Member)]).await;
    let hand_over = UpdateGroup { successor: Some(BOB), ..update() };
    assert_refused!(groups.update(ALICE, &hand_over).await, Error::TooManyOwned);
    let unknown = users.set_role(BOB, UserRoleId(8)).await;
    assert!(matches!(unknown, Err(crate::services::users::Error::UnknownRole(UserRoleId(8)))));
}

#[tokio::test]
async fn an_update_with_a_successor_hands_over() {
    let world = world().await;
    let groups = &world.services.groups;
    let to = |successor| UpdateGroup { successor: Some(successor), ..rename("ignored") };
    assert_eq!(groups.update(BOB, &to(BOB)).await.unwrap(), None);
    assert_refused!(groups.update(BOB, &to(CAROL)).await, Error::NotOwnerToTransfer);
    assert_refused!(groups.update(ALICE, &to(NOBODY)).await, Error::SuccessorNotMember);
    assert!(groups.update(ALICE, &to(BOB)).await.unwrap().is_some());
    let stored = world.store.find_group(GROUP).await.unwrap().unwrap();
    assert_eq!((stored.owner, stored.name.as_str()), (BOB, "group"));
    let quits = UpdateGroup { quit_after_transfer: true, ..to(CAROL) };
    assert!(groups.update(BOB, &quits).await.unwrap().is_some());
    assert!(world.store.find_member(GROUP, BOB).await.unwrap().is_none());
}

#[tokio::test]
async fn only_the_owner_deletes_the_group() {
    let world = world().await;
    let groups = &world.services.groups;
    let request = DeleteGroup { group: GROUP, attributes: Vec::new() };
    assert_refused!(groups.delete_group(BOB, &request).await, Error::NotOwnerToDelete);
    let told = groups.delete_group(ALICE, &request).await.unwrap();
    assert_eq!(told, Some(Recipients::Users([ALICE, BOB, CAROL, DAVE, ERIN].into())));
    assert_refused!(groups.delete_group(ALICE, &request).await, Error::NotOwnerToDelete);
    assert_refused!(groups.update(ALICE, &rename("x")).await, Error::UpdateInactive);
}

#[tokio::test]
async fn the_owner_gives_roles() {
    let world = world().await;
    let groups = &world.services.groups;
    let given = groups.update_member(ALICE, &promoted(DAVE, Role::Manager)).await.unwrap();
    assert_eq!(given, Some(Recipients::Own));
    assert_eq!(world.store.find_member(GROUP, DAVE).await.unwrap().unwrap().role, Role::Manager);
    assert_eq!(groups.update_member(NOBODY, &of(DAVE)).await.unwrap(), None, "nothing is changed");
    assert_refused!(groups.update_member(ALICE, &promoted(DAVE, Role::Owner)).await, Error::RoleNotGiven);
    let unknown = UpdateGroupMember { role: Some(None), ..of(DAVE) };
    assert_refused!(groups.update_member(ALICE, &unknown).await, Error::RoleNotGiven);
    assert_refused!(groups.update_member(BOB, &promoted(DAVE, Role::Member)).await, Error::NotOwnerToSetRole);
    assert_refused!(groups.update_member(ALICE, &promoted(NOBODY, Role::Member)).await, Error::UnknownMember);
    assert_refused!(groups.update_member(ALICE, &promoted(ALICE, Role::Member)).await, Error::RoleNotGiven);
    let elsewhere = UpdateGroupMember { group: GroupId(404), ..promoted(DAVE, Role::Member) };
    assert_refused!(groups.update_member(ALICE, &elsewhere).await, Error::RoleInInactive);
    // What comes along has its own rule.
    let also_muted = UpdateGroupMember { mute_end_date: Some(FUTURE), ..promoted(ALICE, Role::Member) };
    assert_refused!(groups.update_member(ALICE, &also_muted).await, Error::MuteOneself);
}

#[tokio::test]
async fn members_mute_those_below_them() {
    let world = world().await;
    let groups = &world.services.groups;
    let mute_end = async || world.store.find_member(GROUP, DAVE).await.unwrap().unwrap().mute_end_date;
    groups.update_member(BOB, &muted(DAVE, FUTURE)).await.unwrap();
    assert_eq!(mute_end().await, Some(FUTURE), "muting needs no name");
    groups.update_member(ALICE, &muted(DAVE, PAST)).await.unwrap();
    assert_eq!(mute_end().await, None);
    assert_refused!(groups.update_member(BOB, &muted(BOB, FUTURE)).await, Error::MuteOneself);
    assert_refused!(groups.update_member(NOBODY, &muted(DAVE, FUTURE)).await, Error::NotManagerToMute);
    assert_refused!(groups.update_member(BOB, &muted(NOBODY, FUTURE)).await, Error::MuteUnknown);
    for target in [ALICE, CAROL] {
        assert_refused!(groups.update_member(BOB, &muted(target, FUTURE)).await, Error::MuteOfEqual);
    }
    assert_refused!(groups.update_member(ERIN, &muted(DAVE, FUTURE)).await, Error::MuteOfEqual);
    let elsewhere = UpdateGroupMember { group: GroupId(404), ..muted(DAVE, FUTURE) };
    assert_refused!(groups.update_member(ALICE, &elsewhere).await, Error::MuteInInactive);
}

#[tokio::test]
async fn names_follow_the_type() {
    let world = world().await;
    let groups = &world.services.groups;
    groups.update_member(DAVE, &named(DAVE)).await.unwrap();
    groups.update_member(BOB, &named(ALICE)).await.unwrap();
    assert_eq!(world.store.find_member(GROUP, ALICE).await.unwrap().unwrap().name.as_deref(), Some("new"));
    assert_refused!(groups.update_member(DAVE, &named(ERIN)).await, Error::NotManagerToUpdateMember);
    assert_refused!(groups.update_member(NOBODY, &named(ERIN)).await, Error::NotManagerToUpdateMember);
    assert_refused!(groups.update_member(BOB, &named(NOBODY)).await, Error::UnknownMember);
    let elsewhere = UpdateGroupMember { group: GroupId(404), ..named(DAVE) };
    assert_refused!(groups.update_member(ALICE, &elsewhere).await, Error::MemberOfInactive);
    follow(&world, |it| {
        it.members_name_themselves = false;
        it.update_members = Permitted::Owner;
    })
    .await;
    assert_refused!(groups.update_member(DAVE, &named(DAVE)).await, Error::NotOwnerToUpdateMember);
    follow(&world, |it| it.update_members = Permitted::Members).await;
    groups.update_member(DAVE, &named(ALICE)).await.unwrap();
    assert_refused!(groups.update_member(ERIN, &named(ALICE)).await, Error::NotMemberToUpdateMember);
}

#[tokio::test]
async fn managers_block_those_below_them() {
    let world = populated(World::with(|config| config.groups.max_blocked_users = 2).await).await;
    let groups = &world.services.groups;
    assert_eq!(groups.block(BOB, &block(DAVE)).await.unwrap(), Some(Recipients::Own));
    assert!(world.store.find_member(GROUP, DAVE).await.unwrap().is_none());
    assert_refused!(groups.block(BOB, &block(DAVE)).await, Error::AlreadyBlocked);
    assert_refused!(groups.block(BOB, &block(BOB)).await, Error::BlockOneself);
    assert_refused!(groups.block(BOB, &block(UserId(0))).await, Error::InvalidUser(_));
    assert_refused!(groups.block(ERIN, &block(UserId(6))).await, Error::NotManagerToBlock);
    assert_refused!(groups.block(NOBODY, &block(UserId(6))).await, Error::NotManagerToBlock);
    for target in [ALICE, CAROL] {
        assert_refused!(groups.block(BOB, &block(target)).await, Error::NotOwnerToRemove);
    }
    groups.block(ALICE, &block(CAROL)).await.unwrap();
    assert_refused!(groups.block(ALICE, &block(UserId(6))).await, Error::TooManyBlocked { max: 2 });

    let Reply::Ids { ids, version } = groups.query_blocked_ids(GROUP, None).await.unwrap() else { panic!() };
    assert_eq!(ids, [CAROL.0, DAVE.0]);
    assert_eq!(groups.query_blocked_ids(GROUP, version).await.unwrap(), Reply::UpToDate);
    world.services.users.delete(&[CAROL]).await.unwrap();
    let Reply::Profiles { users, version: same } = groups.query_blocked(GROUP, None).await.unwrap() else { panic!() };
    assert_eq!(users.iter().map(|user| user.id).collect::<Vec<_>>(), [DAVE], "deleted users have no profile");
    assert_eq!(same, version);

    assert_refused!(groups.unblock(ERIN, &unblock(DAVE)).await, Error::NotManagerToUnblock);
    assert_eq!(groups.unblock(BOB, &unblock(DAVE)).await.unwrap(), Some(Recipients::Own));
    assert_eq!(groups.unblock(BOB, &unblock(DAVE)).await.unwrap(), None);
    groups.unblock(BOB, &unblock(CAROL)).await.unwrap();
    assert_eq!(groups.query_blocked_ids(GROUP, version).await.unwrap(), Reply::NoContent);
}

#[tokio::test]
async fn a_deleted_group_tells_of_nobody_whom_it_blocked() {
    let world = populated(World::new().await).await;
    let groups = &world.services.groups;
    groups.block(ALICE, &block(DAVE)).await.unwrap();
    world.store.delete_group(GROUP, ALICE, NOW).await.unwrap().unwrap();
    assert_eq!(groups.query_blocked_ids(GROUP, None).await.unwrap(), Reply::UpToDate);
    assert_eq!(groups.query_blocked(GROUP, None).await.unwrap(), Reply::UpToDate);
}

#[tokio::test]
async fn types_are_checked() {
    let world = world().await;
    let groups = &world.services.groups;
    let of = |id| GroupType { id: GroupTypeId(id), ..GroupType::built_in() };
    assert_refused!(groups.put_type(of(-1)).await, Error::InvalidTypeId(_));
    assert_refused!(groups.put_type(GroupType { size_limit: 0, ..of(5) }).await, Error::NoMembersInType);
    assert_refused!(groups.delete_type(GroupTypeId(0)).await, Error::DefaultType);
    assert_refused!(groups.delete_type(GroupTypeId(5)).await, Error::NoSuchType(GroupTypeId(5)));
    groups.put_type(of(5)).await.unwrap();
    assert_eq!(groups.list_types().await.unwrap().len(), 5);
    groups.delete_type(GroupTypeId(5)).await.unwrap();
}
