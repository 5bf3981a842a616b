//! Each call of the plugin may fail, and it may be cut off at each: by a server that dies, or that has waited long
//! enough.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use talaria_sdk::http_handle;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::objects::{self, testing as objects_testing};
use talaria_sdk::resource_storage::{Outcome, Request};
use talaria_sdk::resources::Kind;
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, Message, Target, directory, kv};

use super::{ATTACHMENTS, GROUP, ask, delete, field, message, query, share, storage_with, told, upload};
use crate::attachments::{Attachment, Dates, List};
use crate::usage::{self, Kept, Usage};
use crate::{Storage, clock, due};

const USERS: &str = "user-profile-picture";

#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Fails,
    CutsOff,
    /// Another does all of this at that moment.
    Races(fn()),
}

/// Strikes at the call with this number, from now on. Answers how many there have been.
fn strike(fault: Fault, at: usize) -> Rc<Cell<usize>> {
    let calls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&calls);
    let is_now = Rc::new(move || -> bool {
        counted.set(counted.get() + 1);
        match fault {
            _ if counted.get() != at => false,
            Fault::Fails => true,
            Fault::CutsOff => resume_unwind(Box::new("cut off")),
            Fault::Races(another) => {
                another();
                false
            }
        }
    });
    let in_kv = Rc::clone(&is_now);
    kv::testing::set_fault(Some(Box::new(move || in_kv().then_some(kv::Error::Unavailable))));
    objects_testing::set_fault(Some(Box::new(move || {
        is_now().then(|| objects::Error::Unavailable("connection refused".to_owned()))
    })));
    calls
}

fn stop_striking() {
    kv::testing::set_fault(None);
    objects_testing::set_fault(None);
}

