//! Who may upload, download, share and delete what.

use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::objects::{self, Error};
use talaria_sdk::resource_storage::{Outcome, Request, Upload};
use talaria_sdk::resources::Kind;
use talaria_sdk::resources::testing::set_unavailable;
use talaria_sdk::{Target, directory, kv};

use crate::attachments::{Attachment, share_with};

use super::{
    ATTACHMENTS, GROUP, after, ask, attached, begun, code, delete, download, field, fields, ids, query, share, storage,
    storage_with, told, upload,
};

#[test]
fn a_form_takes_one_file_as_it_was_announced() {
    let storage = storage();
    let form = fields(ask(&storage, 1, upload(Kind::Attachment, Some(2))));
    assert_eq!((form[0].0.as_str(), form[1].0.as_str()), ("url", "id"));
    assert!(!form.iter().any(|(name, _)| name == "key" || name == "Content-Type"), "clients add them: {form:?}");
    assert_eq!(field(&form, "policy"), "300 text/plain 0-104857600");
    assert!(field(&form, "url").ends_with(ATTACHMENTS));
    assert_eq!(objects_testing::access(ATTACHMENTS), Some(objects::Access::Private));
    let form = fields(ask(&storage_with(r#"{"complete_forms": true}"#), 1, upload(Kind::Attachment, Some(2))));
    assert_eq!(field(&form, "id"), field(&form, "key"));
    assert_eq!(field(&form, "Content-Type"), "text/plain");
}

#[test]
fn only_friends_and_members_are_uploaded_for() {
    let storage = storage();
    for (user, with, expected) in
        [(1, Some(3), 6100), (3, Some(1), 6100), (3, Some(-GROUP), 6101), (1, Some(-77), 6101)]
    {
        assert_eq!(code(&ask(&storage, user, upload(Kind::Attachment, with))), expected, "{user} {with:?}");
    }
    directory::testing::add_relationship(2, 1, true);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, Some(2)))), 6100, "they are blocked");
    for (user, with) in [(2, Some(1)), (2, Some(-GROUP)), (3, None), (3, Some(3))] {
        begun(&storage, user, with);
    }
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, Some(i64::MIN)))), 6100);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let storage = storage_with(r#"{"attachments": {"refused_media_types": ["text/html"]}}"#);
    let with = |name: Option<&str>, media_type: Option<&str>| {
        let (name, media_type) = (name.map(str::to_owned), media_type.map(str::to_owned));
        ask(&storage, 1, Request::Upload(Upload { kind: Kind::Attachment, id: None, name, media_type }))
    };
    let long = "x".repeat(256);
    for name in [None, Some(""), Some("a\nb"), Some("a\u{202e}gnp.exe"), Some("a\u{2028}b"), Some(long.as_str())] {
        assert_eq!(code(&with(name, Some("text/plain"))), 1102, "{name:?}");
    }
    for media_type in [None, Some("text/*"), Some("text"), Some("text/html"), Some("TEXT/HTML; charset=utf-8")] {
        assert_eq!(code(&with(Some("a"), media_type)), 1102, "{media_type:?}");
    }
    for name in ["..", "../../etc/passwd", "a/b", "файл 文件.txt", &"é".repeat(255)] {
        fields(with(Some(name), Some("text/plain")));
    }
    assert_eq!(told(), [0; 0]);
}

#[test]
fn it_is_for_those_whom_it_is_shared_with() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    assert_eq!(told(), [id]);
    for user in [1, 2] {
        let url = field(&fields(ask(&storage, user, download(Kind::Attachment, id))), "url");
        assert!(url.ends_with("expires=300&name=notes.txt"), "{url}");
    }
    assert_eq!(code(&ask(&storage, 3, download(Kind::Attachment, id))), 6107);
    assert_eq!(code(&ask(&storage, 1, download(Kind::Attachment, id + 1))), 1302);
    let in_group = attached(&storage, 1, Some(-GROUP));
    fields(ask(&storage, 4, download(Kind::Attachment, in_group)));
    assert_eq!(code(&ask(&storage, 3, download(Kind::Attachment, in_group))), 6107);
    directory::testing::add_member(GROUP, 3, directory::MemberRole::Member);
    fields(ask(&storage, 3, download(Kind::Attachment, in_group)));
}

