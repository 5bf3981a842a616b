//! Attachments that the store does not have any more.

use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::objects::{self, testing as objects_testing};
use talaria_sdk::resources::Kind;
use talaria_sdk::{Context, Target, kv};

use super::{ATTACHMENTS, after, ask, attached, code, download, ids, message, query, storage, told};
use crate::clock::testing::pass;
use crate::usage::Usage;
use crate::{Storage, clock};

const HOUR: i64 = 3600;

/// One whose last look is over.
fn settled(storage: &Storage) -> i64 {
    let id = attached(storage, 1, Some(2));
    [21, 91, 302, 1202].into_iter().for_each(|seconds| after(storage, seconds));
    told();
    id
}

fn lose(id: i64) {
    objects::delete(ATTACHMENTS, &id.to_string()).unwrap();
}

#[test]
fn what_the_store_has_no_more_goes_when_somebody_asks_for_it() {
    let storage = storage();
    let id = settled(&storage);
    storage
        .message_persisted(&Context::default(), &[message(50, 1, Target::User(2), &format!("attachment:{id}"))])
        .unwrap();
    lose(id);
    for _ in 0..3 {
        assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
    }
    assert_eq!(kv::list_keys("due/", None, 9).unwrap().len(), 1, "it is looked for once");
    assert_eq!(ids(ask(&storage, 1, query(|_| {}))), [id], "it may come back");
    after(&storage, HOUR + 1);
    assert_eq!((told(), ids(ask(&storage, 1, query(|_| {})))), (vec![-id], vec![]));
    let usage = Usage::of(1).unwrap();
    assert_eq!((usage.files, usage.bytes, usage.shares, usage.references), (0, 0, 0, 1));
    let recalled = RecalledMessage { id: 50, sender: 1, target: Target::User(2), date: 0 };
    storage.message_recalled(&Context::default(), &[recalled]).unwrap();
    assert_eq!(kv::list_keys("", None, 9).unwrap(), ["gone/50"], "what the message has is known by the message");
}

#[test]
fn what_comes_back_stays() {
    let storage = storage();
    let id = settled(&storage);
    lose(id);
    for round in 1..=2 {
        assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
        let due = kv::list_keys("due/", None, 9).unwrap();
        assert_eq!(due.len(), 1, "{round}: {due:?}");
        objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
        after(&storage, HOUR + 1);
        assert_eq!((kv::list_keys("due/", None, 9).unwrap(), told()), (vec![], vec![]));
        lose(id);
    }
}

#[test]
fn before_its_last_look_it_is_that_which_sees_to_it() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    lose(id);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
    let due = kv::list_keys("due/", None, 9).unwrap();
    assert!(due.len() == 1 && due[0].contains("/check/"), "{due:?}");
}

#[test]
fn a_store_that_is_away_costs_nobody_a_file() {
    let storage = storage();
    let id = settled(&storage);
    lose(id);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
    objects_testing::refuse(ATTACHMENTS, true);
    after(&storage, HOUR + 1);
    objects_testing::refuse(ATTACHMENTS, false);
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    pass(2 * HOUR * 1000);
    crate::due::run(&storage, clock::now_ms()).unwrap();
    assert_eq!((told(), ids(ask(&storage, 1, query(|_| {})))), (vec![], vec![id]));
}
