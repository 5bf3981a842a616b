//! What there may be to be known of one user's files: nobody is to fill the store of all.

use talaria_sdk::kv::testing::bytes;
use talaria_sdk::message_expired::Expiry;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::resource_storage::{Outcome, Request, Upload};
use talaria_sdk::resources::Kind;
use talaria_sdk::{Context, Denial, Target, directory, kv};

use super::{
    ATTACHMENTS, GROUP, after, ask, attached, code, delete, download, field, fields, message, share, storage,
    storage_with, upload,
};
use crate::Storage;
use crate::attachments::Attachment;
use crate::usage::{Kept, Usage, recount};

fn sent(storage: &Storage, id: i64, sender: i64, target: Target, attachment: i64) {
    let message = message(id, sender, target, &format!("attachment:{attachment}"));
    storage.message_persisted(&Context::default(), &[message]).unwrap();
}

fn recalled(storage: &Storage, id: i64) {
    let message = RecalledMessage { id, sender: 1, target: Target::User(2), date: 0 };
    storage.message_recalled(&Context::default(), &[message]).unwrap();
}

fn shares() -> i64 {
    Usage::of(1).unwrap().shares
}

fn references(user: i64) -> u64 {
    Usage::of(user).unwrap().references
}

/// What is left long after.
fn keys(storage: &Storage) -> Vec<String> {
    [21, 91, 302, 1202, 1270].into_iter().for_each(|seconds| after(storage, seconds));
    kv::list_keys("", None, 99).unwrap()
}

#[test]
fn all_files_of_a_user_are_shared_with_so_many() {
    let storage = storage_with(r#"{"attachments": {"max_shares_per_user": 3}}"#);
    directory::testing::add_relationship(3, 1, false);
    let (one, two) = (attached(&storage, 1, Some(2)), attached(&storage, 1, Some(-GROUP)));
    assert_eq!(ask(&storage, 1, share(one, |sharing| sharing.group = Some(GROUP))), Outcome::Done);
    for _ in 0..2 {
        assert_eq!(ask(&storage, 1, share(one, |sharing| sharing.user = Some(2))), Outcome::Done, "it is already");
    }
    assert_eq!(shares(), 3);
    let refused = [
        ask(&storage, 1, share(one, |sharing| sharing.user = Some(3))),
        ask(&storage, 1, upload(Kind::Attachment, Some(3))),
    ];
    for outcome in refused {
        let Outcome::Deny(Denial { code: 26_000, text }) = outcome else { panic!("{outcome:?}") };
        assert!(text.starts_with("your files may be shared 3 times"), "{text}");
    }
    let alone = attached(&storage, 1, None);
    sent(&storage, 50, 1, Target::User(3), alone);
    assert_eq!(code(&ask(&storage, 3, download(Kind::Attachment, alone))), 6107, "a message shares no more either");
    assert_eq!(ask(&storage, 1, share(one, |sharing| sharing.no_longer_user = Some(2))), Outcome::Done);
    assert_eq!(ask(&storage, 1, share(one, |sharing| sharing.no_longer_user = Some(2))), Outcome::Done, "it is not");
    assert_eq!(shares(), 2);
    sent(&storage, 51, 1, Target::User(3), alone);
    fields(ask(&storage, 3, download(Kind::Attachment, alone)));
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, two)), Outcome::Done);
    assert_eq!(shares(), 2);
    [one, alone].into_iter().for_each(|id| assert_eq!(ask(&storage, 1, delete(Kind::Attachment, id)), Outcome::Done));
    assert_eq!(shares(), 0);
    [50, 51].into_iter().for_each(|id| recalled(&storage, id));
    assert_eq!(keys(&storage), ["gone/50", "gone/51"]);
}

#[test]
fn an_upload_that_never_comes_is_shared_with_nobody() {
    let storage = storage();
    super::begun(&storage, 1, Some(2));
    assert_eq!(shares(), 1);
    assert_eq!((keys(&storage), shares()), (vec![], 0));
}

#[test]
fn counting_anew_counts_shares_as_well() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    super::begun(&storage, 1, Some(-GROUP));
    crate::usage::share(1, 7).unwrap();
    let kept = || Ok([(id, Kept { size: Some(5), shares: 1 }), (id + 1, Kept { size: None, shares: 1 })].into());
    assert_eq!((recount(1, kept).unwrap().shares, shares()), (2, 2));
}

