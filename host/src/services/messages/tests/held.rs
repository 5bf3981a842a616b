//! For how long messages are held.

use super::{ALICE, BOB, to};
use crate::{
    model::{
        Timestamp,
        held::{HeldMessage, Hold},
    },
    services::{
        messages::{Error, Kept},
        testing::{NOW, World, assert_refused},
    },
};

const HOUR: i64 = 3_600_000;

fn by(plugin: &str, until: Timestamp) -> Hold {
    Hold { plugin: plugin.into(), reason: None, until }
}

async fn hold(world: &World, hours: i64) -> HeldMessage {
    let hold = by("calm", world.services.now().plus_millis(hours * HOUR));
    match world.services.messages.hold(ALICE, to(BOB), None, hold).await.unwrap() {
        Kept::Held(held) => *held,
        Kept::Repeated(id) => panic!("{id} has no key"),
    }
}

#[tokio::test]
async fn what_nobody_decides_about_is_overdue_at_its_time() {
    let world = World::new().await;
    let messages = &world.services.messages;
    let held = hold(&world, 1).await;
    world.clock.advance(HOUR - 1);
    assert_eq!(messages.find_held(held.id, Some("calm")).await.unwrap(), held);
    assert_eq!(messages.list_overdue().await.unwrap(), []);
    assert_refused!(messages.find_held(held.id, Some("other")).await, Error::NotHeld);
    world.clock.advance(1);
    assert_refused!(messages.find_held(held.id, None).await, Error::NotHeld);
    assert_eq!(messages.list_overdue().await.unwrap(), [held]);
}

#[tokio::test]
async fn a_message_is_held_no_longer_than_messages_are_kept_whoever_holds_it() {
    let world = World::with(|config| config.messages.retention_hours = 2).await;
    let held = hold(&world, 9).await;
    assert_eq!(held.hold.until, NOW.plus_millis(2 * HOUR));
    world.clock.advance(HOUR);
    let (draft, longer) = (held.draft.clone(), by("next", world.services.now().plus_millis(9 * HOUR)));
    let again = world.services.messages.hold_again(held, draft, longer).await.unwrap();
    assert_eq!((&*again.hold.plugin, again.hold.until), ("next", NOW.plus_millis(2 * HOUR)));
}
