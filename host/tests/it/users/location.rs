//! Positions, over sockets.

use talaria_client::proto::{
    NearbyUser, QueryNearbyUsersRequest, UpdateUserLocationRequest, UpdateUserOnlineStatusRequest, UserLocation,
    UserStatus, turms_notification::data, turms_request::Kind,
};

use crate::support::{TestServer, User, eventually, request};

fn here() -> QueryNearbyUsersRequest {
    QueryNearbyUsersRequest { latitude: 10.0, longitude: 179.999, ..Default::default() }
}

fn move_to(latitude: f32, longitude: f32) -> Kind {
    Kind::UpdateUserLocationRequest(UpdateUserLocationRequest { latitude, longitude, ..Default::default() })
}

async fn near(user: &User, query: QueryNearbyUsersRequest) -> Vec<NearbyUser> {
    let answer = user.request(Kind::QueryNearbyUsersRequest(query)).await;
    match answer.data {
        Some(data::Kind::NearbyUsers(found)) => found.nearby_users,
        None if answer.code == 1001 => Vec::new(),
        other => panic!("{} {other:?}", answer.code),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_find_each_other_until_they_leave() {
    let server = TestServer::start().await;
    let (one, two, three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    assert_eq!(near(&one, here()).await, []);
    let details = [("place".to_owned(), "beach".to_owned())].into();
    let beach = UpdateUserLocationRequest { latitude: 10.0, longitude: -179.999, details, ..Default::default() };
    assert_eq!(two.code(Kind::UpdateUserLocationRequest(beach)).await, 1000);
    assert_eq!(three.code(move_to(10.1, 0.0)).await, 1000);
    assert_eq!(three.code(move_to(90.0, 0.0)).await, 1102);
    assert_eq!(near(&one, here()).await, [NearbyUser { user_id: 2, ..Default::default() }]);
    let all = QueryNearbyUsersRequest {
        with_coordinates: Some(true),
        with_distance: Some(true),
        with_user_info: Some(true),
        ..here()
    };
    let found = near(&one, all).await;
    let [NearbyUser { info: Some(info), distance: Some(221), location: Some(location), .. }] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(info.id, Some(2));
    assert!(location.timestamp.is_some());
    let details = [("place".to_owned(), "beach".to_owned())].into();
    let expected = UserLocation { latitude: 10.0, longitude: -179.999, details, ..Default::default() };
    assert_eq!(UserLocation { timestamp: None, ..location.clone() }, expected);
    for refused in [
        QueryNearbyUsersRequest { max_count: Some(101), ..here() },
        QueryNearbyUsersRequest { max_distance: Some(0), ..here() },
        QueryNearbyUsersRequest { latitude: f32::NAN, ..here() },
    ] {
        assert_eq!(one.code(Kind::QueryNearbyUsersRequest(refused)).await, 1102);
    }
    two.hang_up().await;
    eventually("the position to be forgotten", async || near(&one, here()).await.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_may_say_where_it_is() {
    let server = TestServer::start().await;
    let mut guest = server.guest_ws().await;
    let login = talaria_client::proto::CreateSessionRequest {
        location: Some(UserLocation { latitude: 10.0, longitude: 180.0, ..Default::default() }),
        ..request::login(2, talaria_client::proto::DeviceType::Ios)
    };
    guest.send(&request::with_id(1, Kind::CreateSessionRequest(login))).await;
    let one = server.ws(1).await;
    eventually("the user to be found", async || !near(&one, here()).await.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_switches_off() {
    let server = TestServer::builder()
        .config(|config| {
            config.users.location.enabled = false;
            config.users.respond_offline_if_invisible = true;
            config.notifications.online_status_updated.related_users = true;
        })
        .start()
        .await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(one.code(move_to(0.0, 0.0)).await, 2200);
    assert_eq!(one.code(Kind::QueryNearbyUsersRequest(here())).await, 2200);
    let status = |status: UserStatus| {
        let request = UpdateUserOnlineStatusRequest { user_status: status.into(), ..Default::default() };
        Kind::UpdateUserOnlineStatusRequest(request)
    };
    assert_eq!(one.code(status(UserStatus::Invisible)).await, 1000);
    assert_eq!(one.code(status(UserStatus::Away)).await, 1000);
    for seen in [UserStatus::Offline, UserStatus::Away] {
        let told = two.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
        assert_eq!(told, Some(status(seen)));
    }
}
