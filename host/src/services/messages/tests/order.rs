//! Many who send to one conversation at a time.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::JoinSet;

use super::ALICE;
use crate::{
    model::{MessageId, Timestamp, UserId, command::UpdateMessage, message::Target},
    services::{
        messages::{Sending, Sent},
        testing::{World, draft},
    },
};

/// What those concerned were told, in this order: places and ids.
#[derive(Default)]
struct Told(Mutex<Vec<(i64, MessageId)>>);

impl Told {
    fn tell(&self, sent: &Sent) {
        self.0.lock().push((sent.message.sequence.0, sent.message.id));
    }
}

/// Sends in each way that there is.
async fn send(world: &World, told: &Told, sender: UserId, target: Target, number: i64) {
    let (messages, draft) = (&world.services.messages, draft(target, "hello"));
    if number % 4 == 0 {
        let Ok(Sending::New(sent)) = messages.send_once(sender, &draft, number.to_string()).await else { panic!() };
        return told.tell(&sent);
    }
    let sent = messages.send(sender, &draft).await.unwrap();
    told.tell(&sent);
    let message = (*sent.message).clone();
    drop(sent);
    if number % 4 == 1 {
        let recall_date = Some(Timestamp(1));
        let mut recall =
            UpdateMessage { message: message.id, text: None, records: Vec::new(), recall_date, attributes: Vec::new() };
        let recalled = messages.update(&message, &mut recall).await.unwrap().unwrap();
        told.tell(&recalled.notice.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn they_are_told_of_in_the_order_of_places_and_ids() {
    let world = Arc::new(World::new().await);
    let members: Vec<_> = (2..=9).map(UserId).collect();
    let target = Target::Group(world.group(ALICE, &members).await);
    let told = Arc::new(Told::default());
    let mut senders = JoinSet::new();
    for sender in 0..64 {
        let (world, told) = (Arc::clone(&world), Arc::clone(&told));
        senders.spawn(async move {
            for number in 0..40 {
                send(&world, &told, UserId(1 + sender % 9), target, 100 * sender + number).await;
            }
        });
    }
    senders.join_all().await;
    let told = told.0.lock();
    assert_eq!(told.len(), 64 * 50);
    for (place, pair) in (1..).zip(told.windows(2)) {
        assert_eq!((pair[0].0, pair[1].0), (place, place + 1), "told in the order of their places");
        assert!(pair[0].1 < pair[1].1, "places in the order of ids");
    }
}
