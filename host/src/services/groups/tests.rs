//! Who founds groups, comes in, goes and sees who is there.

mod joined;
mod leave;
mod update;

use super::{Error, FoundMembers, join};
use crate::{
    model::{
        GroupId, GroupTypeId, Reply, Timestamp, UserId,
        command::{CreateGroup, CreateGroupMembers, QueryGroupMembers, QueryGroups},
        group::{Group, GroupPatch, GroupType, InvitationPolicy, JoinPolicy, NewGroup, Permitted, Role},
        notification::Recipients,
    },
    services::testing::{NOW, World, assert_refused, group},
};

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);
const CAROL: UserId = UserId(3);
const NOBODY: UserId = UserId(404);

fn create() -> CreateGroup {
    CreateGroup {
        name: "friends".into(),
        intro: Some("hi".into()),
        announcement: None,
        min_score: None,
        type_id: None,
        mute_end_date: None,
        user_defined_attributes: std::collections::BTreeMap::new(),
        attributes: Vec::new(),
    }
}

fn add(group: GroupId, users: &[UserId], role: Option<Role>) -> CreateGroupMembers {
    CreateGroupMembers {
        group,
        users: users.to_vec(),
        name: None,
        role: role.map(Some),
        mute_end_date: None,
        attributes: Vec::new(),
    }
}

fn members_of(group: GroupId) -> QueryGroupMembers {
    QueryGroupMembers { group, version: None, members: Vec::new(), with_status: false }
}

/// A type that lets members bring others in.
fn open_type() -> GroupType {
    GroupType {
        size_limit: 3,
        invitation: InvitationPolicy { who: Permitted::Members, needs_approval: false },
        join: JoinPolicy::Membership,
        ..GroupType::built_in()
    }
}

#[tokio::test]
async fn a_founder_owns_the_group() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let id = groups.create(ALICE, &CreateGroup { min_score: Some(0), ..create() }).await.unwrap();
    let stored = world.store.find_group(id).await.unwrap().unwrap();
    assert_eq!((stored.owner, stored.creator, stored.name.as_str(), stored.active), (ALICE, ALICE, "friends", true));
    assert_eq!(world.store.find_member(id, ALICE).await.unwrap().unwrap().role, Role::Owner);
    assert_ne!(groups.create(ALICE, &create()).await.unwrap(), id);
}

#[tokio::test]
async fn groups_of_other_types_are_the_operators() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let negative = CreateGroup { min_score: Some(-1), ..create() };
    assert_refused!(groups.create(ALICE, &negative).await, Error::NegativeScore);
    for unknown in [7, -1].map(GroupTypeId) {
        let request = CreateGroup { type_id: Some(unknown), ..create() };
        assert_refused!(groups.create(ALICE, &request).await, Error::UnknownType);
    }
    let world = World::with(|config| config.users.roles[0].group_types.clear()).await;
    assert_refused!(world.services.groups.create(ALICE, &create()).await, Error::ForbiddenType);
}

#[tokio::test]
async fn requests_to_add_make_sense_or_are_refused() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let id = world.group(ALICE, &[]).await;
    let member = Some(Role::Member);
    let many: Vec<UserId> = (1..=101).map(UserId).collect();
    assert_refused!(groups.add_members(ALICE, &add(id, &many, member)).await, Error::TooManyMembers { max: 100 });
    for invalid in [0, -1].map(UserId) {
        assert_refused!(groups.add_members(ALICE, &add(id, &[invalid], member)).await, Error::InvalidUser(_));
    }
    assert_refused!(groups.add_members(ALICE, &add(id, &[ALICE, BOB], member)).await, Error::SelfWithOthers);
    assert_refused!(groups.add_members(ALICE, &add(id, &[ALICE], Some(Role::Manager))).await, Error::JoinWithRole);
    assert_refused!(groups.add_members(ALICE, &add(id, &[BOB], None)).await, Error::RoleMissing);
    for role in [Role::Owner, Role::Guest, Role::AnonymousGuest] {
        assert_refused!(groups.add_members(ALICE, &add(id, &[BOB], Some(role))).await, Error::RoleNotAllowed);
    }
    let unknown = CreateGroupMembers { role: Some(None), ..add(id, &[BOB], None) };
    assert_refused!(groups.add_members(ALICE, &unknown).await, Error::RoleNotAllowed);
    assert_eq!(groups.add_members(ALICE, &add(id, &[], member)).await.unwrap(), None);
}

