//! Who may catch up with which conversation.

use super::{ALICE, BOB, CAROL, into, send, to};
use crate::{
    model::{
        GroupId, Reply, Sequence, UserId,
        command::{SyncMessages, UpdateMessage},
        message::{ConversationPage, Message, Target},
    },
    services::{
        messages::Error,
        testing::{NOW, World, assert_refused},
    },
};

fn after(conversation: Target, after: i64) -> SyncMessages {
    SyncMessages { conversation: Some(conversation), after: Sequence(after), max_count: None }
}

async fn sync(world: &World, user: UserId, query: SyncMessages) -> Result<ConversationPage, Error> {
    match world.services.messages.sync(user, &query).await? {
        Reply::SyncedMessages(page) => Ok(page),
        Reply::NoContent => Ok(ConversationPage::default()),
        other => panic!("{other:?}"),
    }
}

fn places(page: &ConversationPage) -> Vec<i64> {
    page.messages.iter().map(|message| message.sequence.0).collect()
}

#[tokio::test]
async fn both_sides_see_the_whole_conversation() {
    let world = World::new().await;
    for (sender, recipient) in [(ALICE, BOB), (BOB, ALICE), (ALICE, CAROL), (ALICE, BOB)] {
        send(&world, sender, &to(recipient)).await.unwrap();
    }
    for (user, other) in [(ALICE, BOB), (BOB, ALICE)] {
        let page = sync(&world, user, after(Target::User(other), 1)).await.unwrap();
        assert_eq!((places(&page), page.last), (vec![2, 3], Sequence(3)));
    }
    assert_eq!(sync(&world, BOB, after(Target::User(CAROL), 0)).await.unwrap(), ConversationPage::default());
    let capped = SyncMessages { max_count: Some(1), ..after(Target::User(BOB), 0) };
    assert_eq!(places(&sync(&world, ALICE, capped).await.unwrap()), [1]);
}

#[tokio::test]
async fn groups_are_for_members() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB]).await;
    send(&world, ALICE, &into(group)).await.unwrap();
    let page = sync(&world, BOB, after(Target::Group(group), 0)).await.unwrap();
    assert_eq!(places(&page), [1]);
    for group in [group, GroupId(404), GroupId(-1)] {
        assert_refused!(sync(&world, CAROL, after(Target::Group(group), 0)).await, Error::NotMemberToQuery);
    }
    let nobody = SyncMessages { conversation: None, ..after(Target::User(BOB), 0) };
    assert_refused!(sync(&world, ALICE, nobody).await, Error::NoConversation);
    for count in [0, -1] {
        let none = SyncMessages { max_count: Some(count), ..after(Target::User(BOB), 0) };
        assert_refused!(sync(&world, ALICE, none).await, Error::InvalidCount);
    }
}

#[tokio::test]
async fn of_a_recalled_message_the_fact_remains() {
    let world = World::new().await;
    let sent = send(&world, ALICE, &to(BOB)).await.unwrap().message;
    let mut recall = UpdateMessage {
        message: sent.id,
        text: None,
        records: Vec::new(),
        recall_date: Some(NOW),
        attributes: Vec::new(),
    };
    let messages = &world.services.messages;
    let message = messages.check_update(ALICE, &recall).await.unwrap().unwrap();
    messages.update(&message, &mut recall).await.unwrap().unwrap();
    let page = sync(&world, BOB, after(Target::User(ALICE), 0)).await.unwrap();
    let expected = Message { text: None, recall_date: Some(NOW), ..Message::clone(&sent) };
    assert_eq!(page.messages[0], expected);
    assert!(page.messages[1].is_system);
    assert_eq!(page.last, Sequence(2));
}