#[test]
fn messages_of_a_user_hold_so_many() {
    let storage = storage_with(r#"{"attachments": {"max_references_per_user": 2}}"#);
    let ids = [0; 3].map(|_| attached(&storage, 1, Some(2)));
    for (message, id) in (50..).zip(ids) {
        sent(&storage, message, 1, Target::User(2), id);
        // What is told again is nothing more.
        sent(&storage, message, 1, Target::User(2), id);
    }
    assert_eq!(references(1), 2);
    assert!(Attachment::get(ids[2]).unwrap().is_everywhere, "it stays until it is deleted");
    // Another who has it sends it as well, which is theirs.
    let theirs = [60, 61, 62];
    theirs.into_iter().zip(ids).for_each(|(message, id)| sent(&storage, message, 2, Target::User(1), id));
    assert_eq!((references(1), references(2)), (2, 2));
    for id in &ids[..2] {
        assert!(!Attachment::get(*id).unwrap().is_everywhere, "nobody has the files of others stay");
    }
    recalled(&storage, 50);
    assert_eq!(references(1), 1);
    storage.message_expired(&Context::default(), &[Expiry { below: 99, count: 9, date: 0 }]).unwrap();
    after(&storage, 1);
    assert_eq!((references(1), references(2)), (0, 0));
}

#[test]
fn what_an_edit_takes_out_is_held_no_more() {
    let storage = storage();
    let (one, two) = (attached(&storage, 1, None), attached(&storage, 1, None));
    let edit = |text: String| {
        storage.message_edited(&Context::default(), &[message(50, 1, Target::User(2), &text)]).unwrap();
        references(1)
    };
    assert_eq!(edit(format!("attachment:{one} attachment:{two}")), 2);
    assert_eq!(edit(format!("attachment:{two}")), 1);
    assert_eq!(edit("nothing".to_owned()), 0);
}

/// As the README has it: how much of `kv` what takes.
#[test]
fn what_is_known_takes_as_much_as_is_said() {
    let storage = storage_with(r#"{"attachments": {"max_shares": 1000}}"#);
    // Ids are as long as they get.
    let (user, group) = (i64::MAX - 1, i64::MAX - 2);
    directory::testing::add_user(user, "somebody");
    let mut before = bytes();
    let mut took = || {
        let took = bytes().abs_diff(before);
        before = bytes();
        took
    };
    let begin = |name: String, media_type: &str| {
        let upload =
            Upload { kind: Kind::Attachment, id: None, name: Some(name), media_type: Some(media_type.to_owned()) };
        let id = field(&fields(ask(&storage, user, Request::Upload(upload))), "id").parse::<i64>().unwrap();
        objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", media_type);
        id
    };
    let id = begin("IMG_20250101_120000.jpg".to_owned(), "image/jpeg");
    let open = took();
    [4, 21, 91, 302, 1202].into_iter().for_each(|seconds| after(&storage, seconds));
    let usage = kv::get(&format!("usage/{user}")).unwrap().unwrap().len() + 26;
    let file = open.abs_diff(took()) - usage;
    begin("𝄞".repeat(255), &format!("a/{}", "b".repeat(253)));
    [4, 21, 91, 302, 1202].into_iter().for_each(|seconds| after(&storage, seconds));
    let longest = took();
    let with = |target| {
        crate::attachments::share_with(&storage, &Attachment::get(id).unwrap(), target).unwrap();
    };
    (0..10).for_each(|other| with(Target::User(i64::MAX - 10 - other)));
    let user_share = took() / 10;
    (0..10).for_each(|other| with(Target::Group(group - 10 - other)));
    let group_share = took() / 10;
    (0..10).for_each(|message| sent(&storage, i64::MAX - 100 + message, user, Target::User(i64::MAX - 10), id));
    let reference = took() / 10;
    for (what, took, said) in [
        ("an attachment", file, 360),
        ("its form", open - file, 340),
        ("the longest", longest, 1700),
        ("a user", user_share, 130),
        ("a group", group_share, 65),
        ("a message", reference, 175),
    ] {
        assert!(took <= said + 5 && took + 100 >= said, "{what}: {took}");
    }
}
