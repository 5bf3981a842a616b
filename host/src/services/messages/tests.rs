//! Who may send what to whom.

mod held;
mod once;
mod order;
mod purge;
mod query;
mod reactions;
mod search;
mod sync;
mod update;

use std::sync::Arc;

use bytes::Bytes;

use super::Error;
use crate::{
    model::{
        GroupId, MessageId, Timestamp, UserId,
        command::UpdateRelationship,
        group::{Group, MemberLimits, Role},
        message::{Draft, Message, Target},
        notification::Recipients,
    },
    services::testing::{NOW, World, assert_refused, draft, group, member},
};

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);
const CAROL: UserId = UserId(3);

/// What was sent, with nobody waiting for its turn.
#[derive(Debug)]
struct Told {
    message: Arc<Message>,
    recipients: Recipients,
}

async fn send(world: &World, sender: UserId, draft: &Draft) -> Result<Told, Error> {
    let sent = world.services.messages.send(sender, draft).await?;
    Ok(Told { message: sent.message, recipients: sent.recipients.unwrap() })
}

async fn relate(world: &World, owner: UserId, user: UserId, blocked: bool) {
    let request = UpdateRelationship {
        user,
        blocked: Some(blocked),
        new_group: None,
        delete_group: None,
        name: None,
        note: None,
        attributes: Vec::new(),
    };
    world.services.relationships.update(owner, &request).await.unwrap();
}

fn to(user: UserId) -> Draft {
    draft(Target::User(user), "hello")
}

fn into(group: GroupId) -> Draft {
    draft(Target::Group(group), "hello")
}

#[tokio::test]
async fn a_private_message_is_stored_whole() {
    let world = World::new().await;
    let draft = Draft {
        records: vec![Bytes::from_static(b"\x01"), Bytes::new()],
        burn_after: Some(0),
        delivery_date: Some(NOW.plus_millis(60_000)),
        previous: Some(MessageId(5)),
        ..to(BOB)
    };
    let sent = send(&world, ALICE, &draft).await.unwrap();
    assert_eq!(sent.recipients, Recipients::User(BOB));
    let stored = world.store.find_message(sent.message.id).await.unwrap().unwrap();
    assert_eq!(stored, *sent.message);
    assert_eq!((stored.sender, stored.target, stored.delivery_date), (ALICE, Target::User(BOB), NOW));
    assert_eq!((stored.records, stored.burn_after, stored.previous), (draft.records, Some(0), draft.previous));
    assert!(send(&world, ALICE, &to(BOB)).await.unwrap().message.id > sent.message.id);
}

#[tokio::test]
async fn content_has_limits() {
    let world = World::new().await;
    let text = |text: String| Draft { text: Some(text), ..to(BOB) };
    send(&world, ALICE, &text("é".repeat(500))).await.unwrap();
    assert_refused!(send(&world, ALICE, &text("é".repeat(501))).await, Error::TextTooLong { max: 500 });
    assert_refused!(send(&world, ALICE, &text("😀".repeat(251))).await, Error::TextTooLong { .. });
    send(&world, ALICE, &Draft { text: None, ..to(BOB) }).await.unwrap();
    let burn = Draft { burn_after: Some(-1), ..to(BOB) };
    assert_refused!(send(&world, ALICE, &burn).await, Error::NegativeBurnAfter);
    let half = Bytes::from(vec![0; 8 * 1024 * 1024]);
    let large = Draft { records: vec![half.clone(), half], ..to(BOB) };
    assert_refused!(send(&world, ALICE, &large).await, Error::RecordsTooLarge { .. });
}

#[tokio::test]
async fn the_clock_of_the_server_counts_unless_configured() {
    let world = World::with(|config| config.messages.client_dates = true).await;
    let dated = |date| Draft { delivery_date: Some(date), ..to(BOB) };
    let past = Timestamp(NOW.0 - 1);
    assert_eq!(send(&world, ALICE, &dated(past)).await.unwrap().message.delivery_date, past);
    assert_eq!(send(&world, ALICE, &dated(NOW)).await.unwrap().message.delivery_date, NOW);
    assert_eq!(send(&world, ALICE, &to(BOB)).await.unwrap().message.delivery_date, NOW);
    assert_refused!(send(&world, ALICE, &dated(NOW.plus_millis(1))).await, Error::FutureDate);
}

#[tokio::test]
async fn private_messages_need_an_active_recipient() {
    let world = World::new().await;
    world.services.users.set_active(BOB, false).await.unwrap();
    world.services.users.delete(&[CAROL]).await.unwrap();
    for nobody in [BOB, CAROL, UserId(404), UserId(0), UserId(-1), UserId(i64::MIN)] {
        assert_refused!(send(&world, ALICE, &to(nobody)).await, Error::RecipientNotActive);
    }
    assert_refused!(send(&world, ALICE, &to(ALICE)).await, Error::ToOneself);
    let world = World::with(|config| config.messages.allow_oneself = true).await;
    send(&world, ALICE, &to(ALICE)).await.unwrap();
}

#[tokio::test]
async fn what_the_recipient_holds_of_the_sender_counts() {
    let world = World::new().await;
    relate(&world, ALICE, BOB, true).await;
    send(&world, ALICE, &to(BOB)).await.unwrap();
    assert_refused!(send(&world, BOB, &to(ALICE)).await, Error::BlockedByRecipient);
    relate(&world, ALICE, BOB, false).await;
    send(&world, BOB, &to(ALICE)).await.unwrap();
}