#[tokio::test]
async fn groups_that_are_not_there_take_nobody() {
    let world = World::new().await;
    let groups = &world.services.groups;
    world.db_group(Group { active: false, ..group(10, ALICE) }, &[(ALICE, Role::Owner)]).await;
    world.db_group(Group { deletion_date: Some(NOW), ..group(11, ALICE) }, &[(ALICE, Role::Owner)]).await;
    for id in [10, 11, 404, 0, -1].map(GroupId) {
        assert_refused!(groups.add_members(ALICE, &add(id, &[BOB], Some(Role::Member))).await, Error::Inactive);
        assert_refused!(groups.add_members(BOB, &add(id, &[BOB], None)).await, Error::Inactive);
    }
}

#[tokio::test]
async fn the_built_in_type_wants_invitations() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let id = world.group(ALICE, &[BOB]).await;
    for requester in [ALICE, BOB, UserId(9)] {
        let request = add(id, &[CAROL], Some(Role::Member));
        assert_refused!(groups.add_members(requester, &request).await, Error::NeedsApproval);
    }
    assert_refused!(groups.add_members(CAROL, &add(id, &[CAROL], None)).await, Error::JoinByInvitation);
}

#[test]
fn the_policy_says_who_brings_others_in() {
    let check = |who, rank, role| join::check_adder(InvitationPolicy { who, needs_approval: false }, rank, role);
    let (owner, manager, member) = (Some(Role::Owner), Some(Role::Manager), Some(Role::Member));
    assert!(check(Permitted::Anyone, None, Role::Member).is_ok());
    assert!(check(Permitted::Members, member, Role::Member).is_ok());
    assert!(check(Permitted::Managers, manager, Role::Member).is_ok());
    assert!(check(Permitted::Owner, owner, Role::Manager).is_ok());
    assert_refused!(check(Permitted::Members, None, Role::Member), Error::NotMemberToAdd);
    assert_refused!(check(Permitted::Members, Some(Role::Guest), Role::Member), Error::NotMemberToAdd);
    assert_refused!(check(Permitted::Managers, member, Role::Member), Error::NotManagerToAdd);
    assert_refused!(check(Permitted::Owner, manager, Role::Member), Error::NotOwnerToAdd);
    assert_refused!(check(Permitted::Members, manager, Role::Manager), Error::NotOwnerToAddManager);
    assert_refused!(check(Permitted::Anyone, None, Role::Manager), Error::NotOwnerToAddManager);
    let approval = InvitationPolicy { who: Permitted::Anyone, needs_approval: true };
    assert_refused!(join::check_adder(approval, owner, Role::Member), Error::NeedsApproval);
}

#[test]
fn the_policy_says_how_to_join() {
    assert!(join::check_join(JoinPolicy::Membership).is_ok());
    assert_refused!(join::check_join(JoinPolicy::Invitation), Error::JoinByInvitation);
    assert_refused!(join::check_join(JoinPolicy::Question), Error::JoinByQuestions);
    assert_refused!(join::check_join(JoinPolicy::Request), Error::JoinByRequest);
}

