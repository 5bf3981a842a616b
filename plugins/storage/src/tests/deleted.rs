//! What users leave who are deleted.

use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::objects::{self, Error};
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, Target, kv};

use super::{ATTACHMENTS, GROUP, after, attached, begun, message, storage, storage_with};
use crate::usage::Usage;
use crate::{Storage, clock};

/// Long enough for whatever is left to be done.
const LATER: i64 = 2 * 60 * 60;

fn delete(storage: &Storage, user_id: i64, date: i64) {
    storage.user_deleted(&Context::default(), &[DeletedUser { user_id, date }]).unwrap();
}

fn kept() -> Vec<i64> {
    let mut kept: Vec<_> = objects_testing::keys(ATTACHMENTS).iter().map(|key| key.parse().unwrap()).collect();
    kept.sort_unstable();
    kept
}

#[test]
fn what_nobody_else_has_goes_and_the_rest_stays() {
    let storage = storage();
    let sent = attached(&storage, 1, None);
    let text = format!("attachment:{sent}");
    storage.message_persisted(&Context::default(), &[message(50, 1, Target::User(3), &text)]).unwrap();
    let (with_a_user, with_a_group) = (attached(&storage, 1, Some(2)), attached(&storage, 1, Some(-GROUP)));
    let of_another = attached(&storage, 2, None);
    for with in [None, Some(1)] {
        attached(&storage, 1, with);
        begun(&storage, 1, with);
    }
    delete(&storage, 1, clock::now_ms());
    after(&storage, 1);
    let mut expected = [sent, with_a_user, with_a_group, of_another];
    expected.sort_unstable();
    assert_eq!(kept(), expected);
    let usage = Usage::of(1).unwrap();
    assert_eq!((usage.files, usage.bytes, usage.open(0)), (3, 15, (0, 0)));
}

#[test]
fn it_goes_some_at_a_time() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 1000}}"#);
    objects::ensure_bucket(ATTACHMENTS, objects::Access::Private).unwrap();
    let shared = attached(&storage, 1, Some(2));
    for _ in 0..120 {
        attached(&storage, 1, None);
    }
    delete(&storage, 1, clock::now_ms());
    after(&storage, 1);
    assert_eq!(kept().len(), 111);
    objects_testing::fail(Some(Error::Unavailable("connection refused".to_owned())));
    after(&storage, 4);
    objects_testing::fail(None);
    assert_eq!(kept().len(), 111, "it is tried again");
    (60..120).step_by(4).chain([LATER]).for_each(|seconds| after(&storage, seconds));
    assert_eq!(kept(), [shared]);
    let due = kv::list_keys("due/", None, 1000).unwrap();
    assert!(!due.iter().any(|key| key.contains("clear-up")), "{due:?}");
}

#[test]
fn who_has_the_id_by_now_keeps_everything() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    delete(&storage, 1, clock::now_ms() - 60_000);
    after(&storage, LATER);
    assert_eq!(kept(), [id]);
}
