//! Groups.

use super::{NOW, group, insert_group, insert_users, user_ids};
use crate::{
    model::{
        GroupId, GroupTypeId, QuestionId, Timestamp, UserId,
        enrolment::Question,
        group::{Admission, Group, GroupPatch, GroupVersion, MemberLimits, OwnershipLimits, Role},
        user::{User, UserVersion},
    },
    store::{Error, Store},
};

const ID: GroupId = GroupId(10);
const UNLIMITED: OwnershipLimits = OwnershipLimits { groups: None, groups_of_type: None };

async fn role(store: &dyn Store, user: i64) -> Option<Role> {
    store.find_member(ID, UserId(user)).await.unwrap().map(|member| member.role)
}

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    assert_eq!(store.find_group(ID).await.unwrap(), None);
    let full = Group { intro: Some("intro".into()), mute_end_date: Some(NOW), ..group(10, 1) };
    store.insert_group(full.clone(), vec![], UNLIMITED, u32::MAX).await.unwrap();
    assert_eq!(store.find_group(ID).await.unwrap().as_deref(), Some(&full));
    assert_eq!(store.find_group_version(ID, GroupVersion::Members).await.unwrap(), Some(NOW));
    assert_eq!(store.find_group_version(GroupId(11), GroupVersion::Members).await.unwrap(), None);
}

pub(in crate::store) async fn list_skips_deleted_and_unknown(store: &dyn Store) {
    for id in [10, 11] {
        insert_group(store, id, &[1]).await;
    }
    store.insert_group(Group { deletion_date: Some(NOW), ..group(12, 1) }, vec![], UNLIMITED, u32::MAX).await.unwrap();
    let listed = store.list_groups(&[12, 11, 99, 10, 11].map(GroupId)).await.unwrap();
    assert_eq!(listed.iter().map(|group| group.id.0).collect::<Vec<_>>(), [11, 10]);
}

pub(in crate::store) async fn id_is_taken_once(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    let member = super::member(10, 2, Role::Owner);
    assert!(matches!(store.insert_group(group(10, 2), vec![member], UNLIMITED, u32::MAX).await, Err(Error::Conflict)));
    assert_eq!(store.find_group(ID).await.unwrap().unwrap().owner, UserId(1));
    assert_eq!(&store.list_member_ids(ID).await.unwrap()[..], user_ids(&[1]));
}

pub(in crate::store) async fn transfer_makes_an_owner(store: &dyn Store) {
    insert_group(store, 10, &[1, 2]).await;
    assert_eq!((role(store, 1).await, role(store, 2).await), (Some(Role::Owner), Some(Role::Member)));
    assert!(store.find_group(ID).await.unwrap().is_some());
    assert!(store.transfer_group(ID, UserId(1), UserId(2), false, NOW).await.unwrap());
    assert_eq!((role(store, 1).await, role(store, 2).await), (Some(Role::Member), Some(Role::Owner)));
    assert_eq!(store.find_group(ID).await.unwrap().unwrap().owner, UserId(2));
    assert!(store.find_group_version(ID, GroupVersion::Members).await.unwrap().unwrap() > NOW);
}

pub(in crate::store) async fn transfer_and_quit(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 10, &[1, 2]).await;
    assert_eq!(store.list_member_ids(ID).await.unwrap().len(), 2);
    let before = store.find_user_version(UserId(1), UserVersion::JoinedGroups).await.unwrap();
    assert!(store.transfer_group(ID, UserId(1), UserId(2), true, NOW).await.unwrap());
    assert_eq!((role(store, 1).await, role(store, 2).await), (None, Some(Role::Owner)));
    assert_eq!(&store.list_member_ids(ID).await.unwrap()[..], user_ids(&[2]));
    assert!(store.list_joined_groups(UserId(1)).await.unwrap().is_empty());
    assert!(store.find_user_version(UserId(1), UserVersion::JoinedGroups).await.unwrap() > before);
}

pub(in crate::store) async fn transfer_checks_both(store: &dyn Store) {
    insert_group(store, 10, &[1, 2]).await;
    for (from, to) in [(1, 3), (3, 1), (2, 1), (1, 1)] {
        let done = store.transfer_group(ID, UserId(from), UserId(to), true, NOW).await.unwrap();
        assert!(!done, "{from} to {to}");
    }
    assert!(!store.transfer_group(GroupId(99), UserId(1), UserId(2), false, NOW).await.unwrap());
    assert_eq!((role(store, 1).await, role(store, 2).await), (Some(Role::Owner), Some(Role::Member)));
    assert_eq!(store.find_group_version(ID, GroupVersion::Members).await.unwrap(), Some(NOW));
}

