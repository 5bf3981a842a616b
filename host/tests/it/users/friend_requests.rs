//! Friend requests, as both sides see them.

use talaria_client::proto::{
    CreateFriendRequestRequest, DeleteFriendRequestRequest, DeviceType, QueryFriendRequestsRequest,
    QueryRelatedUserIdsRequest, RequestStatus, ResponseAction, UpdateFriendRequestRequest,
    UserFriendRequestsWithVersion, turms_notification::data, turms_request::Kind,
};

use crate::support::{TestServer, Transport, User};

fn create(recipient_id: i64) -> CreateFriendRequestRequest {
    CreateFriendRequestRequest { recipient_id, content: "it is me".into(), ..Default::default() }
}

fn answer(request_id: i64, action: ResponseAction) -> UpdateFriendRequestRequest {
    UpdateFriendRequestRequest { request_id, response_action: action.into(), ..Default::default() }
}

fn query(are_sent_by_me: bool, last_updated_date: Option<i64>) -> Kind {
    let query = QueryFriendRequestsRequest { are_sent_by_me, last_updated_date, ..Default::default() };
    Kind::QueryFriendRequestsRequest(query)
}

async fn list(user: &User, sent: bool) -> UserFriendRequestsWithVersion {
    match user.request(query(sent, None)).await.data {
        Some(data::Kind::UserFriendRequestsWithVersion(found)) => found,
        other => panic!("{other:?}"),
    }
}

async fn told(user: &mut User) -> (Option<i64>, Kind) {
    let notification = user.next_notification().await;
    (notification.requester_id, notification.relayed_request.and_then(|relayed| relayed.kind).expect("a request"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_sent_told_answered_and_makes_friends() {
    let server = TestServer::start().await;
    let (mut six, mut seven) = (server.ws(6).await, server.tcp(7).await);
    let mut phone = server.user(Transport::Tcp, 6, DeviceType::Ios).await;
    let id = six.request(Kind::CreateFriendRequestRequest(create(7))).await.into_id().unwrap();
    let expected = (Some(6), Kind::CreateFriendRequestRequest(create(7)));
    assert_eq!(told(&mut seven).await, expected);
    assert_eq!(told(&mut phone).await, expected);
    assert_eq!(six.code(Kind::CreateFriendRequestRequest(create(7))).await, 2600);
    assert_eq!(six.code(Kind::CreateFriendRequestRequest(create(6))).await, 1102);

    let received = list(&seven, false).await;
    let [request] = &received.user_friend_requests[..] else { panic!("{received:?}") };
    assert_eq!((request.id, request.requester_id, request.recipient_id), (Some(id), Some(6), Some(7)));
    assert_eq!((request.content.as_deref(), request.request_status()), (Some("it is me"), RequestStatus::Pending));
    let lifetime = request.expiration_date.unwrap() - request.creation_date.unwrap();
    assert_eq!(lifetime, 30 * 24 * 60 * 60 * 1000);
    assert_eq!(seven.code(query(false, received.last_updated_date)).await, 1002);
    assert_eq!(seven.code(query(true, None)).await, 1001);

    let accept = answer(id, ResponseAction::Accept);
    assert_eq!(six.code(Kind::UpdateFriendRequestRequest(accept.clone())).await, 2606);
    assert_eq!(seven.code(Kind::UpdateFriendRequestRequest(accept.clone())).await, 1000);
    let expected = (Some(7), Kind::UpdateFriendRequestRequest(accept.clone()));
    assert_eq!(told(&mut six).await, expected);
    assert_eq!(told(&mut phone).await, expected);
    assert_eq!(seven.code(Kind::UpdateFriendRequestRequest(accept)).await, 2605);
    seven.hears_nothing().await;
    let sent = list(&six, true).await;
    assert_eq!(sent.user_friend_requests[0].request_status(), RequestStatus::Accepted);
    for (user, other) in [(&six, 7), (&seven, 6)] {
        let related = Kind::QueryRelatedUserIdsRequest(QueryRelatedUserIdsRequest::default());
        let Some(data::Kind::LongsWithVersion(ids)) = user.request(related).await.data else { panic!("no ids") };
        assert!(ids.longs.contains(&other), "{ids:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_taken_back_where_that_is_allowed() {
    let server = TestServer::builder().config(|config| config.friend_requests.allow_recall = true).start().await;
    let (six, mut seven) = (server.ws(6).await, server.tcp(7).await);
    let id = six.request(Kind::CreateFriendRequestRequest(create(7))).await.into_id().unwrap();
    told(&mut seven).await;
    let recall = DeleteFriendRequestRequest { request_id: id, ..Default::default() };
    assert_eq!(seven.code(Kind::DeleteFriendRequestRequest(recall.clone())).await, 2604);
    assert_eq!(six.code(Kind::DeleteFriendRequestRequest(recall.clone())).await, 1000);
    assert_eq!(told(&mut seven).await, (Some(6), Kind::DeleteFriendRequestRequest(recall.clone())));
    assert_eq!(six.code(Kind::DeleteFriendRequestRequest(recall)).await, 2602);
    let decline = answer(id, ResponseAction::Decline);
    assert_eq!(seven.code(Kind::UpdateFriendRequestRequest(decline)).await, 2605);
    let received = list(&seven, false).await;
    assert_eq!(received.user_friend_requests[0].request_status(), RequestStatus::Canceled);

    let server = TestServer::start().await;
    let recall = DeleteFriendRequestRequest { request_id: 1, ..Default::default() };
    assert_eq!(server.ws(6).await.code(Kind::DeleteFriendRequestRequest(recall)).await, 2603);
}
