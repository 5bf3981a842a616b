//! Who may say how far they have read, who hears of typing, and what is kept for a conversation.

mod inbox;

use std::collections::BTreeMap;

use super::Error;
use crate::{
    config::{AllowedSetting, SettingType},
    model::{
        GroupId, Reply, Timestamp, UserId, Value,
        command::{
            CreateRelationship, DeleteConversationSettings, QueryConversationSettings, QueryConversations,
            UpdateConversation, UpdateConversationSettings,
        },
        conversation::{GroupReadDates, PrivateReadDate},
        group::{Group, GroupType, Role},
        message::{Message, Target},
        notification::Recipients,
        settings::{SettingValue, Settings, SettingsPatch},
        value::Scalar,
    },
    services::{
        settings::Error as SettingError,
        testing::{NOW, World, assert_refused, draft, group, message},
    },
};

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);
const CAROL: UserId = UserId(3);

fn read(conversation: Target) -> UpdateConversation {
    UpdateConversation { conversation: Some(conversation), read_date: Timestamp(0), attributes: Vec::new() }
}

async fn say(world: &World, sender: UserId, target: Target) {
    world.services.messages.send(sender, &draft(target, "hi")).await.unwrap();
}

async fn hold(world: &World, owner: UserId, user: UserId, blocked: bool) {
    let request = CreateRelationship { user, blocked, group: None, name: None, attributes: Vec::new() };
    world.services.relationships.create(owner, &request).await.unwrap();
}

/// How far these users have read what Alice wrote.
async fn private(world: &World, users: &[UserId]) -> Vec<(UserId, Timestamp)> {
    let query = QueryConversations { users: users.to_vec(), groups: vec![GroupId(1)] };
    let Reply::Conversations { private, groups } = world.services.conversations.query(ALICE, &query).await.unwrap()
    else {
        panic!("no dates")
    };
    assert_eq!(groups, [], "users go first");
    assert!(private.iter().all(|it: &PrivateReadDate| it.contact == ALICE));
    private.iter().map(|it| (it.reader, it.date)).collect()
}

