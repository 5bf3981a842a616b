//! Lists of attachments.

use std::collections::BTreeSet;

use talaria_sdk::objects::{Error, testing as objects_testing};
use talaria_sdk::resource_storage::Outcome;
use talaria_sdk::resources::Kind;
use talaria_sdk::{Target, directory, kv};

use crate::attachments::{Attachment, List, index};
use crate::clock::testing::pass_each_time;

use super::{ATTACHMENTS, GROUP, ask, attached, begun, code, delete, ids, infos, pause, query, share, storage, told};

/// What is uploaded within one moment has no order.
fn sorted<const N: usize>(mut ids: [i64; N]) -> [i64; N] {
    ids.sort_unstable();
    ids
}

#[test]
fn everybody_sees_their_own_and_what_is_for_them() {
    let storage = storage();
    let own = attached(&storage, 1, None);
    let to_two = attached(&storage, 1, Some(2));
    let from_two = attached(&storage, 2, Some(1));
    let in_group = attached(&storage, 2, Some(-GROUP));
    let list = |user, change: fn(&mut talaria_sdk::resource_storage::Query)| {
        let mut found = ids(ask(&storage, user, query(change)));
        found.sort_unstable();
        found
    };
    assert_eq!(list(1, |_| {}), sorted([own, to_two]));
    assert_eq!(list(2, |_| {}), sorted([from_two, in_group]));
    assert_eq!(list(3, |_| {}), [0; 0]);
    assert_eq!(list(1, |query| query.users = vec![2]), sorted([to_two, from_two]));
    assert_eq!(list(1, |query| (query.users, query.shared_by_me) = (vec![2], Some(true))), sorted([to_two]));
    assert_eq!(list(1, |query| (query.users, query.shared_by_me) = (vec![2], Some(false))), sorted([from_two]));
    assert_eq!(list(1, |query| query.in_private_conversation = Some(true)), sorted([to_two, from_two]));
    assert_eq!(list(1, |query| query.in_private_conversation = Some(false)), sorted([in_group]));
    assert_eq!(list(4, |query| query.groups = vec![GROUP]), sorted([in_group]));
    assert_eq!(list(4, |query| (query.groups, query.shared_by_me) = (vec![GROUP], Some(true))), [0; 0]);
    assert_eq!(
        list(1, |query| (query.users, query.groups) = (vec![2], vec![GROUP])),
        sorted([to_two, from_two, in_group])
    );
    assert_eq!(
        list(1, |query| (query.users, query.in_private_conversation) = (vec![2], Some(false))),
        sorted([in_group])
    );
    assert_eq!(code(&ask(&storage, 1, query(|query| query.users = vec![2, 3]))), 6130);
    assert_eq!(code(&ask(&storage, 3, query(|query| query.groups = vec![GROUP]))), 6131);
    assert_eq!(code(&ask(&storage, 1, query(|query| query.users = vec![2; 21]))), 1102);
}

#[test]
fn what_is_no_longer_shared_or_gone_is_in_no_list() {
    let storage = storage();
    let (one, two) = (attached(&storage, 1, Some(2)), attached(&storage, 1, Some(2)));
    assert_eq!(ask(&storage, 1, share(one, |sharing| sharing.no_longer_user = Some(2))), Outcome::Done);
    let shared = || ids(ask(&storage, 2, query(|query| query.users = vec![1])));
    assert_eq!(shared(), [two]);
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, two)), Outcome::Done);
    assert_eq!(shared(), [0; 0]);
}

#[test]
fn what_is_not_there_yet_is_in_no_list() {
    let storage = storage();
    let id = begun(&storage, 1, Some(2));
    let list = || ids(ask(&storage, 2, query(|query| query.users = vec![1])));
    assert_eq!(list(), [0; 0]);
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    assert_eq!(list(), [id], "the first who asks finds out");
    assert_eq!(told(), [id]);
    list();
    assert_eq!(told(), [0; 0]);
}

#[test]
fn a_slow_store_makes_a_list_shorter_for_a_while() {
    let storage = storage();
    for _ in 0..4 {
        let id = begun(&storage, 1, None);
        objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    }
    let list = || ids(ask(&storage, 1, query(|_| {}))).len();
    pass_each_time(1200);
    assert_eq!(list(), 2);
    pass_each_time(0);
    assert_eq!(list(), 4);
}

