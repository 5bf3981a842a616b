//! How long messages are kept.

use super::{ALICE, BOB, send, to};
use crate::services::testing::World;

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn messages_are_kept_unless_configured() {
    let world = World::new().await;
    let id = send(&world, ALICE, &to(BOB)).await.unwrap().message.id;
    send(&world, ALICE, &to(BOB)).await.unwrap();
    world.clock.advance(1_000_000 * HOUR);
    assert_eq!(world.services.messages.expired_below(), None);
    assert!(world.store.find_message(id).await.unwrap().is_some());
}

#[tokio::test]
async fn old_messages_go_in_bounded_batches() {
    let world = World::with(|config| config.messages.retention_hours = 2).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(send(&world, ALICE, &to(BOB)).await.unwrap().message.id);
        world.clock.advance(HOUR);
    }
    // They are five, four, three, two and one hour old.
    let below = world.services.messages.expired_below().unwrap();
    let purge = async |limit| world.services.messages.purge(below, limit).await.unwrap();
    assert_eq!((purge(2).await, purge(2).await, purge(2).await), (2, 1, 0));
    for (id, stays) in ids.into_iter().zip([false, false, false, true, true]) {
        assert_eq!(world.store.find_message(id).await.unwrap().is_some(), stays);
    }
    assert_eq!(send(&world, BOB, &to(ALICE)).await.unwrap().message.sequence.0, 6);
}