#[test]
fn who_uploaded_it_shares_it_and_takes_it_back() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    assert_eq!(code(&ask(&storage, 2, share(id, |sharing| sharing.user = Some(2)))), 6102);
    assert_eq!(code(&ask(&storage, 1, share(id, |sharing| sharing.user = Some(3)))), 6100);
    assert_eq!(code(&ask(&storage, 1, share(id, |sharing| sharing.group = Some(77)))), 6101);
    let both = share(id, |sharing| (sharing.user, sharing.group) = (Some(2), Some(GROUP)));
    assert_eq!(ask(&storage, 1, both), Outcome::Done);
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
    fields(ask(&storage, 4, download(Kind::Attachment, id)));

    assert_eq!(code(&ask(&storage, 2, share(id, |sharing| sharing.no_longer_user = Some(2)))), 6104);
    assert_eq!(code(&ask(&storage, 2, share(id, |sharing| sharing.no_longer_group = Some(GROUP)))), 6103);
    assert_eq!(ask(&storage, 4, share(id, |sharing| sharing.no_longer_group = Some(GROUP))), Outcome::Done);
    assert_eq!(code(&ask(&storage, 4, download(Kind::Attachment, id))), 6107);
    assert_eq!(ask(&storage, 1, share(id, |sharing| sharing.no_longer_user = Some(2))), Outcome::Done);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 6107);
}

#[test]
fn a_file_is_shared_with_so_many() {
    let storage = storage_with(r#"{"attachments": {"max_shares": 1}}"#);
    let id = attached(&storage, 1, Some(2));
    directory::testing::add_relationship(3, 1, false);
    assert_eq!(code(&ask(&storage, 1, share(id, |sharing| sharing.user = Some(3)))), 1102);
    assert_eq!(ask(&storage, 1, share(id, |sharing| sharing.user = Some(2))), Outcome::Done, "with them already");
    // Another has taken the last place in between.
    let before = Attachment { users: [].into(), ..Attachment::get(id).unwrap() };
    share_with(&storage, &before, Target::User(3)).unwrap_err();
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, id)), Outcome::Done);
    share_with(&storage, &before, Target::User(3)).unwrap_err();
    let left = ["to/", "with/"].map(|of| kv::list_keys(of, None, 9).unwrap());
    assert_eq!(left, [const { Vec::<String>::new() }; 2], "nothing leads there");
}

#[test]
fn it_is_deleted_by_whom_it_belongs_to() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    assert_eq!(code(&ask(&storage, 2, delete(Kind::Attachment, id))), 6106);
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, id)), Outcome::Done);
    assert_eq!(code(&ask(&storage, 1, delete(Kind::Attachment, id))), 1302);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0]);

    let id = attached(&storage, 2, Some(-GROUP));
    assert_eq!(code(&ask(&storage, 3, delete(Kind::Attachment, id))), 6105);
    assert_eq!(ask(&storage, 4, delete(Kind::Attachment, id)), Outcome::Done);
    [4, 21, 91, 302, 1202].into_iter().for_each(|seconds| after(&storage, seconds));
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0], "nothing is left of them");
    assert_eq!(told().len(), 4);
}

#[test]
fn a_deletion_that_is_cut_short_is_done_again() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    set_unavailable(true);
    assert_eq!(code(&ask(&storage, 1, delete(Kind::Attachment, id))), 1201);
    set_unavailable(false);
    assert_eq!(ids(ask(&storage, 1, query(|_| {}))), [id], "whoever asked finds it");
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, id)), Outcome::Done);
    let by_itself = attached(&storage, 1, Some(2));
    objects::delete(ATTACHMENTS, &by_itself.to_string()).unwrap();
    [21, 91, 302, 1202].into_iter().for_each(|seconds| after(&storage, seconds));
    assert_eq!(told(), [id, -id, by_itself, -by_itself]);
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0], "nothing is left of them");
}

#[test]
fn a_manager_deletes_nothing_that_others_have_as_well() {
    let storage = storage();
    let id = attached(&storage, 1, Some(-GROUP));
    assert_eq!(ask(&storage, 1, share(id, |sharing| sharing.user = Some(2))), Outcome::Done);
    assert_eq!(ask(&storage, 4, delete(Kind::Attachment, id)), Outcome::Done);
    assert_eq!(code(&ask(&storage, 4, download(Kind::Attachment, id))), 6107, "it is gone from the group");
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
}

#[test]
fn what_is_not_what_was_announced_is_removed() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 5}}"#);
    for (bytes, media_type) in [("123456", "text/plain"), ("1234", "text/html")] {
        let id = begun(&storage, 1, Some(2));
        objects_testing::upload(ATTACHMENTS, &id.to_string(), bytes, media_type);
        assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
        assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0]);
        after(&storage, 4);
    }
    assert_eq!(told(), [0; 0]);
}