async fn of_groups(world: &World, user: UserId, groups: &[GroupId]) -> Vec<GroupReadDates> {
    let query = QueryConversations { users: Vec::new(), groups: groups.to_vec() };
    match world.services.conversations.query(user, &query).await.unwrap() {
        Reply::Conversations { groups, .. } => groups,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_private_conversation_is_read_by_the_servers_clock() {
    let world = World::new().await;
    let conversations = &world.services.conversations;
    let with_bob = Target::User(BOB);
    let nothing = conversations.read(ALICE, &read(with_bob)).await.unwrap();
    assert_eq!(nothing, (NOW, None), "there is nothing to be read");
    say(&world, BOB, Target::User(ALICE)).await;
    world.clock.advance(5);
    let now = NOW.plus_millis(5);
    let done = conversations.read(ALICE, &read(with_bob)).await.unwrap();
    assert_eq!(done, (now, Some(Recipients::Own)));
    assert_eq!(conversations.read(ALICE, &read(with_bob)).await.unwrap(), (now, None), "at the same moment");
    let query = QueryConversations { users: vec![ALICE, CAROL], groups: Vec::new() };
    let expected = PrivateReadDate { reader: ALICE, contact: BOB, date: now };
    let reply = conversations.query(BOB, &query).await.unwrap();
    assert_eq!(reply, Reply::Conversations { private: vec![expected], groups: Vec::new() });
}

#[tokio::test]
async fn what_cannot_be_read() {
    let world = World::new().await;
    let conversations = &world.services.conversations;
    let nowhere = UpdateConversation { conversation: None, ..read(Target::User(BOB)) };
    assert_refused!(conversations.read(ALICE, &nowhere).await, Error::NoConversation);
    for nobody in [Target::User(UserId(0)), Target::Group(GroupId(-1))] {
        assert_refused!(conversations.read(ALICE, &read(nobody)).await, Error::NoConversation);
    }
    assert_refused!(conversations.read(ALICE, &read(Target::Group(GroupId(404)))).await, Error::GroupInactive);
    world.db_group(Group { active: false, ..group(77, BOB) }, &[(BOB, Role::Owner)]).await;
    assert_refused!(conversations.read(BOB, &read(Target::Group(GroupId(77)))).await, Error::GroupInactive);
    let of_bob = world.group(BOB, &[]).await;
    assert_refused!(conversations.read(ALICE, &read(Target::Group(of_bob))).await, Error::NotMemberToRead);
    let silent = GroupType { read_receipts: false, ..GroupType::built_in() };
    world.store.upsert_group_type(silent).await.unwrap();
    assert_refused!(conversations.read(ALICE, &read(Target::Group(of_bob))).await, Error::NotMemberToRead);
    assert_refused!(conversations.read(BOB, &read(Target::Group(of_bob))).await, Error::ReadReceiptsDisabledByGroup);

    let world = World::with(|config| config.conversations.read_receipts = false).await;
    let conversations = &world.services.conversations;
    assert_refused!(conversations.read(ALICE, &nowhere).await, Error::NoConversation);
    assert_refused!(conversations.read(ALICE, &read(Target::User(BOB))).await, Error::ReadReceiptsDisabled);
}

#[tokio::test]
async fn dates_of_clients_go_forward_only_unless_allowed() {
    for allow in [false, true] {
        let world = World::with(|config| {
            config.conversations.server_read_dates = false;
            config.conversations.allow_moving_back = allow;
        })
        .await;
        let conversations = &world.services.conversations;
        let group = Target::Group(world.group(ALICE, &[BOB]).await);
        let at = |date| UpdateConversation { read_date: Timestamp(date), ..read(group) };
        assert_eq!(conversations.read(BOB, &at(500)).await.unwrap().0, Timestamp(500));
        let back = conversations.read(BOB, &at(499)).await;
        if allow {
            assert_eq!(back.unwrap(), (Timestamp(499), Some(Recipients::Own)));
        } else {
            assert_refused!(back, Error::MovingBack);
        }
        let future = conversations.read(BOB, &at(NOW.0 + 1000)).await.unwrap();
        assert_eq!(future.0, NOW, "nobody reads in the future");
    }
}

#[tokio::test]
async fn whoever_sends_has_read() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB, CAROL]).await;
    say(&world, BOB, Target::User(ALICE)).await;
    world.clock.advance(10);
    say(&world, BOB, Target::Group(group)).await;
    let later = NOW.plus_millis(10);
    assert_eq!(private(&world, &[BOB, CAROL]).await, [(BOB, NOW)]);
    assert_eq!(of_groups(&world, ALICE, &[group]).await, [GroupReadDates { group, dates: vec![(BOB, later)] }]);
    world.clock.advance(10);
    world.services.conversations.read(CAROL, &read(Target::Group(group))).await.unwrap();
    world.services.conversations.read(BOB, &read(Target::Group(group))).await.unwrap();
    let last = NOW.plus_millis(20);
    let dates = vec![(BOB, last), (CAROL, last)];
    assert_eq!(of_groups(&world, ALICE, &[group]).await, [GroupReadDates { group, dates }]);

    let world = World::with(|config| config.conversations.read_by_sending = false).await;
    say(&world, BOB, Target::User(ALICE)).await;
    assert_eq!(private(&world, &[BOB]).await, []);
}

#[tokio::test]
async fn read_dates_of_a_group_are_for_its_members() {
    let world = World::with(|config| config.conversations.max_ids_per_query = 2).await;
    let conversations = &world.services.conversations;
    let (one, two) = (world.group(ALICE, &[BOB]).await, world.group(CAROL, &[]).await);
    say(&world, ALICE, Target::Group(one)).await;
    say(&world, CAROL, Target::Group(two)).await;
    let found = of_groups(&world, ALICE, &[one, two]).await;
    assert_eq!(found, [GroupReadDates { group: one, dates: vec![(ALICE, NOW)] }]);
    assert_eq!(of_groups(&world, BOB, &[GroupId(404), two]).await, []);
    let none = QueryConversations { users: Vec::new(), groups: Vec::new() };
    assert_eq!(conversations.query(ALICE, &none).await.unwrap(), Reply::NoContent);
    let many = QueryConversations { users: Vec::new(), groups: vec![one; 3] };
    assert_refused!(conversations.query(ALICE, &many).await, Error::TooMany { max: 2 });
}

#[tokio::test]
async fn a_group_without_receipts_shows_what_was_told_before_only() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB]).await;
    say(&world, ALICE, Target::Group(group)).await;
    world.store.upsert_group_type(GroupType { read_receipts: false, ..GroupType::built_in() }).await.unwrap();
    assert_eq!(of_groups(&world, BOB, &[group]).await, [GroupReadDates { group, dates: Vec::new() }]);
}

