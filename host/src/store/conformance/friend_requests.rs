//! Friend requests.

use super::{NOW, insert_users};
use crate::{
    model::{
        FriendRequestId, RelationshipGroupIndex, Timestamp, UserId,
        approval::{RequestStatus, expiration},
        friend_request::{
            FriendRequest, FriendRequestInsertion as Insertion, FriendRequestLimits, FriendRequestScope as Scope,
        },
        relationship::{RelationshipFilter, RelationshipPatch},
        user::UserVersion,
    },
    store::{Error, Store},
};

const ONE: UserId = UserId(1);
const TWO: UserId = UserId(2);
const LIMITS: FriendRequestLimits = FriendRequestLimits { allow_resend: false, max_pending: 9, max_settled: 9 };

fn request(id: i64, requester: i64, recipient: i64, creation_date: Timestamp) -> FriendRequest {
    FriendRequest {
        id: FriendRequestId(id),
        requester: UserId(requester),
        recipient: UserId(recipient),
        content: format!("request {id}"),
        status: RequestStatus::Pending,
        reason: None,
        creation_date,
        expiration_date: expiration(creation_date, 30),
        settlement_date: None,
    }
}

async fn insert(store: &dyn Store, request: FriendRequest) -> Insertion {
    store.insert_friend_request(request, LIMITS).await.unwrap()
}

async fn settle(store: &dyn Store, id: i64, status: RequestStatus, now: Timestamp) -> bool {
    store.settle_friend_request(FriendRequestId(id), status, Some("because".into()), now).await.unwrap()
}

async fn ids(store: &dyn Store, scope: Scope) -> Vec<i64> {
    store.list_friend_requests(scope, 100).await.unwrap().iter().map(|request| request.id.0).collect()
}

async fn versions(store: &dyn Store, user: UserId) -> (Timestamp, Timestamp) {
    let version = async |version| store.find_user_version(user, version).await.unwrap().unwrap();
    (version(UserVersion::SentFriendRequests).await, version(UserVersion::ReceivedFriendRequests).await)
}

fn later(milliseconds: i64) -> Timestamp {
    NOW.plus_millis(milliseconds)
}

pub(in crate::store) async fn insert_and_find(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    for (id, requester, recipient, date) in [(10, 1, 2, NOW), (11, 1, 3, later(5)), (12, 3, 2, later(9))] {
        assert_eq!(insert(store, request(id, requester, recipient, date)).await, Insertion::Inserted);
    }
    assert_eq!(store.find_friend_request(FriendRequestId(10)).await.unwrap(), Some(request(10, 1, 2, NOW)));
    assert_eq!(store.find_friend_request(FriendRequestId(9)).await.unwrap(), None);
    assert_eq!(ids(store, Scope::SentBy(ONE)).await, [11, 10], "the newest first");
    assert_eq!(ids(store, Scope::ReceivedBy(TWO)).await, [12, 10]);
    assert_eq!(ids(store, Scope::ReceivedBy(ONE)).await, [0; 0]);
    assert_eq!(store.list_friend_requests(Scope::SentBy(ONE), 1).await.unwrap()[0].id.0, 11);
    let taken = store.insert_friend_request(request(10, 2, 3, NOW), LIMITS).await;
    assert!(matches!(taken, Err(Error::Conflict)), "{taken:?}");
}

pub(in crate::store) async fn earlier_ones_stand_in_the_way(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    let resend = FriendRequestLimits { allow_resend: true, ..LIMITS };
    let again = async |id, date, limits| store.insert_friend_request(request(id, 1, 2, date), limits).await.unwrap();
    assert_eq!(again(10, NOW, LIMITS).await, Insertion::Inserted);
    assert_eq!(again(11, later(1), resend).await, Insertion::Exists, "it waits");
    assert_eq!(insert(store, request(12, 2, 1, later(1))).await, Insertion::Inserted, "the other way is another way");
    let expired = NOW.plus_days(30);
    assert_eq!(again(11, expired, LIMITS).await, Insertion::Exists, "an expired one too");
    assert_eq!(again(11, expired, resend).await, Insertion::Inserted);
    for (id, status) in [(11, RequestStatus::Declined), (13, RequestStatus::Ignored)] {
        assert!(settle(store, id, status, expired).await);
        assert_eq!(again(id + 2, expired, LIMITS).await, Insertion::Exists, "{status:?}");
        assert_eq!(again(id + 2, expired, resend).await, Insertion::Inserted, "{status:?}");
    }
}

pub(in crate::store) async fn settled_ones_free_the_way(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    for (id, status) in [(10, RequestStatus::Canceled), (11, RequestStatus::Accepted), (12, RequestStatus::Declined)] {
        assert_eq!(insert(store, request(id, 1, 2, NOW)).await, Insertion::Inserted, "{status:?}");
        assert!(settle(store, id, status, NOW).await);
    }
}

pub(in crate::store) async fn pending_ones_are_limited(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let limits = FriendRequestLimits { max_pending: 2, ..LIMITS };
    let send = async |id, date| store.insert_friend_request(request(id, 1, id, date), limits).await.unwrap();
    assert_eq!(send(10, NOW).await, Insertion::Inserted);
    assert_eq!(send(11, NOW).await, Insertion::Inserted);
    assert_eq!(send(12, NOW).await, Insertion::TooMany);
    assert!(settle(store, 10, RequestStatus::Declined, NOW).await);
    assert_eq!(send(12, NOW).await, Insertion::Inserted);
    assert_eq!(send(13, NOW).await, Insertion::TooMany);
    assert_eq!(send(13, NOW.plus_days(30)).await, Insertion::Inserted, "what expired waits no more");
}

