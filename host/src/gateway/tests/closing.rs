//! Sessions end, each once, however it comes.

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::*;

#[tokio::test]
async fn a_logout_has_no_answer_but_the_end() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        peer.log_in(user, proto::DeviceType::Desktop).await;
        peer.send(logout()).await;
        assert_eq!(peer.closed().await, (500, None));
        assert!(server.stub.registry.presence(UserId(user)).devices.is_empty());
        // What comes now is ignored, and the server hangs up when the client does not.
        peer.send(message(2, "too late")).await;
        assert!(peer.is_over().await);
    }
    assert_eq!(server.stub.handled.load(Ordering::Relaxed), 0);
    assert_eq!(server.ended(2).await, [1, 2].map(|user| (user, CloseStatus::DisconnectedByClient)));
    server.stop().await;
}

#[tokio::test]
async fn who_vanishes_is_gone() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        peer.log_in(user, proto::DeviceType::Desktop).await;
        drop(peer);
    }
    let mut ended = server.ended(2).await;
    ended.sort_by_key(|(user, _)| *user);
    assert_eq!(ended, [1, 2].map(|user| (user, CloseStatus::ConnectionClosed)));
    server.stop().await;
}

#[tokio::test]
async fn a_frame_that_is_too_long_ends_the_session() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        peer.log_in(user, proto::DeviceType::Desktop).await;
        peer.send(message(2, &"x".repeat(16 * 1024))).await;
        assert_eq!(peer.closed().await, (200, Some(1200)));
    }
    for mut stranger in server.both().await {
        stranger.send(message(2, &"x".repeat(16 * 1024))).await;
        assert!(stranger.is_over().await);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_length_without_end_ends_the_connection() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.tcp).await.unwrap();
    stream.write_all(&[0xFF; 10]).await.unwrap();
    assert!(Peer::new(Connection::tcp_over(stream).unwrap()).is_over().await);
    server.stop().await;
}

#[tokio::test]
async fn who_is_silent_is_told_to_go() {
    let config = GatewayConfig { login_timeout_seconds: 1, idle_timeout_seconds: 2, ..GatewayConfig::for_test() };
    let server = Server::with(config);
    let [mut stranger, mut peer] = server.both().await;
    peer.log_in(1, proto::DeviceType::Desktop).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(stranger.closed().await, (111, None));
    assert!(begun.elapsed() < Duration::from_millis(1900));
    peer.writer.heartbeat().await.unwrap();
    assert_eq!(peer.frame().await, Some(Frame::Heartbeat));
    assert_eq!(peer.closed().await, (110, None));
    assert!(begun.elapsed() > Duration::from_millis(2900), "the heartbeat counted");
    assert_eq!(server.ended(1).await, [(1, CloseStatus::HeartbeatTimeout)]);
    server.stop().await;
}