#[tokio::test]
async fn newcomers_exist_fit_in_and_come_once() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let id = world.group(ALICE, &[]).await;
    let record = world.store.find_group(id).await.unwrap().unwrap();
    world.services.users.set_active(UserId(9), false).await.unwrap();
    for missing in [NOBODY, UserId(9)] {
        assert_refused!(groups.check_newcomers(&record, &[BOB, missing]).await, Error::UnknownUser(_));
    }
    groups.check_newcomers(&record, &[BOB, CAROL]).await.unwrap();

    let insert = async |users: &[UserId]| {
        let request = CreateGroupMembers { name: Some("new".into()), ..add(id, users, Some(Role::Member)) };
        groups.insert_members(&record, &open_type(), users, Role::Member, &request).await
    };
    assert_refused!(insert(&[BOB, CAROL, UserId(4)]).await, Error::Full);
    insert(&[BOB]).await.unwrap();
    assert_refused!(insert(&[BOB]).await, Error::AlreadyMember);
    insert(&[CAROL]).await.unwrap();
    let member = world.store.find_member(id, CAROL).await.unwrap().unwrap();
    assert_eq!((member.role, member.name.as_deref(), member.join_date), (Role::Member, Some("new"), NOW));
    let told = async |members, concerned| groups.audience(id, members, concerned, true).await.unwrap().unwrap();
    let everybody = Recipients::Users([ALICE, BOB, CAROL].into());
    assert_eq!(told(true, (&[CAROL], true)).await, everybody);
    assert_eq!(told(true, (&[], true)).await, everybody);
    assert_eq!(told(true, (&[UserId(4)], true)).await, Recipients::Users([ALICE, BOB, CAROL, UserId(4)].into()));
    assert_eq!(told(true, (&[UserId(4)], false)).await, everybody);
    assert_eq!(told(true, (&[CAROL], false)).await, Recipients::Users([ALICE, BOB].into()));
    assert_eq!(told(false, (&[CAROL], true)).await, Recipients::User(CAROL));
    assert_eq!(told(false, (&[CAROL], false)).await, Recipients::Own);
}

#[tokio::test]
async fn members_see_members() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let id = world.group(ALICE, &[BOB]).await;
    for (outsider, group) in [(CAROL, id), (ALICE, GroupId(404)), (ALICE, GroupId(-1))] {
        assert_refused!(groups.query_members(outsider, &members_of(group)).await, Error::NotMemberToQuery);
    }
    let FoundMembers::Members(members, Some(version)) = groups.query_members(BOB, &members_of(id)).await.unwrap()
    else {
        panic!("all members have a version");
    };
    assert_eq!(members.iter().map(|member| member.user).collect::<Vec<_>>(), [ALICE, BOB]);
    let with = |version| QueryGroupMembers { version: Some(version), ..members_of(id) };
    assert_eq!(groups.query_members(BOB, &with(version)).await.unwrap(), FoundMembers::UpToDate);
    let before = groups.query_members(BOB, &with(Timestamp(version.0 - 1))).await.unwrap();
    assert!(matches!(before, FoundMembers::Members(..)));
    let some = QueryGroupMembers { members: vec![ALICE, CAROL], ..with(version) };
    let FoundMembers::Members(some, None) = groups.query_members(BOB, &some).await.unwrap() else {
        panic!("some members are answered whatever the version");
    };
    assert_eq!(some.len(), 1);
}

#[tokio::test]
async fn joined_groups_are_listed_with_a_version() {
    let world = World::new().await;
    let groups = &world.services.groups;
    assert_eq!(groups.query_joined_ids(BOB, None).await.unwrap(), Reply::NoContent);
    assert_eq!(groups.query_joined(BOB, None).await.unwrap(), Reply::NoContent);
    assert_eq!(groups.query_joined_ids(BOB, Some(NOW)).await.unwrap(), Reply::UpToDate);
    world.clock.advance(10);
    let id = world.group(ALICE, &[BOB]).await;
    let Reply::Ids { ids, version: Some(version) } = groups.query_joined_ids(BOB, Some(NOW)).await.unwrap() else {
        panic!("joining changes the list");
    };
    assert_eq!(ids, [id.0]);
    assert_eq!(groups.query_joined(BOB, Some(version)).await.unwrap(), Reply::UpToDate);
    let Reply::Groups { groups: found, .. } = groups.query_joined(BOB, Some(NOW)).await.unwrap() else { panic!() };
    assert_eq!(found[0].id, id);
    world.clock.advance(10);
    let patch = GroupPatch { name: Some("new".into()), ..GroupPatch::default() };
    assert!(world.store.update_group(id, patch, world.services.now()).await.unwrap());
    assert_eq!(groups.query_joined_ids(BOB, Some(version)).await.unwrap(), Reply::UpToDate, "the ids are the same");
    let Reply::Groups { groups: found, version: changed } = groups.query_joined(BOB, Some(version)).await.unwrap()
    else {
        panic!("a group has changed");
    };
    assert_eq!((found[0].name.as_str(), changed > Some(version)), ("new", true));
    assert_eq!(groups.query_joined(BOB, changed).await.unwrap(), Reply::UpToDate);
}

