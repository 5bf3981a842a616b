//! The conversations of a user.

use super::{ALICE, BOB, CAROL, read, say};
use crate::{
    model::{
        Reply, UserId,
        command::{QueryInbox, UpdateMessage},
        conversation::InboxEntry,
        message::Target,
    },
    services::{
        conversations::Error,
        testing::{NOW, World, assert_refused, draft},
    },
};

async fn inbox(world: &World, user: UserId, query: QueryInbox) -> Result<Vec<InboxEntry>, Error> {
    match world.services.conversations.inbox(user, query).await? {
        Reply::Inbox(entries) => Ok(entries),
        Reply::NoContent => Ok(Vec::new()),
        other => panic!("{other:?}"),
    }
}

const ALL: QueryInbox = QueryInbox { before: None, max_count: None };

#[tokio::test]
async fn unread_messages_wait_until_they_are_read_or_answered() {
    let world = World::new().await;
    let group = Target::Group(world.group(ALICE, &[BOB]).await);
    world.clock.advance(1);
    for (sender, target) in [(BOB, group), (BOB, Target::User(ALICE)), (CAROL, Target::User(ALICE))] {
        say(&world, sender, target).await;
    }
    let counts = async || -> Vec<_> {
        let entries = inbox(&world, ALICE, ALL).await.unwrap();
        entries.iter().map(|entry| (entry.conversation, entry.unread)).collect()
    };
    assert_eq!(counts().await, [(Target::User(CAROL), 1), (Target::User(BOB), 1), (group, 1)]);
    world.services.conversations.read(ALICE, &read(group)).await.unwrap();
    say(&world, ALICE, Target::User(BOB)).await;
    assert_eq!(counts().await, [(Target::User(BOB), 0), (Target::User(CAROL), 1), (group, 0)]);
    assert_eq!(inbox(&world, UserId(9), ALL).await.unwrap(), []);
}

#[tokio::test]
async fn pages_are_bounded() {
    let world = World::with(|config| {
        config.conversations.default_inbox_count = 2;
        config.conversations.max_inbox_count = 3;
    })
    .await;
    for contact in 2..=7 {
        say(&world, UserId(contact), Target::User(ALICE)).await;
    }
    let contacts = async |query| -> Vec<_> {
        let entries = inbox(&world, ALICE, query).await.unwrap();
        entries.iter().map(|entry| entry.conversation).collect()
    };
    assert_eq!(contacts(ALL).await, [7, 6].map(|id| Target::User(UserId(id))));
    assert_eq!(contacts(QueryInbox { max_count: Some(9), ..ALL }).await.len(), 3);
    let page = inbox(&world, ALICE, ALL).await.unwrap();
    let next = QueryInbox { before: Some(page[1].last.id), ..ALL };
    assert_eq!(contacts(next).await, [5, 4].map(|id| Target::User(UserId(id))));
    assert_refused!(inbox(&world, ALICE, QueryInbox { max_count: Some(0), ..ALL }).await, Error::InvalidCount);
}

#[tokio::test]
async fn a_recalled_message_shows_nothing() {
    let world = World::new().await;
    let sent = world.services.messages.send(BOB, &draft(Target::User(ALICE), "oops")).await.unwrap().message;
    let mut recall = UpdateMessage {
        message: sent.id,
        text: None,
        records: Vec::new(),
        recall_date: Some(NOW),
        attributes: Vec::new(),
    };
    let message = world.services.messages.check_update(BOB, &recall).await.unwrap().unwrap();
    world.services.messages.update(&message, &mut recall).await.unwrap().unwrap();
    let entries = inbox(&world, ALICE, ALL).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert!(entries[0].last.is_system, "the notice came last");
    assert_eq!((entries[0].last.text.as_deref(), entries[0].unread), (None, 0));
}
