//! Who may edit and recall what, and who hears of it.

use bytes::Bytes;

use super::{ALICE, BOB, CAROL, into, send, to};
use crate::{
    model::{
        GroupId, MessageId, Timestamp, UserId,
        command::UpdateMessage,
        group::{Group, Role},
        message::{Draft, Message, Target},
        notification::Recipients,
    },
    services::{
        messages::{Error, Updated},
        testing::{NOW, World, assert_refused, group},
    },
};

fn nothing(message: MessageId) -> UpdateMessage {
    UpdateMessage { message, text: None, records: Vec::new(), recall_date: None, attributes: Vec::new() }
}

fn edit(message: MessageId, text: &str) -> UpdateMessage {
    UpdateMessage { text: Some(text.into()), ..nothing(message) }
}

fn recall(message: MessageId) -> UpdateMessage {
    UpdateMessage { recall_date: Some(NOW), ..nothing(message) }
}

async fn update(world: &World, user: UserId, mut command: UpdateMessage) -> Result<Option<Updated>, Error> {
    let messages = &world.services.messages;
    match messages.check_update(user, &command).await? {
        Some(message) => messages.update(&message, &mut command).await,
        None => Ok(None),
    }
}

async fn stored(world: &World, id: MessageId) -> Message {
    world.store.find_message(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_edit_changes_what_is_given() {
    let world = World::new().await;
    let draft = Draft { records: vec![Bytes::from_static(b"r")], ..to(BOB) };
    let sent = send(&world, ALICE, &draft).await.unwrap().message;
    world.clock.advance(1_000_000);
    let updated = update(&world, ALICE, edit(sent.id, "better")).await.unwrap().unwrap();
    assert_eq!(updated.recipients, Some(Recipients::User(BOB)));
    assert!(updated.notice.is_none());
    let later = Some(NOW.plus_millis(1_000_000));
    let expected = Message { text: Some("better".into()), modification_date: later, ..Message::clone(&sent) };
    assert_eq!(stored(&world, sent.id).await, expected);
    let records = UpdateMessage { records: vec![Bytes::from_static(b"s")], ..nothing(sent.id) };
    update(&world, ALICE, records.clone()).await.unwrap().unwrap();
    assert_eq!(stored(&world, sent.id).await, Message { records: records.records, ..expected });
}

#[tokio::test]
async fn an_edit_stores_no_records_where_sending_stores_none() {
    let world = World::with(|config| config.messages.store_records = false).await;
    let draft = Draft { records: vec![Bytes::from_static(b"r")], ..to(BOB) };
    let sent = send(&world, ALICE, &draft).await.unwrap().message;
    let mut command = UpdateMessage { records: vec![Bytes::from_static(b"s")], ..edit(sent.id, "better") };
    let message = world.services.messages.check_update(ALICE, &command).await.unwrap().unwrap();
    world.services.messages.update(&message, &mut command).await.unwrap().unwrap();
    let found = stored(&world, sent.id).await;
    assert_eq!((found.text.as_deref(), found.records), (Some("better"), Vec::new()));
    assert_eq!(command.records, [Bytes::from_static(b"s")], "those who are online are told of them");
}

#[tokio::test]
async fn a_recall_hides_the_message_and_leaves_a_notice() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB, CAROL]).await;
    let sent = send(&world, BOB, &into(group)).await.unwrap().message;
    world.clock.advance(300_000);
    let updated = update(&world, BOB, recall(sent.id)).await.unwrap().unwrap();
    let everybody = Some(Recipients::Users([ALICE, BOB, CAROL].into()));
    assert_eq!(updated.recipients, everybody);
    let notice = updated.notice.unwrap();
    assert_eq!(notice.recipients, everybody);
    let now = NOW.plus_millis(300_000);
    assert_eq!(stored(&world, sent.id).await.recall_date, Some(now), "the server's clock counts");
    let found = stored(&world, notice.message.id).await;
    assert_eq!(found, *notice.message);
    assert!(found.id > sent.id && found.is_system);
    assert_eq!((found.sender, found.target, found.delivery_date), (BOB, Target::Group(group), now));
    assert_eq!(found.text, None);
    assert_eq!(found.records, [Bytes::from_static(&[1]), Bytes::copy_from_slice(&sent.id.0.to_be_bytes())]);
    drop(notice.turn);
    // Once is enough.
    assert!(update(&world, BOB, recall(sent.id)).await.unwrap().is_none());
    assert_refused!(update(&world, BOB, edit(sent.id, "x")).await, Error::NotSenderToEdit);
}

