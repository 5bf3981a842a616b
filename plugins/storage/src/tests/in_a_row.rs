//! One upload after the other, faster than anybody looks at what has come.

use std::time::Duration;

use talaria_sdk::objects::{Error, testing as objects_testing};
use talaria_sdk::resource_storage::Outcome;
use talaria_sdk::resources::{Kind, testing as resources_testing};
use talaria_sdk::{Denial, kv, metrics};

use super::{
    ATTACHMENTS, NOTHING, after, ask, attached, begun, code, field, fields, reserve, storage, storage_with, told,
    upload,
};
use crate::Storage;
use crate::attachments::{self, Attachment, Checked, State};
use crate::clock::testing::{pass, pass_each_time};
use crate::clock::{self, Period};
use crate::refusal::Refusal;
use crate::usage::{self, Usage};

const MIB: u64 = 1024 * 1024;
const WHOLE: u64 = 100 * MIB;

fn put(id: i64, media_type: &str) {
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", media_type);
}

/// What its form takes, of a small file that is uploaded.
fn uploaded(storage: &Storage, user: i64) -> u64 {
    let form = fields(ask(storage, user, upload(Kind::Attachment, None)));
    put(field(&form, "id").parse().unwrap(), "text/plain");
    field(&form, "policy").rsplit_once('-').unwrap().1.parse().unwrap()
}

fn keeps(user: i64, bytes: u64) {
    kv::set(&format!("usage/{user}"), format!(r#"{{"v":1,"record":{{"files":1,"bytes":{bytes},"forms":{{}}}}}}"#))
        .unwrap();
}

fn refused(storage: &Storage, user: i64) -> String {
    let outcome = ask(storage, user, upload(Kind::Attachment, None));
    let Outcome::Deny(Denial { code: 26_000, text }) = outcome else { panic!("{outcome:?}") };
    text
}

#[test]
fn many_small_files_come_as_fast_as_they_can() {
    let storage = storage();
    let forms: Vec<_> = (0..500).map(|_| uploaded(&storage, 1)).collect();
    assert!(forms[..70].iter().all(|bytes| *bytes == WHOLE), "{forms:?}");
    assert!(forms.iter().all(|bytes| *bytes > 5 * MIB), "{forms:?}");
    let text = refused(&storage, 1);
    assert!(text.starts_with("too many uploads of late: try again in "), "{text}");
    let usage = Usage::of(1).unwrap();
    assert_eq!((usage.files, usage.bytes, told().len()), (500, 2500, 500));
}

#[test]
fn who_keeps_much_has_whole_forms_for_an_albums_pictures() {
    let storage = storage();
    keeps(1, 923 * MIB);
    assert!((0..60).all(|_| uploaded(&storage, 1) == WHOLE));
}

#[test]
fn what_may_be_there_at_once_is_enough_for_all_forms() {
    let bounds = |at_once: u64| {
        let limits = format!(r#"{{"attachments": {{"max_bytes_at_once_per_user": {}}}}}"#, at_once * MIB);
        storage_with(&limits).settings.attachments
    };
    for (user, kept, at_once, enough) in [(1, 923, 10_240, 500), (2, 0, 1024, 264)] {
        let bounds = bounds(at_once);
        keeps(user, kept * MIB);
        let begin = |id| {
            let bytes = reserve(user, id, clock::now_ms(), &bounds).ok().flatten()?;
            usage::release(user, id, NOTHING).unwrap();
            Some(bytes)
        };
        let forms: Vec<_> = (0..).map_while(begin).collect();
        assert!(forms.len() == enough && forms.iter().all(|bytes| *bytes >= MIB), "{user}: {forms:?}");
        let there = Usage::of(user).unwrap().again() + kept * MIB;
        assert!(there == forms.iter().sum::<u64>() + kept * MIB && there <= at_once * MIB, "{there}");
    }
}

#[test]
fn what_has_not_come_stays_reserved() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 2}}"#);
    let (first, second) = (begun(&storage, 1, None), begun(&storage, 1, None));
    let text = "2 uploads are not finished: finish them, delete those that you no longer want, or wait 5 minutes";
    assert_eq!([refused(&storage, 1), refused(&storage, 1)], [text, text]);
    assert_eq!(metrics::testing::values("denied_total", &[("code", "26000")]), [1.0, 1.0]);
    put(second, "text/plain");
    pass(1000);
    begun(&storage, 1, None);
    assert_eq!((told(), refused(&storage, 1).as_str()), (vec![second], text), "one at a time");
    // What is not what was announced has no room either.
    put(first, "text/html");
    pass(1000);
    begun(&storage, 1, None);
    assert_eq!((told(), Attachment::find(first).unwrap()), (vec![], None));
}