#[tokio::test]
async fn those_who_may_know_hear_of_typing() {
    let world = World::new().await;
    let conversations = &world.services.conversations;
    assert_refused!(conversations.type_in(ALICE, Target::User(BOB)).await, Error::NotFriendToType);
    hold(&world, ALICE, BOB, false).await;
    assert_refused!(conversations.type_in(ALICE, Target::User(BOB)).await, Error::NotFriendToType);
    hold(&world, BOB, ALICE, false).await;
    let told = conversations.type_in(ALICE, Target::User(BOB)).await.unwrap();
    assert_eq!(told, Some(Recipients::Others([BOB].into())));
    hold(&world, CAROL, ALICE, true).await;
    assert_refused!(conversations.type_in(ALICE, Target::User(CAROL)).await, Error::NotFriendToType);
    let group = world.group(ALICE, &[BOB]).await;
    assert_refused!(conversations.type_in(CAROL, Target::Group(group)).await, Error::NotMemberToType);
    let told = conversations.type_in(BOB, Target::Group(group)).await.unwrap();
    assert_eq!(told, Some(Recipients::Users([ALICE, BOB].into())));

    let world = World::with(|config| config.conversations.typing = false).await;
    let refused = world.services.conversations.type_in(ALICE, Target::User(BOB)).await;
    assert_refused!(refused, Error::TypingDisabled);
    let world = World::with(|config| config.notifications.typing.recipients = false).await;
    hold(&world, BOB, ALICE, false).await;
    assert_eq!(world.services.conversations.type_in(ALICE, Target::User(BOB)).await.unwrap(), None);
}

fn values(given: &[(&str, i32)]) -> BTreeMap<String, Value> {
    let value = |number| Value { scalar: Some(Scalar::Int32(number)), list: Vec::new() };
    given.iter().map(|(name, number)| ((*name).into(), value(*number))).collect()
}

fn set(conversation: Target, given: &[(&str, i32)]) -> UpdateConversationSettings {
    UpdateConversationSettings { conversation: Some(conversation), settings: values(given), attributes: Vec::new() }
}