pub(in crate::store) async fn limits_on_owners_hold(store: &dyn Store) {
    let of_type = |id: i64, type_id| Group { type_id: GroupTypeId(type_id), ..group(id, 1) };
    let own = async |id, type_id, limits| {
        let group = of_type(id, type_id);
        store.insert_group(group, vec![], limits, u32::MAX).await.unwrap() == Admission::Done
    };
    let limits = OwnershipLimits { groups: Some(3), groups_of_type: Some(2) };
    assert!(own(10, 0, limits).await);
    assert!(own(11, 0, limits).await);
    assert!(!own(12, 0, limits).await, "two of a type");
    assert!(own(12, 1, limits).await);
    assert!(!own(13, 2, limits).await, "three in all");
    assert_eq!(store.count_owned_groups(UserId(1), GroupTypeId(0)).await.unwrap(), (3, 2));
    assert_eq!(store.count_owned_groups(UserId(2), GroupTypeId(0)).await.unwrap(), (0, 0));
    assert!(own(13, 2, UNLIMITED).await);
}

pub(in crate::store) async fn update_changes_given_fields(store: &dyn Store) {
    let muted = Group { mute_end_date: Some(NOW), intro: Some("intro".into()), ..group(10, 1) };
    store.insert_group(muted.clone(), vec![], UNLIMITED, u32::MAX).await.unwrap();
    let later = Timestamp(NOW.0 + 5);
    let patch = GroupPatch { name: Some("new".into()), min_score: Some(7), ..GroupPatch::default() };
    assert!(store.update_group(ID, patch, later).await.unwrap());
    let changed = Group { name: "new".into(), min_score: 7, last_updated_date: later, ..muted };
    assert_eq!(store.find_group(ID).await.unwrap().as_deref(), Some(&changed));
    let patch = GroupPatch { mute_end_date: Some(None), type_id: Some(GroupTypeId(1)), ..GroupPatch::default() };
    assert!(store.update_group(ID, patch, NOW).await.unwrap());
    let found = store.find_group(ID).await.unwrap().unwrap();
    assert_eq!((found.mute_end_date, found.type_id), (None, GroupTypeId(1)));
    assert!(found.last_updated_date > later, "a date of change never goes back");
    assert!(!store.update_group(GroupId(99), GroupPatch::default(), NOW).await.unwrap());
}

pub(in crate::store) async fn delete_removes_the_members(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert_group(store, 10, &[1, 2]).await;
    let joined = async || store.find_user_version(UserId(2), UserVersion::JoinedGroups).await.unwrap();
    let before = joined().await;
    assert_eq!(store.delete_group(ID, UserId(2), NOW).await.unwrap(), None, "not the owner");
    assert_eq!(store.delete_group(ID, UserId(1), NOW).await.unwrap(), Some(user_ids(&[1, 2])));
    assert_eq!(store.delete_group(ID, UserId(1), NOW).await.unwrap(), None, "deleted already");
    assert!(!store.find_group(ID).await.unwrap().unwrap().is_active());
    assert!(store.list_member_ids(ID).await.unwrap().is_empty());
    assert!(store.list_joined_groups(UserId(2)).await.unwrap().is_empty());
    assert!(joined().await > before);
    assert_eq!(store.count_owned_groups(UserId(1), GroupTypeId(0)).await.unwrap(), (0, 0));
    assert!(!store.update_group(ID, GroupPatch::default(), NOW).await.unwrap());
}

/// The dates of one change after the other: each must be later than all before.
struct Changes<'a> {
    store: &'a dyn Store,
    last: Timestamp,
}

impl Changes<'_> {
    async fn note(&mut self, date: Timestamp, what: &str) {
        assert!(date > self.last, "{what}: {date:?} after {:?}", self.last);
        self.last = date;
        assert!(self.store.last_group_change().await.unwrap() >= date, "{what}: whoever reads now sees it");
    }

    async fn note_group(&mut self, id: i64, what: &str) {
        let group = self.store.find_group(GroupId(id)).await.unwrap().unwrap();
        self.note(group.last_updated_date, what).await;
    }

    async fn note_joined(&mut self, user: i64, what: &str) {
        let version = self.store.find_user_version(UserId(user), UserVersion::JoinedGroups).await.unwrap();
        self.note(version.unwrap(), what).await;
    }
}