#[tokio::test]
async fn nothing_given_is_nothing_done() {
    let world = World::new().await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    for (user, id) in [(ALICE, sent.id), (BOB, sent.id), (ALICE, MessageId(404))] {
        assert!(update(&world, user, nothing(id)).await.unwrap().is_none());
    }
    assert_eq!(stored(&world, sent.id).await, *sent);
}

#[tokio::test]
async fn only_the_sender_edits_and_recalls() {
    let world = World::new().await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    let notice = {
        let other = send(&world, ALICE, &to(BOB)).await.unwrap().message;
        update(&world, ALICE, recall(other.id)).await.unwrap().unwrap().notice.unwrap().message.id
    };
    for (user, id) in
        [(BOB, sent.id), (CAROL, sent.id), (ALICE, MessageId(404)), (ALICE, MessageId(-1)), (ALICE, notice)]
    {
        assert_refused!(update(&world, user, edit(id, "x")).await, Error::NotSenderToEdit);
        assert_refused!(update(&world, user, recall(id)).await, Error::NotSenderToRecall);
    }
    assert_eq!(stored(&world, sent.id).await, *sent);
}

#[tokio::test]
async fn either_can_be_switched_off() {
    let world = World::with(|config| {
        config.messages.allow_edit = false;
        config.messages.allow_recall = false;
    })
    .await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    assert_refused!(update(&world, BOB, edit(sent.id, "x")).await, Error::EditDisabled);
    assert_refused!(update(&world, BOB, recall(sent.id)).await, Error::RecallDisabled);
    let both = UpdateMessage { recall_date: Some(NOW), ..edit(sent.id, "x") };
    assert_refused!(update(&world, ALICE, both).await, Error::EditDisabled);
}

#[tokio::test]
async fn a_recall_comes_in_time() {
    let world = World::new().await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    world.clock.advance(300_001);
    assert_refused!(update(&world, ALICE, recall(sent.id)).await, Error::RecallTooLate);
    let world = World::with(|config| config.messages.recall_seconds = 0).await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    world.clock.advance(300_001);
    update(&world, ALICE, recall(sent.id)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_group_that_is_gone_keeps_its_messages_as_they_are() {
    let world = World::new().await;
    let gone = Group { deletion_date: Some(NOW), ..group(10, ALICE) };
    world.db_group(gone, &[(ALICE, Role::Owner)]).await;
    let message = crate::services::testing::message(5, ALICE, Target::Group(GroupId(10)));
    world.store.insert_message(message.into()).await.unwrap();
    assert_refused!(update(&world, ALICE, edit(MessageId(5), "x")).await, Error::EditInDeletedGroup);
    assert_refused!(update(&world, ALICE, recall(MessageId(5))).await, Error::RecallInDeletedGroup);
}

#[tokio::test]
async fn content_and_date_are_checked_last() {
    let world = World::with(|config| config.messages.client_dates = true).await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    let long = edit(sent.id, &"x".repeat(501));
    assert_refused!(update(&world, ALICE, long.clone()).await, Error::TextTooLong { max: 500 });
    assert_refused!(update(&world, BOB, long).await, Error::NotSenderToEdit);
    let ahead = UpdateMessage { recall_date: Some(NOW.plus_millis(1)), ..nothing(sent.id) };
    assert_refused!(update(&world, ALICE, ahead).await, Error::FutureRecall);
    let past = UpdateMessage { recall_date: Some(Timestamp(NOW.0 - 5)), ..nothing(sent.id) };
    update(&world, ALICE, past).await.unwrap().unwrap();
    assert_eq!(stored(&world, sent.id).await.recall_date, Some(Timestamp(NOW.0 - 5)));
}

#[tokio::test]
async fn the_operator_chooses_who_hears_of_it() {
    let world = World::with(|config| {
        config.notifications.message_updated.recipients = false;
        config.notifications.message_created.own_devices = false;
    })
    .await;
    let sent = send(&world, ALICE, &to(BOB)).await;
    let sent = sent.unwrap().message;
    let updated = update(&world, ALICE, recall(sent.id)).await.unwrap().unwrap();
    assert_eq!(updated.recipients, Some(Recipients::Own));
    assert_eq!(updated.notice.unwrap().recipients, Some(Recipients::Others([BOB].into())));
}