#[test]
fn what_is_replaced_after_it_was_checked_is_removed() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "other", "text/plain");
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0]);
    assert_eq!(told(), [id, -id]);
}

#[test]
fn what_is_replaced_or_comes_after_its_end_does_not_stay() {
    let storage = storage();
    let (replaced, deleted) = (attached(&storage, 1, None), attached(&storage, 1, None));
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, deleted)), Outcome::Done);
    for id in [replaced, deleted] {
        objects_testing::upload(ATTACHMENTS, &id.to_string(), "another", "text/plain");
    }
    after(&storage, 302);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0]);
    assert_eq!(crate::usage::Usage::of(1).unwrap().bytes, 0);
}

#[test]
fn a_long_name_is_one_to_download_by() {
    let storage = storage();
    let name = "é".repeat(255);
    let media_type = Some("text/plain".to_owned());
    let upload = Upload { kind: Kind::Attachment, id: None, name: Some(name.clone()), media_type };
    let id = field(&fields(ask(&storage, 1, Request::Upload(upload))), "id").parse().unwrap();
    objects_testing::upload(ATTACHMENTS, &format!("{id}"), "bytes", "text/plain");
    let url = field(&fields(ask(&storage, 1, download(Kind::Attachment, id))), "url");
    assert!(url.ends_with(&name), "{url}");
}

#[test]
fn what_is_never_uploaded_is_forgotten() {
    let storage = storage();
    let id = begun(&storage, 1, Some(2));
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 1302);
    let rounds = || kv::list_keys("due/", None, 9).unwrap().len();
    for seconds in [4, 21, 91, 302] {
        after(&storage, seconds);
        assert_eq!(rounds(), 1, "{seconds}");
    }
    // The server ends uploads ten minutes after their forms.
    after(&storage, 1190);
    assert!(Attachment::find(id).unwrap().is_some(), "an upload may be under way");
    after(&storage, 1201);
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0], "nothing is left of it");
}

#[test]
fn what_has_come_is_looked_at_again_when_its_form_is_over() {
    let storage = storage();
    objects::ensure_bucket(ATTACHMENTS, objects::Access::Private).unwrap();
    let id = begun(&storage, 1, None);
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    let looks = |seconds| {
        let before = objects_testing::calls("head");
        after(&storage, seconds);
        objects_testing::calls("head") - before
    };
    assert_eq!([4, 21, 91, 302, 303, 1202].map(looks), [1, 0, 0, 1, 0, 1]);
    fields(ask(&storage, 1, download(Kind::Attachment, id)));
}

#[test]
fn each_look_comes_whenever_the_form_is_over() {
    let storage = storage_with(r#"{"upload_seconds": 89}"#);
    begun(&storage, 1, None);
    let rounds = || kv::list_keys("due/", None, 9).unwrap().len();
    for seconds in [4, 21, 91, 92, 93] {
        after(&storage, seconds);
        assert_eq!(rounds(), 1, "{seconds}");
    }
    after(&storage, 991);
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0], "nothing is left of it");
}

#[test]
fn everything_that_is_due_is_looked_at() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 1, "max_pending_per_user": 100}}"#);
    for user in 1..=3 {
        for _ in 0..90 {
            begun(&storage, user, None);
        }
    }
    after(&storage, 4);
    let due = kv::list_keys("due/", None, 1000).unwrap();
    assert!(due.len() == 270 && due.iter().all(|key| key.contains("/1/")), "{due:?}");
}

#[test]
fn a_store_that_is_away_is_waited_for() {
    let storage = storage();
    let away = Error::Unavailable("connection refused".to_owned());
    objects_testing::fail(Some(away.clone()));
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::UserPicture, None))), 1201);
    objects_testing::fail(None);
    assert_eq!(crate::usage::Usage::of(1).unwrap().open(0), (0, 0), "nothing is reserved for what cannot be");
    let id = attached(&storage, 1, None);
    let late = begun(&storage, 1, None);
    objects_testing::fail(Some(away));
    assert_eq!(code(&ask(&storage, 1, download(Kind::Attachment, id))), 1201);
    after(&storage, 4);
    let due = kv::list_keys("due/", None, 9).unwrap();
    assert!(due.iter().any(|key| key.ends_with(&late.to_string())), "it is tried again: {due:?}");
    objects_testing::fail(None);
    fields(ask(&storage, 1, download(Kind::Attachment, id)));
}