async fn kept(world: &World, conversations: &[Target], names: &[&str]) -> Vec<Settings> {
    let query = QueryConversationSettings {
        conversations: conversations.to_vec(),
        names: names.iter().map(|name| (*name).into()).collect(),
        changed_since: None,
    };
    match world.services.conversations.query_settings(ALICE, &query).await.unwrap() {
        Reply::ConversationSettings(found) => found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn settings_are_kept_for_conversations_that_one_has() {
    let world = World::with(|config| {
        let pin = AllowedSetting { deletable: false, ..AllowedSetting::new("pin", SettingType::Int) };
        config.conversations.settings = vec![AllowedSetting::new("mute", SettingType::Int), pin];
    })
    .await;
    let conversations = &world.services.conversations;
    let (bob, of_carol) = (Target::User(BOB), Target::Group(world.group(CAROL, &[]).await));
    let own = Target::Group(world.group(ALICE, &[]).await);
    let nowhere = UpdateConversationSettings { conversation: None, ..set(bob, &[]) };
    assert_refused!(conversations.update_settings(ALICE, &nowhere).await, Error::NoConversation);
    assert_eq!(conversations.update_settings(ALICE, &set(of_carol, &[])).await.unwrap(), None);
    let oneself = conversations.update_settings(ALICE, &set(Target::User(ALICE), &[("mute", 1)])).await;
    assert_refused!(oneself, Error::WithOneself);
    let stranger = conversations.update_settings(ALICE, &set(bob, &[("mute", 1)])).await;
    assert_refused!(stranger, Error::NotRelatedToSet);
    let outsider = conversations.update_settings(ALICE, &set(of_carol, &[("mute", 1)])).await;
    assert_refused!(outsider, Error::NotMemberToSet);
    hold(&world, ALICE, BOB, false).await;
    let unknown = conversations.update_settings(ALICE, &set(bob, &[("colour", 1)])).await;
    assert_refused!(unknown, Error::Setting(SettingError::Unknown(_)));
    for conversation in [bob, own] {
        let told = conversations.update_settings(ALICE, &set(conversation, &[("mute", 1), ("pin", 2)])).await.unwrap();
        assert_eq!(told, Some(Recipients::Own));
        world.clock.advance(1);
    }
    let found: Vec<_> = kept(&world, &[], &[]).await.iter().filter_map(|settings| settings.conversation).collect();
    assert_eq!(found, [own, bob]);
    let named = kept(&world, &[bob], &["pin"]).await;
    assert_eq!((named.len(), named[0].values.len(), named[0].last_updated_date), (1, 1, NOW));

    let delete = |names: &[&str]| DeleteConversationSettings {
        conversations: vec![own],
        names: names.iter().map(|name| (*name).into()).collect(),
        attributes: Vec::new(),
    };
    let refused = conversations.delete_settings(ALICE, &delete(&["pin"])).await;
    assert_refused!(refused, Error::Setting(SettingError::NotDeletable(_)));
    assert_eq!(conversations.delete_settings(ALICE, &delete(&[])).await.unwrap(), Some(Recipients::Own));
    assert_eq!(conversations.delete_settings(ALICE, &delete(&[])).await.unwrap(), None);
    assert_eq!(kept(&world, &[own], &["mute"]).await[0].values.len(), 0);
    assert_eq!(kept(&world, &[bob], &["mute"]).await[0].values.len(), 1);
    let many = DeleteConversationSettings { conversations: vec![own; 201], ..delete(&[]) };
    assert_refused!(conversations.delete_settings(ALICE, &many).await, Error::TooMany { max: 200 });
}

#[tokio::test]
async fn settings_of_many_conversations_are_limited_and_deleted_in_steps() {
    let many = 250;
    let world = World::with(|config| {
        config.conversations.settings = vec![AllowedSetting::new("mute", SettingType::Int)];
        config.conversations.max_conversations_with_settings = many;
    })
    .await;
    for id in 1..=i64::try_from(many).unwrap() {
        let patch = SettingsPatch { values: [("mute".into(), SettingValue::Int(1))].into(), fixed: Vec::new() };
        let group = Some(Target::Group(GroupId(id)));
        world.store.upsert_settings(ALICE, group, patch, many, NOW).await.unwrap();
    }
    let conversations = &world.services.conversations;
    let one_more = set(Target::Group(world.group(ALICE, &[]).await), &[("mute", 1)]);
    let refused = conversations.update_settings(ALICE, &one_more).await;
    assert_refused!(refused, Error::Setting(SettingError::TooManyConversations { max: 250 }));

    let all = DeleteConversationSettings { conversations: Vec::new(), names: Vec::new(), attributes: Vec::new() };
    assert_eq!(conversations.delete_settings(ALICE, &all).await.unwrap(), Some(Recipients::Own));
    assert!(kept(&world, &[], &[]).await.iter().all(|settings| settings.values.is_empty()));
    assert_eq!(conversations.delete_settings(ALICE, &all).await.unwrap(), None);
    conversations.update_settings(ALICE, &one_more).await.unwrap();
}

#[tokio::test]
async fn whoever_asks_for_messages_has_read_them_where_the_operator_wants_it() {
    for wanted in [false, true] {
        let world = World::with(|config| {
            config.conversations.read_by_querying = wanted;
            config.conversations.read_by_sending = false;
        })
        .await;
        let conversations = &world.services.conversations;
        let (open, silent) = (world.group(ALICE, &[BOB]).await, GroupId(88));
        world
            .store
            .upsert_group_type(GroupType { id: 5.into(), read_receipts: false, ..GroupType::built_in() })
            .await
            .unwrap();
        let members = [(ALICE, Role::Owner), (BOB, Role::Member)];
        world.db_group(Group { type_id: 5.into(), ..group(silent.0, ALICE) }, &members).await;
        let dated =
            |id, sender, target, date| Message { delivery_date: Timestamp(date), ..message(id, sender, target) };
        let found = [
            dated(1, BOB, Target::User(ALICE), 10),
            dated(2, BOB, Target::User(ALICE), 30),
            dated(3, BOB, Target::User(ALICE), 20),
            dated(4, ALICE, Target::User(BOB), 40),
            dated(5, BOB, Target::Group(open), 50),
            dated(6, BOB, Target::Group(silent), 60),
        ];
        conversations.read_found(ALICE, &found).await.unwrap();
        conversations.read_found(ALICE, &found[..1]).await.unwrap();
        let query = QueryConversations { users: vec![ALICE], groups: Vec::new() };
        let Reply::Conversations { private, .. } = conversations.query(BOB, &query).await.unwrap() else { panic!() };
        let dates: Vec<_> = private.iter().map(|it| it.date).collect();
        let groups = of_groups(&world, BOB, &[open, silent]).await;
        let of_groups: Vec<_> = groups.iter().map(|group| group.dates.clone()).collect();
        if wanted {
            assert_eq!(dates, [Timestamp(30)]);
            assert_eq!(of_groups, [vec![(ALICE, Timestamp(50))], vec![]]);
        } else {
            assert_eq!(dates, []);
            assert_eq!(of_groups, [vec![], vec![]]);
        }
    }
}
