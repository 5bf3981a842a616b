//! Invitations and requests to join.

use super::{NOW, insert_group, insert_users};
use crate::{
    model::{
        EnrolmentId, GroupId, Timestamp, UserId,
        approval::{RequestStatus, expiration},
        enrolment::{Enrolment, EnrolmentKind as Kind, EnrolmentLimits, EnrolmentScope as Scope, Settled, Settlement},
        group::{GroupVersion, MemberLimits, Role},
        user::UserVersion,
    },
    store::{Error, Store},
};

const GROUP: GroupId = GroupId(10);
const LIMITS: EnrolmentLimits = EnrolmentLimits { max_pending: 9, max_settled: 9 };

fn enrolment(id: i64, kind: Kind, sender: i64, candidate: i64, creation_date: Timestamp) -> Enrolment {
    Enrolment {
        id: EnrolmentId(id),
        kind,
        group: GROUP,
        sender: UserId(sender),
        candidate: UserId(candidate),
        content: format!("enrolment {id}"),
        status: RequestStatus::Pending,
        reason: None,
        responder: None,
        creation_date,
        expiration_date: expiration(creation_date, 30),
        settlement_date: None,
    }
}

async fn insert(store: &dyn Store, enrolment: Enrolment) {
    assert!(store.insert_enrolment(enrolment, LIMITS).await.unwrap());
}

async fn settle(store: &dyn Store, kind: Kind, id: i64, status: RequestStatus, size: u32) -> Settled {
    let limits = MemberLimits { size, joined: 1 };
    let settlement = Settlement { status, reason: Some("because".into()), responder: UserId(1), limits };
    store.settle_enrolment(kind, EnrolmentId(id), settlement, later(7)).await.unwrap()
}

async fn ids(store: &dyn Store, kind: Kind, scope: Scope) -> Vec<i64> {
    store.list_enrolments(kind, scope, 100).await.unwrap().iter().map(|it| it.id.0).collect()
}

fn later(milliseconds: i64) -> Timestamp {
    NOW.plus_millis(milliseconds)
}

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    insert_group(store, 10, &[1, 2]).await;
    let first = enrolment(20, Kind::Invitation, 1, 3, NOW);
    insert(store, first.clone()).await;
    insert(store, enrolment(21, Kind::Invitation, 2, 3, later(5))).await;
    insert(store, enrolment(22, Kind::JoinRequest, 3, 3, later(9))).await;
    assert_eq!(store.find_enrolment(Kind::Invitation, EnrolmentId(20)).await.unwrap(), Some(first));
    assert_eq!(store.find_enrolment(Kind::JoinRequest, EnrolmentId(20)).await.unwrap(), None, "of another kind");
    assert_eq!(ids(store, Kind::Invitation, Scope::OfGroup(GROUP)).await, [21, 20], "the newest first");
    assert_eq!(ids(store, Kind::JoinRequest, Scope::OfGroup(GROUP)).await, [22]);
    assert_eq!(ids(store, Kind::Invitation, Scope::SentBy(UserId(1))).await, [20]);
    assert_eq!(ids(store, Kind::Invitation, Scope::ReceivedBy(UserId(3))).await, [21, 20]);
    assert_eq!(ids(store, Kind::JoinRequest, Scope::SentBy(UserId(3))).await, [22]);
    assert_eq!(store.list_enrolments(Kind::Invitation, Scope::OfGroup(GROUP), 1).await.unwrap()[0].id.0, 21);
    let taken = store.insert_enrolment(enrolment(20, Kind::JoinRequest, 2, 2, NOW), LIMITS).await;
    assert!(matches!(taken, Err(Error::Conflict)), "{taken:?}");
}

pub(in crate::store) async fn those_of_a_sender_are_limited(store: &dyn Store) {
    insert_users(store, &[1, 3]).await;
    insert_group(store, 10, &[1]).await;
    let limits = EnrolmentLimits { max_pending: 1, max_settled: 1 };
    let send = async |id, kind| store.insert_enrolment(enrolment(id, kind, 1, 3, later(id)), limits).await.unwrap();
    assert!(send(20, Kind::Invitation).await);
    assert!(!send(21, Kind::Invitation).await);
    assert!(send(30, Kind::JoinRequest).await, "each kind by itself");
    for id in 20..23 {
        assert!(matches!(settle(store, Kind::Invitation, id, RequestStatus::Declined, 0).await, Settled::Done { .. }));
        assert!(send(id + 1, Kind::Invitation).await);
    }
    assert_eq!(ids(store, Kind::Invitation, Scope::SentBy(UserId(1))).await, [23, 22]);
    assert_eq!(ids(store, Kind::JoinRequest, Scope::SentBy(UserId(1))).await, [30]);
}