#[test]
fn what_somebody_has_seen_is_in_a_list_when_nobody_can_look() {
    let storage = storage();
    let (seen, late) = (attached(&storage, 1, None), begun(&storage, 1, None));
    objects_testing::upload(ATTACHMENTS, &late.to_string(), "bytes", "text/plain");
    objects_testing::fail(Some(Error::Unavailable("away".into())));
    let list = || ids(ask(&storage, 1, query(|_| {}))).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(list(), [seen].into());
    objects_testing::fail(None);
    assert_eq!(list(), [seen, late].into());
}

#[test]
fn dates_narrow_a_list_and_the_newest_come_first() {
    let storage = storage();
    let mut all: Vec<_> = (0..3)
        .map(|_| {
            let id = attached(&storage, 1, None);
            pause();
            id
        })
        .collect();
    all.reverse();
    let found = infos(ask(&storage, 1, query(|_| {})));
    assert_eq!(found.iter().map(|info| super::number(&info.id)).collect::<Vec<_>>(), all);
    assert_eq!((found[0].name.as_deref(), found[0].uploader), (Some("notes.txt"), 1));
    let middle = found[1].creation_date;
    let only = query(|query| (query.created_from, query.created_to) = (Some(middle), Some(middle)));
    assert_eq!(ids(ask(&storage, 1, only)), [all[1]]);
    let none = query(|query| (query.created_from, query.created_to) = (Some(i64::MAX), Some(i64::MIN)));
    assert_eq!(ids(ask(&storage, 1, none)), [0; 0]);
}

#[test]
fn ones_own_are_found_among_very_many_of_others() {
    let storage = storage();
    let own = attached(&storage, 1, Some(-GROUP));
    let of_another = Attachment { uploader: 2, ..Attachment::get(own).unwrap() };
    for newer in 1..=600 {
        assert!(Attachment { id: own + newer, ..of_another.clone() }.insert().unwrap());
        List::Group(GROUP).add(own + newer).unwrap();
    }
    let mine = query(|query| (query.groups, query.shared_by_me) = (vec![GROUP], Some(true)));
    assert_eq!(ids(ask(&storage, 1, mine)), [own]);
}

#[test]
fn what_leads_nowhere_goes_with_a_list() {
    let storage = storage();
    let id = attached(&storage, 1, Some(-GROUP));
    let strays = || kv::list_keys("group/", None, 99).unwrap().len() - 1;
    (0..25).for_each(|stray| List::Group(GROUP).add(id + 1 + stray).unwrap());
    let listed = || ids(ask(&storage, 1, query(|query| query.groups = vec![GROUP])));
    assert_eq!((listed(), strays(), listed(), strays()), (vec![id], 5, vec![id], 0));
    kv::set(&format!("attachment/{id}"), r#"{"v":2,"record":{}}"#).unwrap();
    assert_eq!((listed(), strays()), (vec![], 0), "what is not understood is not nothing");
}

#[test]
fn a_list_reads_so_many_and_the_newest() {
    let storage = storage();
    let (old, to_two) = (attached(&storage, 1, Some(-GROUP)), attached(&storage, 1, Some(2)));
    let groups: Vec<_> = (20..25).collect();
    for group in &groups {
        directory::testing::add_group(*group, 1, "group");
        // What leads nowhere any more.
        (0..500).for_each(|newer| List::Group(*group).add(i64::MAX - *group * 1000 - newer).unwrap());
    }
    let in_groups = |mut groups: Vec<i64>| {
        groups.push(GROUP);
        ids(ask(&storage, 1, query(|query| query.groups = groups)))
    };
    assert_eq!(in_groups(groups[..3].to_vec()), [old]);
    assert_eq!(in_groups(groups), [0; 0]);
    // Whoever sends much to somebody hides only what is older.
    (0..10_001).for_each(|id| index::entries_for(0, Target::User(2)).for_each(|list| list.add(id).unwrap()));
    assert_eq!(ids(ask(&storage, 2, query(|query| query.in_private_conversation = Some(true)))), [to_two]);
}
