//! Who may ask whom to be a friend, and what becomes of it.

use std::sync::Arc;

use super::{ALICE, BOB, update};
use crate::{
    model::{
        FriendRequestId, Reply, Timestamp, UserId,
        approval::{RequestStatus, ResponseAction},
        command::{CreateFriendRequest, QueryFriendRequests, UpdateFriendRequest, UpdateRelationship},
        friend_request::FriendRequest,
        notification::Recipients,
    },
    services::{
        relationships::Error,
        testing::{NOW, World, assert_refused},
    },
};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn ask(recipient: UserId) -> CreateFriendRequest {
    CreateFriendRequest { recipient, content: "hello".into(), attributes: Vec::new() }
}

fn answer(id: FriendRequestId, action: ResponseAction) -> UpdateFriendRequest {
    UpdateFriendRequest { id, action: Some(action), reason: None, attributes: Vec::new() }
}

async fn asked(world: &World, requester: UserId, recipient: UserId) -> FriendRequestId {
    world.services.relationships.request_friend(requester, &ask(recipient)).await.unwrap().0
}

async fn list(world: &World, user: UserId, sent: bool) -> (Vec<FriendRequest>, Option<Timestamp>) {
    let query = QueryFriendRequests { sent, version: None };
    match world.services.relationships.query_friend_requests(user, query).await.unwrap() {
        Reply::FriendRequests { requests, version } => (requests, version),
        Reply::NoContent => (Vec::new(), None),
        other => panic!("{other:?}"),
    }
}

async fn are_friends(world: &World) -> bool {
    let held = async |owner, related| world.store.find_relationship(owner, related).await.unwrap().is_some();
    held(ALICE, BOB).await && held(BOB, ALICE).await
}

#[tokio::test]
async fn what_cannot_be_sent() {
    let world = World::with(|config| {
        config.friend_requests.max_content_length = 5;
        config.friend_requests.max_pending = 2;
    })
    .await;
    let relationships = &world.services.relationships;
    let long = CreateFriendRequest { content: "hello!".into(), ..ask(ALICE) };
    assert_refused!(relationships.request_friend(ALICE, &long).await, Error::TooLong { field: "content", max: 5 });
    assert_refused!(relationships.request_friend(ALICE, &ask(ALICE)).await, Error::WithOneself);
    assert_refused!(relationships.request_friend(ALICE, &ask(UserId(0))).await, Error::InvalidUser(_));
    let block = UpdateRelationship { blocked: Some(true), ..update(ALICE) };
    relationships.update(BOB, &block).await.unwrap();
    assert_refused!(relationships.request_friend(ALICE, &ask(BOB)).await, Error::BlockedByRecipient);
    relationships.update(BOB, &UpdateRelationship { blocked: Some(false), ..update(ALICE) }).await.unwrap();
    asked(&world, ALICE, BOB).await;
    assert_refused!(relationships.request_friend(ALICE, &ask(BOB)).await, Error::FriendRequestExists);
    asked(&world, ALICE, UserId(3)).await;
    let third = relationships.request_friend(ALICE, &ask(UserId(4))).await;
    assert_refused!(third, Error::TooManyFriendRequests { max: 2 });
    asked(&world, BOB, ALICE).await;
}

#[tokio::test]
async fn accepting_makes_both_relationships() {
    let world = World::new().await;
    let relationships = &world.services.relationships;
    let (id, told) = relationships.request_friend(ALICE, &ask(BOB)).await.unwrap();
    assert_eq!(told, Some(Recipients::User(BOB)));
    assert!(!are_friends(&world).await);
    let accept = UpdateFriendRequest { reason: Some("of course".into()), ..answer(id, ResponseAction::Accept) };
    assert_eq!(relationships.answer_friend_request(BOB, &accept).await.unwrap(), Some(Recipients::User(ALICE)));
    assert!(are_friends(&world).await);
    let sent = list(&world, ALICE, true).await.0;
    assert_eq!((sent[0].status, sent[0].reason.as_deref()), (RequestStatus::Accepted, Some("of course")));
    assert_refused!(relationships.answer_friend_request(BOB, &accept).await, Error::NotPendingToAnswer);
    asked(&world, ALICE, BOB).await;
}

#[tokio::test]
async fn friends_fit_into_the_limit_of_both() {
    let world = World::with(|config| config.relationships.max_relationships = 1).await;
    let relationships = &world.services.relationships;
    let (to_bob, to_carol) = (asked(&world, ALICE, BOB).await, asked(&world, ALICE, UserId(3)).await);
    let accept = async |user, id| relationships.answer_friend_request(user, &answer(id, ResponseAction::Accept)).await;
    accept(BOB, to_bob).await.unwrap();
    assert_refused!(accept(UserId(3), to_carol).await, Error::TooMany { max: 1 });
    let of_bob = asked(&world, UserId(4), BOB).await;
    assert_refused!(accept(BOB, of_bob).await, Error::TooMany { max: 1 });
    asked(&world, BOB, ALICE).await;
    let again = list(&world, ALICE, false).await.0[0].id;
    accept(ALICE, again).await.unwrap();
}