pub(in crate::store) async fn each_change_is_dated_after_those_of_other_groups(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    insert_group(store, 10, &[1, 2]).await;
    insert_group(store, 11, &[1, 2]).await;
    let mut changes = Changes { store, last: NOW };
    let patch = || GroupPatch { name: Some("new".into()), ..GroupPatch::default() };
    assert!(store.update_group(GroupId(10), patch(), NOW.plus_millis(103)).await.unwrap());
    changes.note_group(10, "an update").await;
    // Whoever asked the clock before is late.
    assert!(store.update_group(GroupId(11), patch(), NOW.plus_millis(100)).await.unwrap());
    changes.note_group(11, "an update of another").await;
    assert!(store.transfer_group(GroupId(10), UserId(1), UserId(2), false, NOW).await.unwrap());
    changes.note_group(10, "a transfer").await;
    let limits = MemberLimits { size: 9, joined: 9 };
    let members = vec![super::member(10, 3, Role::Member)];
    assert_eq!(store.insert_members(GroupId(10), members, limits, NOW).await.unwrap(), Admission::Done);
    changes.note_joined(3, "a join").await;
    assert_eq!(store.delete_members(GroupId(11), &user_ids(&[2]), NOW).await.unwrap(), user_ids(&[2]));
    changes.note_joined(2, "a removal").await;
    insert_group(store, 12, &[3]).await;
    changes.note_joined(3, "a new group").await;
    assert!(store.transfer_group(GroupId(10), UserId(2), UserId(3), true, NOW).await.unwrap());
    changes.note_joined(2, "a transfer by who quits").await;
    assert!(store.delete_group(GroupId(11), UserId(1), NOW).await.unwrap().is_some());
    changes.note_joined(1, "a deletion").await;
    assert!(store.update_group(GroupId(12), patch(), NOW).await.unwrap());
    changes.note_group(12, "the last update").await;

    // Who has come at a later date than the clock shows by now.
    let later = changes.last.plus_millis(1000);
    store.insert_users(vec![User { registration_date: later, ..super::user(4) }]).await.unwrap();
    let members = vec![super::member(12, 4, Role::Member)];
    assert_eq!(store.insert_members(GroupId(12), members, limits, NOW).await.unwrap(), Admission::Done);
    changes.note_joined(4, "a join of who has just come").await;
    assert!(store.update_group(GroupId(12), patch(), NOW).await.unwrap());
    changes.note_group(12, "an update after it").await;
}

pub(in crate::store) async fn delete_takes_what_is_of_the_group_alone(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    for id in [10, 11] {
        insert_group(store, id, &[1, 2]).await;
        assert!(store.insert_group_blocked_user(GroupId(id), UserId(3), 10, NOW).await.unwrap());
        assert!(store.insert_questions(GroupId(id), vec![question(id, id)], 10, NOW).await.unwrap());
    }
    store.delete_group(ID, UserId(1), NOW).await.unwrap().unwrap();
    for (id, is_there) in [(10, false), (11, true)] {
        let group = GroupId(id);
        assert_eq!(store.list_group_blocked_users(group).await.unwrap(), user_ids(if is_there { &[3] } else { &[] }));
        assert_eq!(store.is_blocked_from_group(group, UserId(3)).await.unwrap(), is_there);
        assert_eq!(store.list_questions(group).await.unwrap().len(), usize::from(is_there));
        assert_eq!(store.find_question(QuestionId(id)).await.unwrap().is_some(), is_there);
        for version in [GroupVersion::Members, GroupVersion::BlockedUsers, GroupVersion::Questions] {
            assert_eq!(store.find_group_version(group, version).await.unwrap().is_some(), is_there, "{version:?}");
        }
        assert_eq!(store.insert_questions(group, vec![question(id + 10, id)], 10, NOW).await.unwrap(), is_there);
        assert_eq!(store.insert_group_blocked_user(group, UserId(2), 10, NOW).await.unwrap(), is_there);
    }
}

fn question(id: i64, group: i64) -> Question {
    let (question, answers) = ("who?".to_owned(), vec!["me".to_owned()]);
    Question { id: QuestionId(id), group: GroupId(group), question, answers, score: 1 }
}