#[tokio::test]
async fn who_only_fails_to_log_in_is_told_to_go() {
    let config = GatewayConfig { login_timeout_seconds: 1, ..GatewayConfig::for_test() };
    let server = Server::with(config);
    let [mut stranger, _] = server.both().await;
    let begun = tokio::time::Instant::now();
    let gone = loop {
        stranger.send(login(1, WRONG_PASSWORD, proto::DeviceType::Desktop)).await;
        let answer = stranger.notification().await;
        if let Some(status) = answer.close_status {
            break status;
        }
        assert_ne!(answer.code, Some(1000));
        sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(gone, 111);
    assert!(begun.elapsed() < Duration::from_secs(3));
    server.stop().await;
}

#[tokio::test]
async fn who_reads_too_slowly_is_dropped_and_delays_nobody() {
    let config = GatewayConfig { max_queued_frames: 100, close_timeout_seconds: 30, ..GatewayConfig::for_test() };
    let server = Server::with(config);
    for (user, mut slow) in (1..).zip(server.both().await) {
        slow.log_in(user, proto::DeviceType::Desktop).await;
        let mut fast = server.user(9).await;
        let filler = "x".repeat(10_000);
        let sent = async {
            let mut count = 0;
            while !server.stub.registry.presence(UserId(user)).devices.is_empty() {
                assert_eq!(fast.code(message(user, &filler)).await, 1000);
                count += 1;
            }
            count
        };
        let sent = timeout(LIMIT, sent).await.expect("the session ends while its socket is blocked");
        assert_eq!(server.ended(1).await.last(), Some(&(user, CloseStatus::UnknownError)));
        // What the kernel held still comes, whole frames and then the reason or the end.
        let mut received = 0;
        loop {
            match slow.frame().await {
                Some(Frame::Notification(last)) if last.close_status.is_some() => {
                    assert_eq!(last.close_status, Some(400));
                    break;
                }
                Some(Frame::Notification(_)) => received += 1,
                other => panic!("{other:?} after {received}"),
            }
        }
        assert!(received < sent);
        server.stub.closed.lock().clear();
        server.stub.opened.lock().retain(|session| session.user.0 == 9);
        drop(fast);
        server.ended(1).await;
        server.stub.closed.lock().clear();
        server.stub.opened.lock().clear();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut_off() {
    let server = Server::start();
    let mut slow = server.user(1).await;
    let mut fast = server.user(2).await;
    let filler = "x".repeat(10_000);
    while !server.stub.registry.presence(UserId(1)).devices.is_empty() {
        fast.code(message(1, &filler)).await;
    }
    // The flush timeout of one second goes by.
    sleep(Duration::from_millis(1500)).await;
    let refused = async { while slow.writer.heartbeat().await.is_ok() {} };
    timeout(LIMIT, refused).await.expect("the connection was reset");
    server.stop().await;
}

#[tokio::test]
async fn all_are_told_when_the_server_stops() {
    let server = Server::start();
    let [mut stranger, mut peer] = server.both().await;
    peer.log_in(1, proto::DeviceType::Desktop).await;
    stranger.raw(b"").await;
    let mut waiting = server.user(2).await;
    waiting.send(message(1, WAIT)).await;
    server.begun(1).await;
    peer.code(message(2, "hi")).await;
    waiting.notification().await;
    server.stop.cancel();
    for peer in [&mut stranger, &mut peer] {
        assert_eq!(peer.closed().await, (201, None));
    }
    server.stub.go_on.notify_one();
    assert_eq!(waiting.notification().await.code, Some(1000), "what was done is told first");
    assert_eq!(waiting.closed().await, (201, None));
    let stub = Arc::clone(&server.stub);
    drop((stranger, peer, waiting));
    server.stop().await;
    assert_eq!(stub.handled.load(Ordering::Relaxed), 2, "what was begun was carried out");
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_its_session_is_replaced() {
    let server = Server::start();
    for (user, mut older) in (1..).zip(server.both().await) {
        older.log_in(user, proto::DeviceType::Desktop).await;
        let begun = server.stub.handled.load(Ordering::Relaxed);
        let id = older.send(message(9, WAIT)).await;
        server.begun(begun + 1).await;
        // It is not read before the one in flight is done, and then not carried out.
        older.send(message(9, "never")).await;
        let mut newer = server.user(user).await;
        assert_eq!(newer.code(message(9, "hi")).await, 1000);
        server.stub.go_on.notify_one();
        let answer = older.notification().await;
        assert_eq!((answer.request_id, answer.code), (Some(id), Some(1000)));
        assert_eq!(older.closed().await, (501, None));
        assert!(older.is_over().await);
    }
    assert_eq!(server.stub.handled.load(Ordering::Relaxed), 4);
    server.stop().await;
}

#[tokio::test]
async fn who_does_not_hang_up_cannot_hold_the_server_up() {
    let config = GatewayConfig { close_timeout_seconds: 120, stop_timeout_seconds: 1, ..GatewayConfig::for_test() };
    let server = Server::with(config);
    let mut peers = server.both().await;
    peers[0].log_in(1, proto::DeviceType::Desktop).await;
    let begun = tokio::time::Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(4));
}