#[tokio::test]
async fn strangers_can_be_kept_out() {
    let world = World::with(|config| config.messages.allow_strangers = false).await;
    assert_refused!(send(&world, ALICE, &to(BOB)).await, Error::NotFriend);
    relate(&world, ALICE, BOB, false).await;
    assert_refused!(send(&world, ALICE, &to(BOB)).await, Error::NotFriend);
    relate(&world, BOB, ALICE, false).await;
    send(&world, ALICE, &to(BOB)).await.unwrap();
    relate(&world, BOB, ALICE, true).await;
    assert_refused!(send(&world, ALICE, &to(BOB)).await, Error::BlockedByRecipient);
}

#[tokio::test]
async fn a_group_message_goes_to_all_members() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB, CAROL]).await;
    let sent = send(&world, BOB, &into(group)).await.unwrap();
    assert_eq!(sent.recipients, Recipients::Users([ALICE, BOB, CAROL].into()));
    assert_eq!(sent.message.target, Target::Group(group));
    assert_refused!(send(&world, UserId(4), &into(group)).await, Error::NotMemberToSend);
}

#[tokio::test]
async fn targets_that_are_not_active_can_be_let_in() {
    let world = World::with(|config| config.messages.require_active_target = false).await;
    world.services.users.set_active(BOB, false).await.unwrap();
    world.db_group(Group { active: false, ..group(10, ALICE) }, &[(ALICE, Role::Owner)]).await;
    send(&world, ALICE, &to(BOB)).await.unwrap();
    send(&world, ALICE, &into(GroupId(10))).await.unwrap();
    assert_refused!(send(&world, ALICE, &to(UserId(404))).await, Error::RecipientNotActive);
    assert_refused!(send(&world, ALICE, &into(GroupId(404))).await, Error::GroupInactive);
}

#[tokio::test]
async fn what_is_not_stored_is_sent_all_the_same() {
    let world = World::with(|config| {
        config.messages.store_records = false;
        config.messages.store_previous = false;
    })
    .await;
    let draft = Draft { records: vec![Bytes::from_static(b"r")], previous: Some(MessageId(5)), ..to(BOB) };
    let sent = send(&world, ALICE, &draft).await.unwrap().message;
    let stored = world.store.find_message(sent.id).await.unwrap().unwrap();
    assert_eq!((stored.records.len(), stored.previous, stored.text), (0, None, draft.text));
}

#[tokio::test]
async fn groups_that_are_not_there_take_no_messages() {
    let world = World::new().await;
    let members = [(ALICE, Role::Owner), (BOB, Role::Member)];
    world.db_group(Group { active: false, ..group(10, ALICE) }, &members).await;
    world.db_group(Group { deletion_date: Some(NOW), ..group(11, ALICE) }, &members).await;
    for group in [10, 11, 404, 0, -10, i64::MIN].map(GroupId) {
        assert_refused!(send(&world, ALICE, &into(group)).await, Error::GroupInactive);
        assert_refused!(send(&world, CAROL, &into(group)).await, Error::GroupInactive);
    }
}

#[tokio::test]
async fn a_mute_ends_at_its_date() {
    let world = World::new().await;
    let until = Some(NOW.plus_millis(1000));
    world.db_group(Group { mute_end_date: until, ..group(10, ALICE) }, &[(ALICE, Role::Owner)]).await;
    world.db_group(group(11, ALICE), &[(ALICE, Role::Owner)]).await;
    let muted = crate::model::group::Member { mute_end_date: until, ..member(GroupId(11), BOB, Role::Member) };
    let limits = MemberLimits { size: 500, joined: 500 };
    world.store.insert_members(GroupId(11), vec![muted], limits, NOW).await.unwrap();
    assert_refused!(send(&world, ALICE, &into(GroupId(10))).await, Error::GroupMuted);
    assert_refused!(send(&world, BOB, &into(GroupId(11))).await, Error::MemberMuted);
    send(&world, ALICE, &into(GroupId(11))).await.unwrap();
    world.clock.advance(1000);
    send(&world, ALICE, &into(GroupId(10))).await.unwrap();
    send(&world, BOB, &into(GroupId(11))).await.unwrap();
}

#[tokio::test]
async fn forwards_copy_what_the_sender_may_see() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB]).await;
    let content = Draft { records: vec![Bytes::from_static(b"r")], burn_after: Some(9), ..to(BOB) };
    let private = send(&world, ALICE, &content).await.unwrap().message.id;
    let public = send(&world, ALICE, &into(group)).await.unwrap().message.id;
    let forward = |id| Draft { text: Some("mine".into()), forwarded_from: Some(id), ..to(CAROL) };

    for (reader, source) in [(ALICE, private), (BOB, private), (BOB, public)] {
        let draft = forward(source);
        let found = world.services.messages.find_source(reader, &draft).await.unwrap().unwrap();
        assert_eq!((found.id, found.text.as_deref()), (source, Some("hello")));
        let sent = send(&world, reader, &draft).await.unwrap();
        assert_eq!(sent.message.forwarded_from, Some(source));
    }
    for (reader, source) in [(CAROL, private), (CAROL, public), (ALICE, MessageId(404)), (ALICE, MessageId(-1))] {
        let found = world.services.messages.find_source(reader, &forward(source)).await;
        assert_refused!(found, Error::SourceNotVisible);
    }
    assert_eq!(world.services.messages.find_source(ALICE, &to(CAROL)).await.unwrap(), None);
}
