//! What counts as late, lost, repeated or out of order.

use talaria_client::proto::{TurmsRequest, turms_notification::Data};

use super::*;
use crate::load::stamp;

const USERS: usize = 3;

fn tally() -> Tally {
    Tally::new(7, USERS)
}

fn answer(sequence: i64, code: i32, id: i64) -> TurmsNotification {
    TurmsNotification {
        request_id: Some(FIRST_REQUEST + sequence),
        code: Some(code),
        data: Some(Data { kind: Some(data::Kind::Long(id)) }),
        ..TurmsNotification::default()
    }
}

fn delivery(stamp: Stamp, id: i64) -> TurmsNotification {
    let mut text = String::new();
    stamp.put(&mut text, &stamp::filler(60).unwrap());
    let message = CreateMessageRequest { message_id: Some(id), text: Some(text), ..CreateMessageRequest::default() };
    let kind = Some(Kind::CreateMessageRequest(message));
    let relayed = TurmsRequest { kind, ..TurmsRequest::default() };
    TurmsNotification { relayed_request: Some(relayed), ..TurmsNotification::default() }
}

#[test]
fn a_good_run_holds() {
    let mut tally = tally();
    for sequence in 0..4 {
        for sender in 0..USERS {
            let stamp = tally.send(sender, tally.now());
            let id = i64::from(stamp.sequence) * 10 + sender as i64 + 1;
            tally.receive(sender, answer(sequence, 1000, id));
            assert!(!tally.at_rest());
            tally.receive(tally.recipient(sender), delivery(stamp, id));
            assert!(tally.at_rest());
        }
    }
    let correctness = tally.correctness();
    assert!(correctness.holds(), "{correctness:?}");
    assert_eq!((correctness.accepted, correctness.delivered), (12, 12));
    assert_eq!(tally.windows[0].answers.summary().count, 12);
}

#[test]
fn what_is_wrong_is_found() {
    let mut tally = tally();
    let stamps: Vec<_> = (0..5).map(|_| tally.send(0, 0)).collect();
    tally.receive(0, answer(0, 1000, 1));
    tally.receive(0, answer(0, 1000, 1)); // twice: strange
    tally.receive(0, answer(1, 1000, 2));
    tally.receive(0, answer(2, 5000, 0));
    tally.receive(1, delivery(stamps[1], 2));
    tally.receive(1, delivery(stamps[0], 9)); // disordered, and of another id: strange
    tally.receive(1, delivery(stamps[1], 2)); // duplicate
    tally.receive(1, delivery(stamps[2], 3)); // was refused
    tally.receive(2, delivery(stamps[3], 4)); // not for user 2: strange
    tally.receive(1, delivery(Stamp { run: 8, ..stamps[0] }, 5)); // of another run: strange
    tally.receive(0, answer(3, 1000, 4)); // accepted and lost
    tally.receive(1, TurmsNotification { close_status: Some(400), ..TurmsNotification::default() });
    let correctness = tally.correctness();
    assert!(!correctness.holds());
    assert_eq!(correctness.disordered, 1);
    assert_eq!(correctness.duplicates, 1);
    assert_eq!(correctness.delivered_though_refused, 1);
    assert_eq!(correctness.strange, 4);
    assert_eq!(correctness.lost, 1);
    assert_eq!(correctness.unanswered, 1);
    assert_eq!(correctness.refused, BTreeMap::from([(5000, 1)]));
    assert_eq!(correctness.ended.values().sum::<u64>(), 1);
}

#[test]
fn a_message_belongs_to_the_window_in_which_it_was_sent() {
    let mut tally = tally();
    tally.send(0, 0);
    let second = tally.begin();
    tally.send(0, 0);
    tally.receive(0, answer(0, 1000, 1));
    assert_eq!(tally.windows[0].answers.summary().count, 1);
    assert_eq!(tally.windows[second].answers.summary().count, 0);
    assert_eq!(tally.windows[second].sent, 1);
}
