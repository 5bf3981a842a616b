//! Sessions begin.

use super::*;
use crate::{config::RateLimit, model::Origin};

#[tokio::test]
async fn the_session_is_told_and_then_the_answer() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        let id = peer.send(login(user, "right", proto::DeviceType::Ios)).await;
        let told = peer.notification().await;
        assert_eq!((told.timestamp, told.request_id, told.code), (NOW.0, None, None));
        let Some(proto::turms_notification::data::Kind::UserSession(session)) = told.data.unwrap().kind else {
            panic!("no session")
        };
        let info = server.stub.opened.lock().last().cloned().unwrap();
        assert_eq!((session.session_id, session.server_id.as_str()), (info.id.to_string(), "test"));
        assert_eq!((info.user, info.device, info.opened), (UserId(user), DeviceType::Ios, NOW));
        assert!(info.id.0 > 0);
        let answer = peer.notification().await;
        assert_eq!((answer.request_id, answer.code, answer.data), (Some(id), Some(1000), None));
        assert_eq!(server.stub.registry.presence(UserId(user)).devices, [DeviceType::Ios]);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_refused_login_may_be_tried_again_and_a_second_one_is_refused() {
    let server = Server::start();
    let mut peer = server.tcp().await;
    assert_eq!(peer.code(login(1, WRONG_PASSWORD, proto::DeviceType::Desktop)).await, 2011);
    peer.log_in(1, proto::DeviceType::Desktop).await;
    assert_eq!(peer.code(login(1, "right", proto::DeviceType::Desktop)).await, 2103);
    server.stop().await;
}

#[tokio::test]
async fn before_the_login_nothing_else_is_served() {
    let server = Server::start();
    for mut peer in server.both().await {
        assert_eq!(peer.code(message(2, "hi")).await, 1105);
        peer.send(logout()).await;
        let answer = peer.raw(b"").await;
        assert_eq!((answer.request_id, answer.code), (Some(-100), Some(2104)), "logout has no answer");
        assert_eq!(peer.raw(b"\x08").await.request_id, Some(-1));
    }
    assert_eq!(server.stub.handled.load(Ordering::Relaxed), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_newer_session_of_the_device_type_ends_the_older() {
    let server = Server::start();
    let mut older = server.user(1).await;
    let mut other = server.tcp().await;
    other.log_in(1, proto::DeviceType::Browser).await;
    let mut newer = server.user(1).await;
    assert_eq!(older.closed().await, (501, None));
    assert_eq!(server.ended(1).await, [(1, CloseStatus::DisconnectedByOtherDevice)]);
    assert_eq!(newer.code(message(1, "still here")).await, 1000);
    assert_eq!(text(other.notification().await), "still here");
    server.stop().await;
}

#[tokio::test]
async fn a_login_does_not_outlive_what_it_was_decided_on() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        let id = peer.send(login(user, WAIT, proto::DeviceType::Desktop)).await;
        while server.stub.contexts.lock().is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
        server.stub.registry.close(UserId(user), None, CloseStatus::UserDeletedOrInactivated);
        server.stub.go_on.notify_one();
        let answer = peer.notification().await;
        assert_eq!((answer.request_id, answer.code), (Some(id), Some(2012)));
        assert!(server.stub.registry.is_empty());
        peer.log_in(user, proto::DeviceType::Desktop).await;
        drop(peer);
        let opened = server.stub.opened.lock().len();
        server.ended(opened).await;
        server.stub.contexts.lock().clear();
    }
    assert_eq!(server.stub.opened.lock().len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn the_context_tells_who_acts() {
    let server = Server::start();
    let mut peer = server.user(1).await;
    peer.code(message(2, "hi")).await;
    let contexts = std::mem::take(&mut *server.stub.contexts.lock());
    let [login, request] = &contexts[..] else { panic!("{contexts:?}") };
    assert_eq!((login.origin, login.actor, login.session), (Origin::Client, UserId(1), None));
    assert_eq!((request.actor, request.device), (UserId(1), Some(DeviceType::Desktop)));
    assert_eq!(request.session, Some(server.stub.opened.lock()[0].id));
    assert_eq!(request.ip, Some([127, 0, 0, 1].into()));
    let wire = request.wire.as_ref().unwrap();
    assert_eq!((wire.kind, wire.name), (8, "create_message_request"));
    assert!(!wire.payload.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn strangers_share_the_limit_of_their_address_and_sessions_have_their_own() {
    let slow = |burst| RateLimit { burst, per_second: 0.001 };
    let config = GatewayConfig { address_rate: slow(3), session_rate: slow(2), ..GatewayConfig::for_test() };
    let server = Server::with(config);
    let mut peer = server.user(1).await;
    let [mut second, mut third] = server.both().await;
    assert_eq!(second.code(message(2, "hi")).await, 1105);
    assert_eq!(third.code(message(2, "hi")).await, 1105);
    assert_eq!(third.code(login(3, "right", proto::DeviceType::Desktop)).await, 1101);

    for expected in [1000, 1000, 1101, 1101] {
        assert_eq!(peer.code(message(2, "hi")).await, expected);
        peer.writer.heartbeat().await.unwrap();
        assert_eq!(peer.frame().await, Some(Frame::Heartbeat), "heartbeats are free");
    }
    server.stop().await;
}

#[tokio::test]
async fn too_many_connections_are_closed_at_once() {
    let server = Server::with(GatewayConfig { max_unauthenticated_per_address: 1, ..GatewayConfig::for_test() });
    let mut first = server.tcp().await;
    assert_eq!(first.code(message(2, "hi")).await, 1105);
    let mut second = server.tcp().await;
    assert!(second.is_over().await);
    first.log_in(1, proto::DeviceType::Desktop).await;
    server.user(2).await;
    server.stop().await;
}
