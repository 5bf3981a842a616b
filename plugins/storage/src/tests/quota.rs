//! What is counted of a user, wherever a call is cut short and whatever others do at the same time.

use talaria_sdk::http_handle::Request as HttpRequest;
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::resource_storage::Outcome;
use talaria_sdk::resources::Kind;
use talaria_sdk::{Context, Denial, kv, metrics};

use super::{
    ATTACHMENTS, NOTHING, after, ask, attached, begun, code, delete, field, fields, reserve, storage, storage_with,
    told, upload,
};
use crate::attachments::{self, Attachment, Checked, State};
use crate::clock::Period;
use crate::usage::{self, Kept, Usage};
use crate::{Storage, clock};

const SMALL: &str = r#"{"attachments": {"max_bytes": 6, "max_bytes_per_user": 12}}"#;
/// Seconds after which a form can bring no more, and what was cut short is made good.
const OVER: [i64; 2] = [1202, 1270];

fn counted(user: i64) -> (u64, u64) {
    let usage = Usage::of(user).unwrap();
    (usage.files, usage.bytes)
}

fn put(id: i64, bytes: &str) {
    objects_testing::upload(ATTACHMENTS, &id.to_string(), bytes, "text/plain");
}

fn all_looks(storage: &Storage) {
    [4, 21, 91, 302].into_iter().chain(OVER).for_each(|seconds| after(storage, seconds));
}

#[test]
fn nobody_keeps_more_than_they_may() {
    let storage = storage_with(SMALL);
    let first = attached(&storage, 1, None);
    let policy = |outcome| field(&fields(outcome), "policy");
    assert_eq!(policy(ask(&storage, 1, upload(Kind::Attachment, None))), "300 text/plain 0-6", "5 of 12 are taken");
    assert_eq!(policy(ask(&storage, 1, upload(Kind::Attachment, None))), "300 text/plain 0-1", "6 are reserved");
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 26_000);
    fields(ask(&storage, 2, upload(Kind::Attachment, None)));
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, first)), Outcome::Done);
    assert_eq!(policy(ask(&storage, 1, upload(Kind::Attachment, None))), "300 text/plain 0-5");

    let storage = storage_with(r#"{"attachments": {"max_files_per_user": 1}}"#);
    attached(&storage, 4, None);
    assert_eq!(code(&ask(&storage, 4, upload(Kind::Attachment, None))), 26_000);

    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 1}}"#);
    begun(&storage, 3, None);
    assert_eq!(code(&ask(&storage, 3, upload(Kind::Attachment, None))), 26_000);
}

/// However an upload was done, its form brings as much again: that is bounded, and does not stay.
fn what_comes_again_is_bounded(is_done: fn(&Storage, i64)) {
    let storage = storage_with(SMALL);
    let mut forms = Vec::new();
    while let Outcome::Access(form) = ask(&storage, 1, upload(Kind::Attachment, None)) {
        let id = field(&form, "id").parse().unwrap();
        is_done(&storage, id);
        forms.push(id);
        assert!(forms.len() <= 20, "ten times as much as they may keep");
    }
    assert!(forms.len() > 10, "{forms:?}");
    forms.iter().for_each(|id| put(*id, "again!"));
    after(&storage, 302);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 26_000, "an upload may be under way");
    forms.iter().for_each(|id| put(*id, "again!"));
    all_looks(&storage);
    assert_eq!((counted(1), objects_testing::keys(ATTACHMENTS).len()), ((0, 0), 0));
    fields(ask(&storage, 1, upload(Kind::Attachment, None)));
}

#[test]
fn a_form_reserves_beyond_the_end_of_its_attachment() {
    what_comes_again_is_bounded(|storage, id| assert_eq!(ask(storage, 1, delete(Kind::Attachment, id)), Outcome::Done));
}

#[test]
fn a_form_reserves_beyond_its_first_upload() {
    what_comes_again_is_bounded(|storage, id| {
        put(id, "");
        after(storage, 4);
    });
}