#[test]
fn a_form_is_cut_short_by_what_has_not_come_only() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 6, "max_bytes_per_user": 16}}"#);
    assert_eq!([(); 4].map(|()| uploaded(&storage, 1)), [6, 6, 6, 1], "each keeps 5");
}

#[test]
fn what_was_seen_and_not_counted_is_counted() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 1}}"#);
    let id = begun(&storage, 1, None);
    Attachment::change(id, |attachment| {
        attachment.state = State::Ready { size: 5, etag: "5".to_owned() };
        Ok(true)
    })
    .unwrap();
    begun(&storage, 1, None);
    assert_eq!(Usage::of(1).unwrap().bytes, 5);
}

#[test]
fn so_many_are_looked_at_and_for_so_long() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 6, "max_pending_per_user": 25}}"#);
    for _ in 0..25 {
        put(begun(&storage, 1, None), "text/plain");
    }
    let look = |time| {
        pass(1000);
        storage.look_at_uploads(1, time).unwrap();
        Usage::of(1).unwrap().files
    };
    let over = Period::from_now(Duration::ZERO);
    assert_eq!([look(over), look(Period::ENDLESS), look(Period::ENDLESS)], [0, 20, 25]);
}

#[test]
fn a_slow_store_keeps_nobody_from_an_answer() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 3}}"#);
    let ids = [0; 3].map(|_| begun(&storage, 1, None));
    ids.iter().for_each(|id| put(*id, "text/html"));
    let left = |ids: [i64; 3]| ids.map(|id| Attachment::find(id).unwrap().is_some());
    // Whoever reads the clock finds another 0.8 s gone: there is time for one look, and none to remove what it finds.
    pass_each_time(800);
    let refused = refused(&storage, 1);
    pass_each_time(0);
    assert!(refused.starts_with("3 uploads are not finished"), "{refused}");
    assert_eq!((left(ids), objects_testing::keys(ATTACHMENTS).len()), ([true; 3], 3));
    pass(1000);
    begun(&storage, 1, None);
    assert_eq!((left(ids), told().len()), ([false; 3], 0));
}

#[test]
fn what_there_is_no_time_to_remove_is_left_to_the_next_look() {
    let storage = storage();
    let (other, replaced) = (begun(&storage, 1, None), attached(&storage, 1, None));
    put(other, "text/html");
    put(replaced, "text/plain");
    let other = || Attachment::get(other);
    let replaced = || Attachment::get(replaced);
    for (time, are_left) in [(Period::from_now(Duration::ZERO), true), (Period::ENDLESS, false)] {
        assert_eq!(attachments::check(&storage, other().unwrap(), time), Ok(Checked::Refused));
        assert_eq!(storage.is_as_checked(&replaced().unwrap(), time), Err(Refusal::not_found()));
        assert_eq!((other().is_ok(), replaced().is_ok()), (are_left, are_left));
    }
}