pub(in crate::store) async fn settled_ones_are_limited(store: &dyn Store) {
    insert_users(store, &[1, 20]).await;
    let limits = FriendRequestLimits { max_settled: 2, ..LIMITS };
    let mut received = versions(store, UserId(20)).await.1;
    for id in 20..24 {
        let date = later(id);
        store.insert_friend_request(request(id, 1, id, date), limits).await.unwrap();
        assert!(settle(store, id, RequestStatus::Canceled, date).await);
        let after = versions(store, UserId(20)).await.1;
        assert_eq!(received < after, matches!(id, 20 | 23), "whoever has one less is told");
        received = after;
    }
    assert_eq!(ids(store, Scope::SentBy(ONE)).await, [23, 22, 21], "each insertion leaves two settled ones beside it");
}

pub(in crate::store) async fn one_answer_counts(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert(store, request(10, 1, 2, NOW)).await;
    let before = (versions(store, ONE).await, versions(store, TWO).await);
    assert!(settle(store, 10, RequestStatus::Declined, later(7)).await);
    let after = (versions(store, ONE).await, versions(store, TWO).await);
    assert!(before.0.0 < after.0.0 && before.1.1 < after.1.1, "both lists changed");
    assert_eq!((before.0.1, before.1.0), (after.0.1, after.1.0));
    assert!(!settle(store, 10, RequestStatus::Accepted, later(8)).await);
    assert!(!settle(store, 11, RequestStatus::Accepted, later(8)).await, "there is none");
    let found = store.find_friend_request(FriendRequestId(10)).await.unwrap().unwrap();
    assert_eq!((found.status, found.reason.as_deref()), (RequestStatus::Declined, Some("because")));
    assert_eq!(found.settlement_date, Some(later(7)));
    assert!(store.find_relationship(ONE, TWO).await.unwrap().is_none());
}

pub(in crate::store) async fn accepting_makes_friends(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    assert!(store.find_relationship(ONE, TWO).await.unwrap().is_none(), "and is kept as absent");
    insert(store, request(10, 1, 2, NOW)).await;
    assert!(settle(store, 10, RequestStatus::Accepted, later(7)).await);
    for (owner, related) in [(ONE, TWO), (TWO, ONE)] {
        let relationship = store.find_relationship(owner, related).await.unwrap().unwrap();
        assert_eq!((relationship.block_date, relationship.establishment_date), (None, later(7)));
        let default = vec![RelationshipGroupIndex::DEFAULT];
        let filter = RelationshipFilter { groups: Some(default), ..RelationshipFilter::default() };
        assert_eq!(store.list_relationships(owner, &filter).await.unwrap().len(), 1);
        let version = store.find_user_version(owner, UserVersion::Relationships).await.unwrap().unwrap();
        assert!(version >= later(7));
    }
}

pub(in crate::store) async fn accepting_ends_earlier_blocks_only(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    let block =
        |name: &str| RelationshipPatch { blocked: Some(true), name: Some(name.into()), ..RelationshipPatch::default() };
    for (owner, related) in [(1, 2), (2, 1), (3, 1)] {
        store.upsert_relationship(UserId(owner), UserId(related), block("kept"), NOW).await.unwrap();
    }
    insert(store, request(10, 1, 2, later(1))).await;
    insert(store, request(11, 1, 3, later(1))).await;
    store.upsert_relationship(ONE, UserId(3), block("later"), later(2)).await.unwrap();
    assert!(settle(store, 10, RequestStatus::Accepted, later(3)).await);
    assert!(settle(store, 11, RequestStatus::Accepted, later(3)).await);
    let held = async |owner, related| store.find_relationship(UserId(owner), UserId(related)).await.unwrap().unwrap();
    for (owner, related) in [(1, 2), (2, 1), (3, 1)] {
        let relationship = held(owner, related).await;
        assert_eq!((relationship.block_date, relationship.name.as_deref()), (None, Some("kept")), "{owner} {related}");
    }
    assert_eq!(held(1, 3).await.block_date, Some(later(2)), "the requester thought again");
}

pub(in crate::store) async fn purging_takes_what_ended(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    for id in 10..15 {
        insert(store, request(id, 1, id, later(id))).await;
    }
    settle(store, 10, RequestStatus::Declined, later(100)).await;
    settle(store, 11, RequestStatus::Canceled, later(200)).await;
    settle(store, 12, RequestStatus::Canceled, later(300)).await;
    let purge = async |before, limit| store.purge_friend_requests(before, limit, later(400)).await.unwrap();
    let before = versions(store, ONE).await.0;
    assert_eq!(purge(later(100), 9).await, 0, "not before its day");
    assert_eq!(versions(store, ONE).await.0, before);
    assert_eq!(purge(later(201), 1).await, 1);
    assert_eq!(purge(later(201), 9).await, 1);
    assert!(versions(store, ONE).await.0 > before);
    assert_eq!(ids(store, Scope::SentBy(ONE)).await, [14, 13, 12]);
    let expired = later(13).plus_days(30).plus_millis(1);
    assert_eq!(purge(expired, 9).await, 2, "a settled and an expired one");
    assert_eq!(ids(store, Scope::SentBy(ONE)).await, [14]);
}