#[test]
fn what_may_be_there_at_once_is_the_operators_to_say() {
    let most = |more: &str| {
        let storage =
            storage_with(&format!(r#"{{"attachments": {{"max_bytes": 6, "max_bytes_per_user": 12{more}}}}}"#));
        let begin = |id| reserve(1, id, clock::now_ms() + 1000, &storage.settings.attachments);
        let forms = (0..).take_while(|id| begin(*id).and_then(|_| usage::release(1, *id, NOTHING)).is_ok()).count();
        (0..100).for_each(|id| usage::cancel(1, id).unwrap());
        forms
    };
    assert_eq!((most(""), most(r#", "max_bytes_at_once_per_user": 30"#)), (20, 5));
}

#[test]
fn who_is_refused_is_told_what_helps() {
    let text = |outcome| {
        let Outcome::Deny(Denial { code: 26_000, text }) = outcome else { panic!("{outcome:?}") };
        text
    };
    let refused = |config: &str, user| {
        let storage = storage_with(config);
        begun(&storage, user, None);
        text(ask(&storage, user, upload(Kind::Attachment, None)))
    };
    assert_eq!(
        refused(r#"{"attachments": {"max_pending_per_user": 1}}"#, 1),
        "1 uploads are not finished: finish them, delete those that you no longer want, or wait 5 minutes"
    );
    assert_eq!(
        refused(r#"{"attachments": {"max_files_per_user": 1}}"#, 2),
        "you may keep 1 files: 0 are kept, and 1 uploads are not seen: delete those that you no longer want, which frees \
         what they have, or wait 20 minutes"
    );
    assert_eq!(
        refused(r#"{"attachments": {"max_bytes_per_user": 9}}"#, 3),
        "you may keep 9 bytes: 0 are kept, and 9 are reserved for uploads: delete those that you no longer want, which \
         frees what they have, or wait 20 minutes"
    );
    // Nothing comes by waiting where nothing is under way.
    let storage = storage_with(r#"{"attachments": {"max_bytes_per_user": 5}}"#);
    attached(&storage, 4, None);
    all_looks(&storage);
    let full = text(ask(&storage, 4, upload(Kind::Attachment, None)));
    assert!(full.ends_with("which frees what they have"), "{full}");
}

#[test]
fn who_has_uploaded_much_is_told_when_there_is_room_again() {
    let at_once = |bytes: u32| {
        let storage = storage_with(&format!(
            r#"{{"attachments": {{"max_bytes": 6, "max_bytes_per_user": 12, "max_bytes_at_once_per_user": {bytes}}}}}"#
        ));
        storage.settings.attachments
    };
    let one_byte = storage_with(r#"{"attachments": {"max_bytes": 1}}"#).settings.attachments;
    let now = clock::now_ms();
    for (id, minutes) in [(1, 9), (2, 1), (3, 3)] {
        let bounds = if id == 1 { &one_byte } else { &at_once(120) };
        reserve(1, id, now + minutes * 60_000 - 1, bounds).unwrap();
        usage::release(1, id, NOTHING).unwrap();
    }
    let refused = |bytes| Usage::of(1).unwrap().room(now, &at_once(bytes)).unwrap_err().text();
    let wait = |minutes: u32| {
        format!("26000 too many uploads of late: try again in {minutes} minutes; deleting them frees nothing before")
    };
    assert_eq!((Usage::of(1).unwrap().again(), refused(18), refused(12)), (13, wait(16), wait(18)));
    assert_eq!(Usage::of(1).unwrap().room(now, &at_once(19)), Ok(6));
    for (id, until) in [(4, now - 1), (5, now + 120_000)] {
        reserve(2, id, until, &one_byte).unwrap();
    }
    let mut one_at_a_time = at_once(19);
    one_at_a_time.max_pending_per_user = 1;
    let pending = Usage::of(2).unwrap().room(now, &one_at_a_time).unwrap_err().text();
    assert!(pending.ends_with("or wait 2 minutes"), "the other can begin no more: {pending}");
    let late = Usage::of(1).unwrap().room(now + 3_600_000, &at_once(18)).unwrap_err().text();
    assert!(late.contains("in a minute"), "a look that is late: {late}");
}

#[test]
fn nobody_has_forms_without_end() {
    let storage = storage_with(r#"{"attachments": {"max_bytes": 1}}"#);
    let bounds = &storage.settings.attachments;
    for id in 0..500 {
        reserve(1, id, 0, bounds).unwrap();
        usage::release(1, id, NOTHING).unwrap();
    }
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 26_000);
}

#[test]
fn a_form_reserves_until_its_last_upload_is_seen() {
    let storage = storage_with(SMALL);
    let (late, never) = (begun(&storage, 1, None), begun(&storage, 1, None));
    let bounds = &storage.settings.attachments;
    let room = |seconds: i64| Usage::of(1).unwrap().room(clock::now_ms() + seconds * 1000, bounds);
    room(301).unwrap_err();
    assert_eq!(Usage::of(1).unwrap().open(clock::now_ms() + 301_000), (0, 12), "none of them begins any more");
    put(late, "123456");
    [4, 21, 91, 302].into_iter().for_each(|seconds| after(&storage, seconds));
    room(303).unwrap_err();
    all_looks(&storage);
    assert_eq!((counted(1), room(1202)), ((1, 6), Ok(6)));
    assert!(Attachment::find(never).unwrap().is_none());
}

#[test]
fn what_is_deleted_while_it_is_looked_at_is_not_counted() {
    let storage = storage();
    attached(&storage, 1, None);
    let id = begun(&storage, 1, None);
    told();
    for has_form in [true, false] {
        let found = Attachment::get(id).unwrap();
        if !has_form {
            usage::cancel(1, id).unwrap();
        }
        assert_eq!(ask(&storage, 1, delete(Kind::Attachment, id)), Outcome::Done);
        put(id, "bytes");
        assert_eq!(attachments::check(&storage, found.clone(), Period::ENDLESS).unwrap(), Checked::Absent);
        assert_eq!((told(), counted(1)), (vec![id, -id], (1, 5)), "of which that of the other is nothing");
        found.insert().unwrap();
    }
}

#[test]
fn what_is_deleted_is_taken_off_as_it_was_counted() {
    let storage = storage();
    let (late, seen) = (attached(&storage, 1, None), begun(&storage, 1, None));
    // Recorded, and deleted before it is counted.
    Attachment::change(seen, |attachment| {
        attachment.state = State::Ready { size: 3, etag: "3".to_owned() };
        Ok(true)
    })
    .unwrap();
    assert_eq!((ask(&storage, 1, delete(Kind::Attachment, seen)), counted(1)), (Outcome::Done, (1, 5)));
    all_looks(&storage);
    assert_eq!((ask(&storage, 1, delete(Kind::Attachment, late)), counted(1)), (Outcome::Done, (0, 0)));
}

#[test]
fn what_is_counted_is_what_is_recorded() {
    let storage = storage();
    let id = begun(&storage, 1, None);
    let found = Attachment::get(id).unwrap();
    // One look finds a small file and gets no further than its record; another finds a larger one.
    Attachment::change(id, |attachment| {
        attachment.state = State::Ready { size: 1, etag: "1".to_owned() };
        Ok(true)
    })
    .unwrap();
    put(id, "larger");
    let Checked::Ready(ready) = attachments::check(&storage, found, Period::ENDLESS).unwrap() else {
        panic!("it is there")
    };
    assert_eq!((ready.size(), counted(1)), (Some(1), (1, 1)));
    attachments::count(&ready).unwrap();
    assert_eq!(counted(1), (1, 1), "once");
    assert_eq!(metrics::testing::values("uploaded_total", &[("kind", "attachment")]), [1.0]);
    after(&storage, 4);
    assert_eq!((Attachment::find(id).unwrap(), counted(1)), (None, (0, 0)), "it was replaced");
}

#[test]
fn what_was_cut_short_is_made_good_by_the_next_look() {
    let storage = storage();
    let (seen, removed) = (begun(&storage, 1, None), attached(&storage, 1, None));
    put(seen, "bytes");
    let etag = etag_of(seen);
    Attachment::change(seen, |attachment| {
        attachment.state = State::Ready { size: 5, etag: etag.clone() };
        Ok(true)
    })
    .unwrap();
    Attachment::remove(removed).unwrap();
    after(&storage, 21);
    assert_eq!(counted(1), (2, 10), "what is seen is counted");
    let form = reserve(1, 7, clock::now_ms(), &storage.settings.attachments).map(|_| 7).unwrap();
    let never = Attachment { id: form, created: clock::now_ms(), ..Attachment::get(seen).unwrap() };
    crate::due::begin(crate::due::Check::attachment(&never, clock::now_ms())).unwrap();
    all_looks(&storage);
    assert_eq!(counted(1), (1, 5), "and what is gone is not");
    assert_eq!((Usage::of(1).unwrap().open(0), Usage::of(1).unwrap().again()), ((0, 0), 0));
}

fn etag_of(id: i64) -> String {
    talaria_sdk::objects::head(ATTACHMENTS, &id.to_string()).unwrap().unwrap().etag
}

#[test]
fn counting_anew_takes_what_is_there() {
    let storage = storage();
    let recount = || {
        let request = HttpRequest::new("POST", "/usage/1/recount");
        assert_eq!(storage.http_handle(&Context::default(), &request).status, 200);
        counted(1)
    };
    let (one, two) = (attached(&storage, 1, None), attached(&storage, 1, None));
    all_looks(&storage);
    assert_eq!(counted(1), (2, 10));
    Attachment::remove(one).unwrap();
    assert_eq!(recount(), (1, 5));

    let three = attached(&storage, 1, None);
    // One that is not counted yet, and one that is gone and not taken off yet, are no matter of it.
    let four = begun(&storage, 1, None);
    Attachment::change(four, |attachment| {
        attachment.state = State::Ready { size: 5, etag: "5".to_owned() };
        Ok(true)
    })
    .unwrap();
    Attachment::remove(three).unwrap();
    assert_eq!(recount(), (1, 5));
    usage::release(1, three, Kept { size: Some(5), shares: 0 }).unwrap();
    usage::count(1, four, 5).unwrap();
    assert_eq!(counted(1), (2, 10));

    usage::recount(1, || {
        // What changes in between is counted as well.
        if Attachment::find(two).unwrap().is_some() {
            Attachment::remove(two).unwrap();
            usage::release(1, two, Kept { size: Some(5), shares: 0 }).unwrap();
        }
        let size = |id| Some((id, (&Attachment::find(id).ok()??).into()));
        Ok([two, four].into_iter().filter_map(size).collect())
    })
    .unwrap();
    assert_eq!(counted(1), (1, 5));
}

#[test]
fn what_cannot_be_read_is_not_nothing() {
    let storage = storage();
    attached(&storage, 1, None);
    kv::set("usage/1", r#"{"v":2,"record":{}}"#).unwrap();
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201);
    assert_eq!(kv::get("usage/1").unwrap().unwrap(), br#"{"v":2,"record":{}}"#);
    kv::set("due/0000000000000000001/something", "new").unwrap();
    after(&storage, 0);
    let due = kv::list_keys("due/", None, 9).unwrap();
    assert!(due.iter().any(|key| key.ends_with("/something")), "it waits for who understands it: {due:?}");
}
