//! Pictures of users and groups.

use talaria_sdk::group_deleted::DeletedGroup;
use talaria_sdk::objects::{self, Access, testing as objects_testing};
use talaria_sdk::resource_storage::{Outcome, Request, Upload};
use talaria_sdk::resources::Kind;
use talaria_sdk::resources::testing::set_unavailable;
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, kv};

use super::{
    GROUP, after, ask, clock, code, delete, download, field, fields, pause, storage, storage_with, told, upload,
};

const USERS: &str = "user-profile-picture";
const GROUPS: &str = "group-profile-picture";

#[test]
fn users_have_their_own_picture_and_managers_that_of_their_group() {
    let storage = storage();
    for (user, kind, id, expected) in [
        (1, Kind::UserPicture, None, "1"),
        (1, Kind::UserPicture, Some(1), "1"),
        (1, Kind::GroupPicture, Some(GROUP), "9"),
        (4, Kind::GroupPicture, Some(GROUP), "9"),
    ] {
        let form = fields(ask(&storage, user, upload(kind, id)));
        assert_eq!(field(&form, "id"), expected);
        assert_eq!(field(&form, "policy"), "300 image/png 1-1048576");
    }
    for (user, kind, id, expected) in [
        (1, Kind::UserPicture, Some(2), 1300),
        (2, Kind::GroupPicture, Some(GROUP), 1300),
        (3, Kind::GroupPicture, Some(GROUP), 1300),
        (1, Kind::GroupPicture, None, 1102),
    ] {
        assert_eq!(code(&ask(&storage, user, upload(kind, id))), expected, "{user} {kind:?} {id:?}");
        assert_eq!(code(&ask(&storage, user, Request::Delete(deletion(kind, id)))), expected);
    }
    assert_eq!(
        (objects_testing::access(USERS), objects_testing::access(GROUPS)),
        (Some(Access::PublicRead), Some(Access::PublicRead))
    );
    let url = field(&fields(ask(&storage, 3, download(Kind::UserPicture, 1))), "url");
    assert!(url.ends_with("user-profile-picture/1"), "for everybody: {url}");
}

fn deletion(kind: Kind, id: Option<i64>) -> talaria_sdk::resource_storage::Deletion {
    talaria_sdk::resource_storage::Deletion { kind, id: id.map(Into::into) }
}

#[test]
fn a_picture_is_an_image_without_scripts() {
    let storage = storage();
    let with = |media_type: Option<&str>| {
        let media_type = media_type.map(str::to_owned);
        ask(&storage, 1, Request::Upload(Upload { kind: Kind::UserPicture, id: None, name: None, media_type }))
    };
    assert_eq!(field(&fields(with(None)), "policy"), "300 image/ 1-1048576");
    for media_type in ["text/html", "image/svg+xml", "image/*", "image/SVG+xml; a=b"] {
        assert_eq!(code(&with(Some(media_type))), 1102, "{media_type}");
    }
    objects_testing::upload(USERS, "1", "<svg/>", "image/svg+xml");
    after(&storage, 4);
    assert_eq!(objects_testing::keys(USERS), [""; 0], "what the form cannot say is found out afterwards");
    assert_eq!(told(), [0; 0]);
}

fn without_a_type() -> Request {
    Request::Upload(Upload { kind: Kind::UserPicture, id: None, name: None, media_type: None })
}

#[test]
fn what_is_no_picture_is_there_for_ten_seconds_at_most() {
    let storage = storage_with(r#"{"upload_seconds": 3600}"#);
    let policy = field(&fields(ask(&storage, 1, without_a_type())), "policy");
    assert_eq!(policy, "300 image/ 1-1048576", "such a form is good for less");
    let mut looks = 0;
    for seconds in 1..=1201 {
        if seconds % 13 == 0 && seconds < 290 {
            objects_testing::upload(USERS, "1", "<svg/>", "image/svg+xml");
        }
        let before = objects_testing::calls("head");
        after(&storage, seconds);
        looks += objects_testing::calls("head") - before;
        let is_gone = objects_testing::keys(USERS).is_empty();
        assert!(is_gone || seconds % 13 < 11, "{seconds}");
    }
    assert!((31..=55).contains(&looks), "{looks}");
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0]);
}

