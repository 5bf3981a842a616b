//! A bucket that the plugin may not use, while it may use others.

use std::cell::Cell;
use std::rc::Rc;

use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::resources::Kind;
use talaria_sdk::{kv, objects};

use super::{ATTACHMENTS, GROUP, after, ask, begun, code, delete, download, fields, pause, storage, told, upload};
use crate::attachments::Attachment;

const USERS: &str = "user-profile-picture";
const GROUPS: &str = "group-profile-picture";

fn due() -> Vec<String> {
    kv::list_keys("due/", None, 1000).unwrap()
}

#[test]
fn who_asks_for_what_is_refused_leaves_nothing_behind() {
    let storage = storage();
    for bucket in [USERS, GROUPS, ATTACHMENTS] {
        objects_testing::refuse(bucket, true);
    }
    for (kind, id) in [(Kind::UserPicture, None), (Kind::GroupPicture, Some(GROUP)), (Kind::Attachment, None)] {
        assert_eq!(code(&ask(&storage, 1, upload(kind, id))), 1201, "{kind:?}");
    }
    for kind in [Kind::UserPicture, Kind::GroupPicture] {
        let id = if kind == Kind::UserPicture { 1 } else { GROUP };
        assert_eq!(code(&ask(&storage, 1, delete(kind, id))), 1201, "{kind:?}");
        assert_eq!(code(&ask(&storage, 1, download(kind, id))), 1201, "{kind:?}");
    }
    assert_eq!((kv::list_keys("", None, 9).unwrap(), told()), (vec![], vec![]));
}

#[test]
fn what_is_refused_keeps_nothing_else_from_its_turn() {
    let storage = storage();
    for user in 100..140 {
        fields(ask(&storage, user, upload(Kind::UserPicture, None)));
    }
    pause();
    let id = begun(&storage, 1, None);
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    fields(ask(&storage, 1, upload(Kind::GroupPicture, Some(GROUP))));
    objects_testing::upload(GROUPS, &GROUP.to_string(), "png", "image/png");
    objects_testing::refuse(USERS, true);
    after(&storage, 4);
    assert!(Attachment::get(id).unwrap().size().is_some());
    assert_eq!(told().len(), 2, "the picture as well");
}

#[test]
fn a_bucket_that_is_away_is_asked_a_few_times_without_room_as_well() {
    let storage = storage();
    for user in 100..140 {
        fields(ask(&storage, user, upload(Kind::UserPicture, None)));
    }
    let asked = Rc::new(Cell::new(0));
    let counted = Rc::clone(&asked);
    objects_testing::set_fault(Some(Box::new(move || {
        counted.set(counted.get() + 1);
        Some(objects::Error::Unavailable("connection refused".to_owned()))
    })));
    kv::testing::set_full(true);
    after(&storage, 4);
    assert_eq!((asked.get(), due().len()), (3, 40), "others wait meanwhile");
}

#[test]
fn a_picture_that_cannot_be_looked_at_is_left_after_a_day() {
    let storage = storage();
    fields(ask(&storage, 1, upload(Kind::UserPicture, None)));
    objects_testing::refuse(USERS, true);
    let hour = 3600;
    for seconds in [4, 302, 1202, 2 * hour, 24 * hour] {
        after(&storage, seconds);
        assert_eq!(due().len(), 1, "{seconds}");
    }
    after(&storage, 26 * hour);
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0]);
}

#[test]
fn a_picture_of_a_store_that_was_away_for_long_is_looked_at() {
    let storage = storage();
    fields(ask(&storage, 1, upload(Kind::UserPicture, None)));
    objects_testing::upload(USERS, "1", "<svg/>", "image/svg+xml");
    objects_testing::refuse(USERS, true);
    [4, 302, 1202, 7200].into_iter().for_each(|seconds| after(&storage, seconds));
    objects_testing::refuse(USERS, false);
    (7200..36_000).step_by(1800).for_each(|seconds| after(&storage, seconds));
    assert_eq!((objects_testing::keys(USERS), due()), (vec![], vec![]));
}
