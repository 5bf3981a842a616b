//! Messages that are sent once whatever their client does.

use super::{ALICE, BOB, CAROL, relate, to};
use crate::{
    model::{MessageId, UserId},
    services::{
        messages::{Error, Sending},
        testing::{World, assert_refused},
    },
};

async fn once(world: &World, sender: UserId, key: &str) -> Result<(MessageId, bool), Error> {
    match world.services.messages.send_once(sender, &to(CAROL), key.into()).await? {
        Sending::New(sent) => Ok((sent.message.id, true)),
        Sending::Repeated(id) => Ok((id, false)),
    }
}

#[tokio::test]
async fn a_message_is_sent_once_under_its_key() {
    let world = World::new().await;
    let messages = &world.services.messages;
    assert_eq!(messages.find_sent(ALICE, "k").await.unwrap(), None);
    let (id, is_new) = once(&world, ALICE, "k").await.unwrap();
    assert!(is_new);
    assert_eq!(once(&world, ALICE, "k").await.unwrap(), (id, false));
    assert_eq!(messages.find_sent(ALICE, "k").await.unwrap(), Some(id));
    assert!(once(&world, BOB, "k").await.unwrap().1, "each sender has keys of their own");
    world.clock.advance(86_400_000);
    assert_eq!(once(&world, ALICE, "k").await.unwrap(), (id, false));
    world.clock.advance(1);
    assert_ne!(once(&world, ALICE, "k").await.unwrap().0, id);
}

#[tokio::test]
async fn a_refused_message_leaves_its_key_free() {
    let world = World::new().await;
    relate(&world, CAROL, ALICE, true).await;
    assert_refused!(once(&world, ALICE, "k").await, Error::BlockedByRecipient);
    relate(&world, CAROL, ALICE, false).await;
    assert!(once(&world, ALICE, "k").await.unwrap().1);
    let long = "k".repeat(65);
    assert_refused!(once(&world, ALICE, &long).await, Error::KeyTooLong { max: 64 });
    assert_refused!(world.services.messages.find_sent(ALICE, &long).await, Error::KeyTooLong { max: 64 });
}