#[test]
fn who_asks_again_and_again_has_the_store_asked_once_a_second() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 1}}"#);
    let id = begun(&storage, 1, None);
    refused(&storage, 1);
    put(id, "text/plain");
    let kept = kv::get("usage/1").unwrap();
    pass(500);
    refused(&storage, 1);
    assert_eq!((told(), kv::get("usage/1").unwrap()), (vec![], kept), "nobody looks, and nothing is written");
    pass(500);
    // What finds something may be followed by another at once, as the forms have an end.
    let next = begun(&storage, 1, None);
    put(next, "text/plain");
    let last = begun(&storage, 1, None);
    assert_eq!(told(), [id, next]);
    refused(&storage, 1);
    put(last, "text/plain");
    refused(&storage, 1);
    pass(-3_600_000);
    begun(&storage, 1, None);
    assert_eq!(told(), [last], "a clock that is set back is nothing to wait for");
}

#[test]
fn each_upload_has_its_turn() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 6, "max_pending_per_user": 50}}"#);
    let _ = [0; 50].map(|_| begun(&storage, 1, None));
    let last = *Usage::of(1).unwrap().uncounted(clock::now_ms()).last().unwrap();
    put(last, "text/plain");
    for _ in 0..2 {
        refused(&storage, 1);
        pass(1000);
    }
    begun(&storage, 1, None);
    assert_eq!(told(), [last]);
}

#[test]
fn one_that_cannot_be_looked_at_does_not_keep_the_others_from_their_turn() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 2}}"#);
    let ids = [0; 2].map(|_| begun(&storage, 1, None));
    let first = Usage::of(1).unwrap().uncounted(clock::now_ms())[0];
    ids.iter().for_each(|id| put(*id, "text/plain"));
    resources_testing::set_unavailable(true);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201);
    resources_testing::set_unavailable(false);
    assert_eq!(Usage::of(1).unwrap().uncounted(clock::now_ms()).last(), Some(&first));
}

#[test]
fn a_round_leaves_no_record() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 1}}"#);
    begun(&storage, 1, None);
    refused(&storage, 1);
    [4, 21, 91, 302, 1202, 1270].into_iter().for_each(|seconds| after(&storage, seconds));
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0]);
}

#[test]
fn what_may_still_come_is_looked_at_first() {
    let bounds = storage().settings.attachments;
    let now = clock::now_ms();
    for (id, until) in [(1, now + 3), (2, now), (3, now + 1), (4, now + 2), (5, now - 1)] {
        reserve(1, id, until, &bounds).unwrap();
    }
    assert_eq!(reserve(1, 5, now, &bounds), Ok(None), "the id is taken");
    usage::count(1, 4, 5).unwrap();
    assert_eq!(Usage::of(1).unwrap().uncounted(now), [3, 1, 5, 2]);
}

#[test]
fn who_could_have_room_is_not_refused_when_the_store_is_away() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 1}}"#);
    let id = begun(&storage, 1, None);
    put(id, "text/plain");
    objects_testing::fail(Some(Error::Unavailable("away".into())));
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201);
    objects_testing::fail(None);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201, "nobody looks so soon");
    pass(1000);
    begun(&storage, 1, None);
}

#[test]
fn what_is_known_to_be_free_is_given_when_nobody_can_look() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 6, "max_bytes_per_user": 16}}"#);
    assert_eq!([0; 2].map(|_| uploaded(&storage, 1)), [6, 6]);
    resources_testing::set_unavailable(true);
    assert_eq!(uploaded(&storage, 1), 4);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201, "all of it is reserved");
    resources_testing::set_unavailable(false);
    pass(1000);
    assert_eq!(uploaded(&storage, 1), 1, "each keeps 5");
}

#[test]
fn who_asks_while_the_store_is_away_leaves_nothing_behind() {
    let storage = storage();
    objects_testing::fail(Some(Error::Unavailable("away".into())));
    (0..3).for_each(|_| assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201));
    assert_eq!(kv::list_keys("", None, 9).unwrap(), [""; 0]);
}