#[tokio::test]
async fn only_the_recipient_answers_and_in_time() {
    let world = World::with(|config| config.friend_requests.max_reason_length = 3).await;
    let relationships = &world.services.relationships;
    let id = asked(&world, ALICE, BOB).await;
    let accept = answer(id, ResponseAction::Accept);
    let unknown = UpdateFriendRequest { action: None, reason: Some("long".into()), ..accept.clone() };
    assert_refused!(relationships.answer_friend_request(ALICE, &unknown).await, Error::UnknownAction);
    let long = UpdateFriendRequest { reason: Some("long".into()), ..accept.clone() };
    let answered = relationships.answer_friend_request(ALICE, &long).await;
    assert_refused!(answered, Error::TooLong { field: "reason", max: 3 });
    for (user, id) in [(ALICE, id), (UserId(3), id), (BOB, FriendRequestId(1))] {
        let answered = relationships.answer_friend_request(user, &answer(id, ResponseAction::Accept)).await;
        assert_refused!(answered, Error::NotRecipientToAnswer);
    }
    world.clock.advance(30 * DAY);
    assert_refused!(relationships.answer_friend_request(BOB, &accept).await, Error::NotPendingToAnswer);
    assert!(!are_friends(&world).await);
    assert_eq!(list(&world, BOB, false).await.0[0].status, RequestStatus::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_answers_at_once_one_counts() {
    let world = World::new().await;
    let id = asked(&world, ALICE, BOB).await;
    let answers = (0..8).map(|number| {
        let services = Arc::clone(&world.services);
        let action = if number % 2 == 0 { ResponseAction::Accept } else { ResponseAction::Decline };
        async move { services.relationships.answer_friend_request(BOB, &answer(id, action)).await.is_ok() }
    });
    let counted = futures_util::future::join_all(answers).await.into_iter().filter(|counted| *counted).count();
    assert_eq!(counted, 1);
    let status = list(&world, ALICE, true).await.0[0].status;
    assert_eq!(are_friends(&world).await, status == RequestStatus::Accepted);
}

#[tokio::test]
async fn recalling_is_the_senders_if_it_is_allowed() {
    let world = World::new().await;
    let id = asked(&world, ALICE, BOB).await;
    assert_refused!(world.services.relationships.recall_friend_request(ALICE, id).await, Error::RecallDisabled);

    let world = World::with(|config| config.friend_requests.allow_recall = true).await;
    let relationships = &world.services.relationships;
    let id = asked(&world, ALICE, BOB).await;
    assert_refused!(relationships.recall_friend_request(BOB, id).await, Error::NotSenderToRecall);
    let unknown = relationships.recall_friend_request(ALICE, FriendRequestId(1)).await;
    assert_refused!(unknown, Error::NotSenderToRecall);
    assert_eq!(relationships.recall_friend_request(ALICE, id).await.unwrap(), Some(Recipients::User(BOB)));
    assert_refused!(relationships.recall_friend_request(ALICE, id).await, Error::NotPendingToRecall);
    let accept = relationships.answer_friend_request(BOB, &answer(id, ResponseAction::Accept)).await;
    assert_refused!(accept, Error::NotPendingToAnswer);
    let next = asked(&world, ALICE, BOB).await;
    world.clock.advance(30 * DAY);
    assert_refused!(relationships.recall_friend_request(ALICE, next).await, Error::NotPendingToRecall);
}

#[tokio::test]
async fn sending_again_is_a_matter_of_settings() {
    for allow_resend in [false, true] {
        let world = World::with(|config| config.friend_requests.allow_resend = allow_resend).await;
        let relationships = &world.services.relationships;
        let id = asked(&world, ALICE, BOB).await;
        relationships.answer_friend_request(BOB, &answer(id, ResponseAction::Decline)).await.unwrap();
        let again = relationships.request_friend(ALICE, &ask(BOB)).await;
        assert_eq!(again.is_ok(), allow_resend, "{again:?}");
    }
}

#[tokio::test]
async fn lists_have_versions_and_a_length() {
    let world = World::with(|config| {
        config.friend_requests.max_count = 2;
        config.friend_requests.lifetime_days = 0;
    })
    .await;
    let relationships = &world.services.relationships;
    assert_eq!(list(&world, ALICE, true).await.0, []);
    for recipient in [2, 3, 4] {
        asked(&world, ALICE, UserId(recipient)).await;
        world.clock.advance(1);
    }
    let (sent, version) = list(&world, ALICE, true).await;
    let recipients: Vec<_> = sent.iter().map(|request| request.recipient.0).collect();
    assert_eq!((recipients, sent[0].expiration_date), (vec![4, 3], None), "the newest first, and without end");
    assert_eq!(list(&world, ALICE, false).await.0, []);
    let query = QueryFriendRequests { sent: true, version };
    assert_eq!(relationships.query_friend_requests(ALICE, query).await.unwrap(), Reply::UpToDate);
    let (received, version) = list(&world, BOB, false).await;
    assert_eq!((received.len(), received[0].requester, received[0].creation_date), (1, ALICE, NOW));
    let id = received[0].id;
    relationships.answer_friend_request(BOB, &answer(id, ResponseAction::Ignore)).await.unwrap();
    for (user, query) in [(BOB, QueryFriendRequests { sent: false, version }), (ALICE, query)] {
        let reply = relationships.query_friend_requests(user, query).await.unwrap();
        assert!(matches!(reply, Reply::FriendRequests { .. }), "{user}: {reply:?}");
    }
}

#[tokio::test]
async fn old_ones_are_purged_when_the_operator_wants_it() {
    for (days, kept) in [(0, 2), (5, 1)] {
        let world = World::with(|config| config.friend_requests.purge_after_days = days).await;
        let relationships = &world.services.relationships;
        let id = asked(&world, ALICE, BOB).await;
        relationships.answer_friend_request(BOB, &answer(id, ResponseAction::Accept)).await.unwrap();
        asked(&world, ALICE, UserId(3)).await;
        assert_eq!(relationships.purge_friend_requests(10).await.unwrap(), 0);
        world.clock.advance(5 * DAY + 1);
        assert_eq!(world.services.purge(None).await.unwrap().records, 2 - kept);
        assert_eq!(list(&world, ALICE, true).await.0.len(), kept);
    }
}