#[test]
fn a_form_that_says_enough_is_looked_after_as_others_are() {
    for (user, config) in [(1, r#"{"user_pictures": {"refused_media_types": []}}"#), (2, "{}")] {
        let storage = storage_with(config);
        let request = if user == 1 { without_a_type() } else { upload(Kind::UserPicture, None) };
        fields(ask(&storage, user, request));
        after(&storage, 4);
        let due = kv::list_keys("due/", None, 9).unwrap();
        assert!(due.last().unwrap().contains("/check/"), "{due:?}");
    }
}

#[test]
fn many_open_forms_keep_nobody_else_waiting() {
    let storage = storage();
    for user in 100..400 {
        fields(ask(&storage, user, without_a_type()));
    }
    after(&storage, 4);
    let id = super::begun(&storage, 1, None);
    objects_testing::upload(super::ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    let before = objects_testing::calls("head");
    after(&storage, 14);
    assert_eq!(objects_testing::calls("head") - before, 51);
    assert_eq!(told(), [id]);
}

#[test]
fn an_older_form_does_not_judge_a_newer_picture() {
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    objects_testing::set_time(i64::MAX);
    objects_testing::upload(USERS, "1", "png", "image/png");
    after(&storage, 4);
    pause();
    let jpeg = Some("image/jpeg".to_owned());
    ask(&storage, 1, Request::Upload(Upload { kind: Kind::UserPicture, id: None, name: None, media_type: jpeg }));
    objects_testing::upload(USERS, "1", "jpeg", "image/jpeg");
    for seconds in [4, 21, 91, 302, 1202] {
        after(&storage, seconds);
    }
    assert_eq!(objects_testing::keys(USERS), ["1"]);
    assert_eq!(told(), [1, 1]);
    assert_eq!(kv::list_keys("", None, 9).unwrap(), ["picture/user/1"], "nothing else is left");
}

#[test]
fn what_comes_by_an_older_form_is_judged_as_well() {
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    let newer = clock::now_ms() + 3500;
    let newest = format!(r#"{{"v":1,"record":{{"created":{newer},"until":{newer},"uploader":1}}}}"#);
    kv::set("newest/user/1", newest).unwrap();
    objects_testing::upload(USERS, "1", "<svg/>", "image/svg+xml");
    after(&storage, 4);
    assert_eq!(objects_testing::keys(USERS), [""; 0]);
    assert_eq!(kv::list_keys("due/", None, 9).unwrap(), [""; 0], "the newer one is looked after by another check");
}

#[test]
fn many_forms_of_a_picture_are_looked_after_at_once() {
    let storage = storage();
    for _ in 0..5 {
        fields(ask(&storage, 1, upload(Kind::UserPicture, None)));
        fields(ask(&storage, 4, upload(Kind::GroupPicture, Some(GROUP))));
        pause();
    }
    assert_eq!(kv::list_keys("due/", None, 9).unwrap().len(), 2);
}

#[test]
fn a_picture_of_nobody_does_not_stay() {
    let storage = storage();
    // Whoever they were, they have their form still.
    let gone = 77;
    fields(ask(&storage, gone, upload(Kind::UserPicture, None)));
    objects_testing::upload(USERS, "77", "png", "image/png");
    for seconds in [4, 21, 91, 302, 1202] {
        after(&storage, seconds);
    }
    assert_eq!((objects_testing::keys(USERS), told()), (vec![], vec![]));
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0]);
}

#[test]
fn a_picture_that_is_gone_is_not_known_for_long() {
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    objects_testing::upload(USERS, "1", "png", "image/png");
    after(&storage, 4);
    // Written down by a look that had seen it, when somebody had deleted it.
    objects::delete(USERS, "1").unwrap();
    after(&storage, 21);
    assert_eq!(told(), [1, -1]);
    assert_eq!(kv::list_keys("picture/", None, 9).unwrap(), [""; 0]);
}

#[test]
fn the_end_of_a_picture_is_told_however_late() {
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    objects_testing::upload(USERS, "1", "png", "image/png");
    after(&storage, 4);
    set_unavailable(true);
    assert_eq!(code(&ask(&storage, 1, delete(Kind::UserPicture, 1))), 1201);
    set_unavailable(false);
    assert_eq!(ask(&storage, 1, delete(Kind::UserPicture, 1)), Outcome::Done);
    assert_eq!(told(), [1, -1]);
}

#[test]
fn each_new_picture_is_told_of_once() {
    let storage = storage();
    ask(&storage, 1, upload(Kind::UserPicture, None));
    objects_testing::set_time(i64::MAX);
    objects_testing::upload(USERS, "1", "png", "image/png");
    after(&storage, 4);
    after(&storage, 21);
    assert_eq!(told(), [1]);
    objects_testing::upload(USERS, "1", "another", "image/png");
    after(&storage, 91);
    after(&storage, 302);
    assert_eq!(told(), [1]);
    assert_eq!(ask(&storage, 1, delete(Kind::UserPicture, 1)), Outcome::Done);
    assert_eq!(told(), [-1]);
    assert_eq!(ask(&storage, 1, delete(Kind::UserPicture, 1)), Outcome::Done, "nothing is there to be told of");
    assert_eq!(told(), [0; 0]);
}

#[test]
fn pictures_go_with_whom_they_are_of() {
    let storage = storage_with(r#"{"user_pictures": {"max_bytes": 3}}"#);
    for (kind, bucket, id) in [(Kind::UserPicture, USERS, 1), (Kind::GroupPicture, GROUPS, GROUP)] {
        ask(&storage, 1, upload(kind, Some(id)));
        objects_testing::upload(bucket, &id.to_string(), "png", "image/png");
    }
    after(&storage, 4);
    let mut there = told();
    there.sort_unstable();
    assert_eq!(there, [1, GROUP]);
    storage.user_deleted(&Context::default(), &[DeletedUser { user_id: 1, date: 0 }]).unwrap();
    storage.group_deleted(&Context::default(), &[DeletedGroup { group_id: GROUP, date: 0 }]).unwrap();
    after(&storage, 1);
    let mut gone = told();
    gone.sort_unstable();
    assert_eq!(gone, [-GROUP, -1]);
    assert!(objects_testing::keys(USERS).is_empty() && objects_testing::keys(GROUPS).is_empty());
}