#[tokio::test]
async fn a_change_that_was_long_on_its_way_is_not_missed() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let (one, two) = (world.group(ALICE, &[BOB]).await, world.group(ALICE, &[BOB]).await);
    let rename = async |group, now| {
        let patch = GroupPatch { name: Some("new".into()), ..GroupPatch::default() };
        assert!(world.store.update_group(group, patch, now).await.unwrap());
    };
    let query = async |copy| match groups.query_joined(BOB, copy).await.unwrap() {
        Reply::Groups { groups, version } => (groups.len(), version),
        other => panic!("{other:?}"),
    };
    rename(one, NOW.plus_millis(103)).await;
    let (_, copy) = query(None).await;
    assert_eq!(groups.query_joined(BOB, copy).await.unwrap(), Reply::UpToDate);
    // Both looked at the clock before the first one was written.
    rename(two, NOW.plus_millis(100)).await;
    let (_, copy) = query(copy).await;
    world.store.delete_members(two, &[BOB], NOW.plus_millis(101)).await.unwrap();
    let (count, copy) = query(copy).await;
    assert_eq!(count, 1);
    assert_eq!(groups.query_joined(BOB, copy).await.unwrap(), Reply::UpToDate);
}

#[tokio::test]
async fn the_administrator_adds_groups_of_any_size() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let new = |id: Option<i64>, members: &[UserId]| NewGroup {
        id: id.map(GroupId),
        type_id: GroupTypeId::DEFAULT,
        owner: ALICE,
        name: "group".into(),
        intro: None,
        announcement: None,
        members: members.to_vec(),
    };
    let ids = groups.create_batch(vec![new(Some(1), &[BOB, BOB, ALICE]), new(None, &[])]).await.unwrap();
    assert_eq!(ids[0], GroupId(1));
    assert_eq!(&*world.store.list_member_ids(ids[0]).await.unwrap(), [ALICE, BOB]);
    assert_eq!(&*world.store.list_member_ids(ids[1]).await.unwrap(), [ALICE]);
    assert_refused!(groups.create_batch(vec![new(Some(1), &[])]).await, Error::Exists);
    assert_refused!(groups.create_batch(vec![new(None, &[NOBODY])]).await, Error::UnknownUser(NOBODY));
    assert_refused!(groups.create_batch(vec![new(Some(0), &[])]).await, Error::InvalidId(GroupId(0)));
    let unknown = NewGroup { type_id: GroupTypeId(5), ..new(None, &[]) };
    assert_refused!(groups.create_batch(vec![unknown]).await, Error::UnknownType);
    let many = (0..1001).map(|_| new(None, &[])).collect();
    assert_refused!(groups.create_batch(many).await, Error::TooMany { max: 1000 });
}

#[tokio::test]
async fn anybody_reads_groups_that_changed_since() {
    let world = World::new().await;
    let groups = &world.services.groups;
    let (first, second) = (world.group(UserId(1), &[]).await, world.group(UserId(2), &[]).await);
    let of = |ids: &[GroupId]| QueryGroups { groups: ids.to_vec(), changed_after: None, name: None };
    let found = async |query: QueryGroups| match groups.query(&query).await.unwrap() {
        Reply::Groups { groups, version: None } => groups.iter().map(|group| group.id).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(of(&[second, GroupId(404), first])).await, [second, first]);
    assert_eq!(found(of(&[])).await, []);
    let after = |date| QueryGroups { changed_after: Some(date), ..of(&[first]) };
    assert_eq!(found(after(Timestamp(NOW.0 - 1))).await, [first]);
    assert_eq!(found(after(NOW)).await, []);
    assert_eq!(found(QueryGroups { name: Some(" ".into()), ..of(&[first]) }).await, [first]);
    assert_refused!(groups.query(&QueryGroups { name: Some("x".into()), ..of(&[]) }).await, Error::SearchDisabled);
}
