//! How sessions end.

use talaria_client::proto::{
    DeleteSessionRequest, DeviceType, UpdateUserOnlineStatusRequest, UserStatus, turms_request::Kind,
};

use crate::support::{Received, TestServer, Transport, request};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_login_ends_the_first_on_the_same_device_type_only() {
    let server = TestServer::start().await;
    for transport in Transport::ALL {
        let mut first = server.user(transport, 1, DeviceType::Desktop).await;
        let mut phone = server.user(transport, 1, DeviceType::Ios).await;
        let _second = server.user(transport, 1, DeviceType::Desktop).await;
        assert_eq!(first.close_status().await, 501);
        phone.hears_nothing().await;
        assert!(phone.heartbeat_is_answered().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_is_told_and_not_answered() {
    let server = TestServer::start().await;
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        guest.log_in(1, DeviceType::Desktop).await;
        guest.send(&request::with_id(9, Kind::DeleteSessionRequest(DeleteSessionRequest::default()))).await;
        assert_eq!(guest.close_status().await, (500, None));
        // Nothing that comes afterwards counts.
        guest.payload(&[]).await;
        guest.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_offline_is_told_so() {
    let server = TestServer::start().await;
    let (mut desktop, mut phone) = (server.ws(1).await, server.user(Transport::Tcp, 1, DeviceType::Ios).await);
    let offline = |device_types: Vec<i32>| {
        Kind::UpdateUserOnlineStatusRequest(UpdateUserOnlineStatusRequest {
            device_types,
            user_status: UserStatus::Offline.into(),
            ..UpdateUserOnlineStatusRequest::default()
        })
    };
    assert_eq!(desktop.code(offline(vec![DeviceType::Ios.into()])).await, 1000);
    assert_eq!(phone.close_status().await, 501);
    drop(desktop.fire(offline(Vec::new())).await);
    assert_eq!(desktop.close_status().await, 501);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_ends_a_session_and_a_connection_without_one() {
    let server = TestServer::builder()
        .config(|config| {
            config.gateway.idle_timeout_seconds = 1;
            config.gateway.login_timeout_seconds = 1;
        })
        .start()
        .await;
    for transport in Transport::ALL {
        let mut stranger = server.guest(transport).await;
        let mut guest = server.guest(transport).await;
        guest.log_in(1, DeviceType::Desktop).await;
        assert_eq!(guest.close_status().await, (110, None));
        assert_eq!(stranger.close_status().await, (111, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_told_to_every_session() {
    let server = TestServer::start().await;
    let (mut one, mut two) = (server.ws(1).await, server.tcp(2).await);
    server.stop().await;
    assert_eq!(one.close_status().await, 201);
    assert_eq!(two.close_status().await, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_on_requests_and_connections_hold() {
    let server = TestServer::builder()
        .config(|config| {
            config.gateway.session_rate = talaria::config::RateLimit { burst: 3, per_second: 0.01 };
            config.gateway.max_connections = 2;
        })
        .start()
        .await;
    let user = server.ws(1).await;
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(user.code(request::text(talaria_client::Target::User(2), "x")).await);
    }
    assert_eq!(codes, [1000, 1000, 1000, 1101, 1101]);
    assert!(user.heartbeat_is_answered().await, "heartbeats are free");
    let _second = server.guest_tcp().await;
    assert_eq!(server.guest_tcp().await.next().await, Received::End);
}