/// The plugin as it comes back after it was cut off.
fn again() -> Storage {
    directory::testing::add_relationship(3, 1, false);
    directory::testing::add_relationship(1, 3, false);
    storage_with(r#"{"attachments": {"grace_hours": 1}}"#)
}

/// None when it was cut off.
pub(super) fn asked(user: i64, request: Request) -> Option<Outcome> {
    catch_unwind(AssertUnwindSafe(|| ask(&again(), user, request))).ok()
}

pub(super) fn after(seconds: i64) {
    // What fails or is cut off is done by a later one.
    let _ = catch_unwind(AssertUnwindSafe(|| due::run(&again(), clock::now_ms() + seconds * 1000)));
}

/// Told until it is taken, as the server does.
pub(super) fn observed(tell: impl Fn(&Storage) -> Result<(), String>) {
    while !catch_unwind(AssertUnwindSafe(|| tell(&again()))).is_ok_and(|told| told.is_ok()) {}
}

/// And everybody looks at what they have.
pub(super) fn everything_that_is_due() {
    while let Some(first) = kv::list_keys("due/", None, 1).unwrap().pop() {
        let time = first.split('/').nth(1).unwrap().parse().unwrap();
        let _ = catch_unwind(|| due::run(&again(), time));
    }
    for (user, in_private) in [(1, None), (2, Some(true)), (3, Some(true)), (1, Some(false))] {
        super::infos(ask(&again(), user, query(|query| query.in_private_conversation = in_private)));
    }
    super::infos(ask(&again(), 3, query(|query| query.users = vec![1])));
    super::infos(ask(&again(), 2, query(|query| query.users = vec![1])));
}

/// Does it once for each call, in a world of its own.
fn for_each_call(scenario: impl Fn(&dyn Fn()) + Copy + Send + 'static, demand: fn()) {
    for fault in [Fault::Fails, Fault::CutsOff] {
        let calls = strike_at_each_call(fault, scenario, demand);
        assert!(calls > 10, "{fault:?}: nothing was struck");
    }
}

/// Answers how many calls there are.
pub(super) fn strike_at_each_call(
    fault: Fault,
    scenario: impl Fn(&dyn Fn()) + Copy + Send + 'static,
    demand: fn(),
) -> usize {
    for at in 1.. {
        let struck = std::thread::spawn(move || {
            let begun = Cell::new(None);
            scenario(&|| begun.set(Some(strike(fault, at))));
            stop_striking();
            demand();
            begun.take().is_some_and(|calls| calls.get() >= at)
        });
        if !struck.join().unwrap_or_else(|_| panic!("{fault:?} at call {at}")) {
            return at - 1;
        }
    }
    0
}

/// The id, if the client has got a form and posted it.
fn uploaded(with: Option<i64>) -> Option<i64> {
    let Some(Outcome::Access(form)) = asked(1, upload(Kind::Attachment, with)) else { return None };
    let id = field(&form, "id").parse().unwrap();
    objects_testing::upload(ATTACHMENTS, &format!("{id}"), "bytes", "text/plain");
    Some(id)
}

pub(super) fn of_one_to_two(id: i64) -> Message {
    message(50, 1, Target::User(2), &format!("attachment:{id}"))
}

/// An upload, looks at it, a share, a message and, as far as it goes, the end of it.
pub(super) fn life(begin: &dyn Fn()) -> Option<i64> {
    again();
    begin();
    let id = uploaded(Some(2));
    after(4);
    let id = id?;
    asked(1, share(id, |sharing| (sharing.user, sharing.group) = (Some(3), Some(GROUP))));
    asked(1, share(id, |sharing| sharing.no_longer_user = Some(2)));
    observed(|storage| storage.message_persisted(&Context::default(), &[of_one_to_two(id)]));
    Some(id)
}

pub(super) fn recalled() {
    recall(&[50, 51]);
}

fn recall(ids: &[i64]) {
    let messages: Vec<_> =
        ids.iter().map(|id| RecalledMessage { id: *id, sender: 1, target: Target::User(2), date: 0 }).collect();
    observed(|storage| storage.message_recalled(&Context::default(), &messages));
}

pub(super) fn nothing_is_left() {
    everything_that_is_due();
    for message in [50, 51] {
        let _ = kv::delete(&format!("gone/{message}"));
    }
    assert_eq!(kv::list_keys("", None, 99).unwrap(), [""; 0]);
    assert_eq!([ATTACHMENTS, USERS].map(objects_testing::keys), [const { Vec::<String>::new() }; 2]);
}

/// Each object has a record, each record its object and all that leads to it, and what is counted is what is there.
pub(super) fn what_is_left_is_whole() {
    everything_that_is_due();
    told();
    let records: Vec<_> = kv::list_keys("attachment/", None, 99).unwrap();
    let ids: Vec<_> = records.iter().map(|key| key.trim_start_matches("attachment/").to_owned()).collect();
    assert_eq!(objects_testing::keys(ATTACHMENTS), ids);
    let found: Vec<_> = ids.iter().map(|id| Attachment::get(id.parse().unwrap()).unwrap()).collect();
    let mut leading: Vec<_> = ["own/", "to/", "with/", "group/"]
        .into_iter()
        .flat_map(|prefix| kv::list_keys(prefix, None, 99).unwrap())
        .collect();
    for list in found.iter().flat_map(crate::attachments::index::entries) {
        let first = list.ids(Dates::default(), 9).unwrap();
        assert_eq!(first.len(), 1, "{list:?}");
        assert!(leading.pop().is_some());
    }
    assert_eq!(leading, [""; 0], "nothing leads nowhere");
    let usage = Usage::of(1).unwrap();
    let records = || Ok(found.iter().map(|attachment| (attachment.id, Kept::from(attachment))).collect());
    let anew = usage::recount(1, records).unwrap();
    assert_eq!((usage.files, usage.bytes, usage.open(0), usage.again()), (anew.files, anew.bytes, (0, 0), 0));
    assert!(usage.shares.abs_diff(anew.shares) <= 1, "{usage:?} {anew:?}");
    let messages = kv::list_keys("message/", None, 99).unwrap().len() as u64;
    assert_eq!(usage.references, messages, "each has one");
    assert!(List::Own(1).ids(Dates::default(), 9).unwrap().len() <= 1);
}

#[test]
fn a_life_that_is_cut_short_anywhere_leaves_what_is_whole() {
    for_each_call(
        |begin| {
            life(begin);
        },
        what_is_left_is_whole,
    );
}

#[test]
fn who_deletes_until_it_is_done_leaves_nothing() {
    for_each_call(
        |begin| {
            let Some(id) = life(begin) else { return };
            while !matches!(asked(1, delete(Kind::Attachment, id)), Some(Outcome::Done)) {
                // It is gone, and the answer was not.
                if Attachment::find(id).is_ok_and(|found| found.is_none()) {
                    break;
                }
            }
            recalled();
        },
        nothing_is_left,
    );
}

#[test]
fn a_deletion_after_the_last_look_is_whole_or_none() {
    for_each_call(
        |begin| {
            let Some(id) = life(&|| {}) else { panic!("nothing has struck") };
            everything_that_is_due();
            begin();
            asked(1, delete(Kind::Attachment, id));
        },
        what_is_left_is_whole_without_message,
    );
}

/// What a message has that is there is known by the message, not by the attachment.
fn what_is_left_is_whole_without_message() {
    recalled();
    everything_that_is_due();
    nothing_is_left();
}

#[test]
fn what_goes_with_its_message_goes() {
    for_each_call(
        |begin| {
            let Some(_) = life(&|| {}) else { panic!("nothing has struck") };
            everything_that_is_due();
            begin();
            recalled();
            (0..2 * 60 * 60).step_by(600).for_each(after);
        },
        nothing_is_left,
    );
}

#[test]
fn what_another_message_has_stays_and_is_counted_once() {
    for_each_call(
        |begin| {
            let Some(id) = life(&|| {}) else { panic!("nothing has struck") };
            everything_that_is_due();
            begin();
            let another = Message { id: 51, ..of_one_to_two(id) };
            observed(|storage| storage.message_persisted(&Context::default(), std::slice::from_ref(&another)));
            recall(&[50]);
        },
        || {
            what_is_left_is_whole();
            assert_eq!(kv::list_keys("message/", None, 9).unwrap().len(), 1);
        },
    );
}

#[test]
fn a_picture_goes_with_its_user() {
    for_each_call(
        |begin| {
            again();
            begin();
            for bytes in ["png", "another"] {
                if let Some(Outcome::Access(_)) = asked(1, upload(Kind::UserPicture, None)) {
                    objects_testing::upload(USERS, "1", bytes, "image/png");
                }
                after(4);
            }
            let date = clock::now_ms();
            observed(|storage| storage.user_deleted(&Context::default(), &[DeletedUser { user_id: 1, date }]));
        },
        nothing_is_left,
    );
}

#[test]
fn what_the_operator_erases_is_gone() {
    for_each_call(
        |begin| {
            let Some(_) = life(&|| {}) else { panic!("nothing has struck") };
            begin();
            let erase = http_handle::Request::new("DELETE", "/users/1/attachments");
            let mut is_taken = false;
            while !is_taken {
                let asked = catch_unwind(AssertUnwindSafe(|| again().http_handle(&Context::default(), &erase).status));
                is_taken = asked.is_ok_and(|status| status == 202);
            }
            after(4);
            recalled();
        },
        nothing_is_left,
    );
}