pub(in crate::store) async fn accepting_makes_a_member(store: &dyn Store) {
    insert_users(store, &[1, 3, 4]).await;
    insert_group(store, 10, &[1]).await;
    assert_eq!(store.list_member_ids(GROUP).await.unwrap().len(), 1);
    for (id, candidate) in [(20, 3), (21, 3), (22, 4)] {
        insert(store, enrolment(id, Kind::Invitation, 1, candidate, NOW)).await;
    }
    let accept = async |id, limit| settle(store, Kind::Invitation, id, RequestStatus::Accepted, limit).await;
    assert_eq!(accept(20, 1).await, Settled::Full);
    assert_eq!(accept(20, 2).await, Settled::Done { joined: true });
    assert_eq!(accept(20, 9).await, Settled::NotPending);
    assert_eq!(accept(21, 2).await, Settled::Done { joined: false }, "a member already");
    assert_eq!(accept(22, 2).await, Settled::Full);
    let full = store.find_enrolment(Kind::Invitation, EnrolmentId(22)).await.unwrap().unwrap();
    assert_eq!(full.status, RequestStatus::Pending);
    let member = store.find_member(GROUP, UserId(3)).await.unwrap().unwrap();
    assert_eq!((member.role, member.join_date), (Role::Member, later(7)));
    assert_eq!(store.list_member_ids(GROUP).await.unwrap().len(), 2);
    let settled = store.find_enrolment(Kind::Invitation, EnrolmentId(20)).await.unwrap().unwrap();
    assert_eq!((settled.status, settled.responder), (RequestStatus::Accepted, Some(UserId(1))));
    assert_eq!((settled.reason.as_deref(), settled.settlement_date), (Some("because"), Some(later(7))));
    assert_eq!(settle(store, Kind::JoinRequest, 22, RequestStatus::Declined, 0).await, Settled::NotPending);
}

pub(in crate::store) async fn who_is_in_too_many_groups_stays_out(store: &dyn Store) {
    insert_users(store, &[1, 3]).await;
    insert_group(store, 10, &[1]).await;
    insert_group(store, 11, &[3]).await;
    insert(store, enrolment(20, Kind::JoinRequest, 3, 3, NOW)).await;
    let accept = async || settle(store, Kind::JoinRequest, 20, RequestStatus::Accepted, 9).await;
    assert_eq!(accept().await, Settled::TooManyJoined);
    store.delete_group(GroupId(11), UserId(3), NOW).await.unwrap();
    assert_eq!(accept().await, Settled::Done { joined: true }, "it waited on");
}

pub(in crate::store) async fn a_deleted_group_takes_nobody(store: &dyn Store) {
    insert_users(store, &[1, 3]).await;
    insert_group(store, 10, &[1]).await;
    insert(store, enrolment(20, Kind::JoinRequest, 3, 3, NOW)).await;
    store.delete_group(GROUP, UserId(1), NOW).await.unwrap();
    assert_eq!(settle(store, Kind::JoinRequest, 20, RequestStatus::Accepted, 9).await, Settled::Full);
}

pub(in crate::store) async fn versions_follow_the_lists(store: &dyn Store) {
    insert_users(store, &[1, 3]).await;
    insert_group(store, 10, &[1]).await;
    let versions = async || {
        let group = async |version| store.find_group_version(GROUP, version).await.unwrap().unwrap();
        let user = async |id, version| store.find_user_version(UserId(id), version).await.unwrap().unwrap();
        [
            group(GroupVersion::Invitations).await,
            user(1, UserVersion::SentInvitations).await,
            user(3, UserVersion::ReceivedInvitations).await,
            group(GroupVersion::JoinRequests).await,
            user(3, UserVersion::JoinRequests).await,
        ]
    };
    let at_first = versions().await;
    insert(store, enrolment(20, Kind::Invitation, 1, 3, NOW)).await;
    let invited = versions().await;
    assert!(at_first.iter().zip(&invited).take(3).all(|(before, after)| before < after));
    assert_eq!(at_first[3..], invited[3..]);
    insert(store, enrolment(21, Kind::JoinRequest, 3, 3, NOW)).await;
    let asked = versions().await;
    assert_eq!(invited[..3], asked[..3]);
    assert!(invited.iter().zip(&asked).skip(3).all(|(before, after)| before < after));
    settle(store, Kind::Invitation, 20, RequestStatus::Declined, 0).await;
    settle(store, Kind::JoinRequest, 21, RequestStatus::Declined, 0).await;
    let settled = versions().await;
    assert!(asked.iter().zip(&settled).all(|(before, after)| before < after));
}

pub(in crate::store) async fn purging_takes_what_ended(store: &dyn Store) {
    insert_users(store, &[1, 3]).await;
    insert_group(store, 10, &[1]).await;
    for (id, date) in [(20, NOW), (21, NOW), (22, later(20 * 86_400_000))] {
        insert(store, enrolment(id, Kind::Invitation, 1, 3, date)).await;
    }
    insert(store, enrolment(30, Kind::JoinRequest, 3, 3, NOW)).await;
    settle(store, Kind::Invitation, 20, RequestStatus::Declined, 0).await;
    let purge = async |before, limit| store.purge_enrolments(Kind::Invitation, before, limit, NOW).await.unwrap();
    assert_eq!(purge(later(7), 9).await, 0, "settled at that very moment");
    assert_eq!(purge(later(31 * 86_400_000), 1).await, 1);
    assert_eq!(purge(later(31 * 86_400_000), 9).await, 1);
    assert_eq!(ids(store, Kind::Invitation, Scope::OfGroup(GROUP)).await, [22]);
    assert_eq!(ids(store, Kind::JoinRequest, Scope::OfGroup(GROUP)).await, [30]);
}
