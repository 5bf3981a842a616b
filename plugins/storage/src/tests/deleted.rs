//! What users leave who are deleted.

use talaria_sdk::group_deleted::DeletedGroup;
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::objects::{self, Error};
use talaria_sdk::resources::Kind;
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, Target, directory, kv};

use super::{ATTACHMENTS, GROUP, after, ask, attached, begun, message, storage, storage_with, upload};
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

#[test]
fn observers_do_not_wait_for_the_store_of_objects() {
    let storage = storage();
    let sent = attached(&storage, 1, None);
    for bucket in ["user-profile-picture", "group-profile-picture", ATTACHMENTS] {
        objects_testing::refuse(bucket, true);
    }
    let date = clock::now_ms();
    delete(&storage, 1, date);
    let group = DeletedGroup { group_id: GROUP, date };
    storage.group_deleted(&Context::default(), &[group]).unwrap();
    let text = format!("attachment:{sent}");
    storage.message_persisted(&Context::default(), &[message(50, 1, Target::User(3), &text)]).unwrap();
    assert!(!references_of(sent).is_empty(), "what comes next is told");
    after(&storage, 1);
    let due = kv::list_keys("due/", None, 9).unwrap();
    assert!(!due.iter().any(|key| key.contains("picture")), "where the plugin may put nothing is nothing: {due:?}");
}

fn references_of(id: i64) -> Vec<String> {
    kv::list_keys(&format!("reference/{id}/"), None, 9).unwrap()
}

#[test]
fn a_picture_that_cannot_be_removed_is_waited_for() {
    const USERS: &str = "user-profile-picture";
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    objects_testing::upload(USERS, "1", "png", "image/png");
    [4, 21, 91, 302, 1202].into_iter().for_each(|seconds| after(&storage, seconds));
    objects_testing::refuse(USERS, true);
    delete(&storage, 1, clock::now_ms());
    after(&storage, 1);
    after(&storage, LATER);
    objects_testing::refuse(USERS, false);
    assert_eq!(objects_testing::keys(USERS), ["1"]);
    after(&storage, LATER + 3601);
    assert_eq!((objects_testing::keys(USERS), kv::list_keys("", None, 9).unwrap()), (vec![], vec![]));
}

#[test]
fn what_comes_by_a_form_after_the_end_of_its_user_does_not_stay() {
    const USERS: &str = "user-profile-picture";
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    directory::testing::remove_user(1);
    delete(&storage, 1, clock::now_ms());
    after(&storage, 1);
    objects_testing::upload(USERS, "1", "png", "image/png");
    [4, 21, 91, 302, 1202].into_iter().for_each(|seconds| after(&storage, seconds));
    assert_eq!((objects_testing::keys(USERS), kv::list_keys("", None, 9).unwrap()), (vec![], vec![]));
}
