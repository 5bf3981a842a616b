//! Two at a time: at every call of the one another does all of theirs.

use talaria_sdk::resources::Kind;
use talaria_sdk::{Context, kv};

use super::faults::{
    Fault, after, asked, everything_that_is_due, life, nothing_is_left, observed, of_one_to_two, recalled,
    strike_at_each_call, what_is_left_is_whole,
};
use super::{attached, delete, download, pause, query, share, storage};
use crate::attachments::List;
use crate::usage::Usage;

/// The one attachment that there is, if it is.
fn id() -> i64 {
    let records = kv::list_keys("attachment/", None, 9).unwrap();
    records.first().map_or(1, |key| key.trim_start_matches("attachment/").parse().unwrap())
}

fn deletes() {
    asked(1, delete(Kind::Attachment, id()));
}

fn shares() {
    asked(1, share(id(), |sharing| sharing.user = Some(2)));
}

fn takes_back() {
    asked(1, share(id(), |sharing| sharing.no_longer_user = Some(3)));
}

fn downloads() {
    asked(3, download(Kind::Attachment, id()));
}

fn looks() {
    [302, 1202, 1270].into_iter().for_each(after);
}

fn sends() {
    let again = talaria_sdk::Message { id: 51, ..of_one_to_two(id()) };
    observed(|storage| storage.message_persisted(&Context::default(), std::slice::from_ref(&again)));
}

/// Before the last look and after it.
fn race(one: fn(), another: fn(), demand: fn()) {
    for is_settled in [false, true] {
        for (one, another) in [(one, another), (another, one)] {
            let scenario = move |begin: &dyn Fn()| {
                life(&|| {});
                if is_settled {
                    everything_that_is_due();
                }
                begin();
                one();
            };
            assert!(strike_at_each_call(Fault::Races(another), scenario, demand) > 0);
        }
    }
}

fn nothing_is_left_without_messages() {
    recalled();
    nothing_is_left();
}

#[test]
fn what_is_deleted_is_gone_whatever_others_do() {
    for another in [deletes, shares, takes_back, downloads, looks, sends, recalled] {
        race(deletes, another, nothing_is_left_without_messages);
    }
}

#[test]
fn what_is_shared_is_found_whatever_others_do() {
    for another in [shares, takes_back, looks, sends] {
        race(shares, another, what_is_left_is_whole);
        race(takes_back, another, what_is_left_is_whole);
    }
}

#[test]
fn who_looks_at_what_another_looks_at_counts_it_once() {
    race(looks, looks, what_is_left_is_whole);
    race(looks, downloads, what_is_left_is_whole);
}

#[test]
fn what_is_shared_while_a_list_is_read_is_found() {
    let scenario = |begin: &dyn Fn()| {
        life(&|| {});
        everything_that_is_due();
        takes_back();
        // As who was cut short leaves it.
        List::With(3).add(id()).unwrap();
        begin();
        asked(3, query(|query| query.in_private_conversation = Some(true)));
    };
    let shares_again = || drop(asked(1, share(id(), |sharing| sharing.user = Some(3))));
    assert!(strike_at_each_call(Fault::Races(shares_again), scenario, what_is_left_is_whole) > 0);
}

#[test]
fn what_is_taken_back_and_deleted_is_counted_once() {
    for (one, another) in [(takes_back as fn(), deletes as fn()), (deletes, takes_back)] {
        let scenario = move |begin: &dyn Fn()| {
            life(&|| {});
            // Who keeps nothing has nothing counted.
            pause();
            attached(&storage(), 1, None);
            everything_that_is_due();
            begin();
            one();
        };
        let demand = || {
            // After the last call nothing strikes.
            if kv::list_keys("attachment/", None, 9).unwrap().len() == 2 {
                deletes();
            }
            assert_eq!(Usage::of(1).unwrap().shares, 0);
        };
        assert!(strike_at_each_call(Fault::Races(another), scenario, demand) > 0);
    }
}
