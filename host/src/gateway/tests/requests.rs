//! Requests, answers and notifications of open sessions.

use super::*;

#[tokio::test]
async fn a_message_reaches_the_recipient_on_either_transport() {
    let server = Server::start();
    let [mut one, mut two] = server.both().await;
    one.log_in(1, proto::DeviceType::Browser).await;
    two.log_in(2, proto::DeviceType::Android).await;
    for (long, text_sent) in [(false, "hi"), (true, &*"x".repeat(10_000))] {
        let id = one.send(message(2, text_sent)).await;
        let relayed = two.notification().await;
        assert_eq!((relayed.requester_id, relayed.request_id, relayed.code), (Some(1), None, None), "{long}");
        assert_eq!(text(relayed), text_sent);
        let answer = one.notification().await;
        assert_eq!((answer.request_id, answer.code), (Some(id), Some(1000)));
        assert_eq!(two.code(message(1, text_sent)).await, 1000);
        assert_eq!(text(one.notification().await), text_sent);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_invalid_is_refused_and_nothing_ends() {
    let server = Server::start();
    let mut peer = server.user(1).await;
    let cases: [(&[u8], i64, i32); 6] = [
        (b"\x08", -1, 1100),
        (b"\x42\x02\x20\x02", -1, 1100),
        (b"\x08\x00\x42\x02\x20\x02", 0, 1100),
        (b"\x08\x07", 7, 1100),
        (b"\x08\x07\xFA\xF6\x02\x00", 7, 1102),
        (b"\x08\x07\xA2\x38\x00", 7, 8000),
    ];
    for (payload, id, code) in cases {
        let answer = peer.raw(payload).await;
        assert_eq!((answer.request_id, answer.code), (Some(id), Some(code)), "{payload:?}");
        assert!(answer.reason.is_some(), "{payload:?}");
    }
    assert_eq!(peer.code(message(2, "hi")).await, 1000);
    server.stop().await;
}

#[tokio::test]
async fn requests_are_carried_out_in_order_and_news_come_meanwhile() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        peer.log_in(user, proto::DeviceType::Desktop).await;
        let mut other = server.user(9).await;
        let waiting = peer.send(message(9, WAIT)).await;
        let after: Vec<_> = [peer.send(message(9, "one")).await, peer.send(message(9, "two")).await].into();
        assert_eq!(other.code(message(user, "meanwhile")).await, 1000);
        assert_eq!(text(peer.notification().await), "meanwhile");
        server.stub.go_on.notify_one();
        for id in [waiting, after[0], after[1]] {
            assert_eq!(peer.notification().await.request_id, Some(id));
        }
        for expected in [WAIT, "one", "two"] {
            assert_eq!(text(other.notification().await), expected);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn many_requests_at_once_are_all_answered() {
    let server = Server::start();
    for (user, mut peer) in (1..).zip(server.both().await) {
        peer.log_in(user, proto::DeviceType::Desktop).await;
        let Peer { writer, reader, .. } = &mut peer;
        let count = 5_000;
        let send = async {
            for id in 1..=count {
                let kind = Some(message(99, "pipelined"));
                let request = TurmsRequest { request_id: Some(id), custom_attributes: vec![], kind };
                writer.feed(&request).await.unwrap();
            }
            writer.flush().await.unwrap();
        };
        let receive = async {
            for id in 1..=count {
                let Ok(Some(Frame::Notification(answer))) = reader.next().await else { panic!("no answer {id}") };
                assert_eq!((answer.request_id, answer.code), (Some(id), Some(1000)));
            }
        };
        timeout(LIMIT, async { tokio::join!(send, receive) }).await.expect("all answers come");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_too_long_becomes_a_refusal() {
    let config =
        GatewayConfig { max_request_bytes: 16 * 1024, max_answer_bytes: 16 * 1024, ..GatewayConfig::for_test() };
    let server = Server::with(config);
    let mut peer = server.user(1).await;
    let query = |count| {
        Kind::QueryMessagesRequest(proto::QueryMessagesRequest { from_ids: vec![1; count], ..Default::default() })
    };
    assert_eq!(peer.code(query(1_000)).await, 1000);
    assert_eq!(peer.code(query(16_370)).await, 1102);
    server.stop().await;
}

#[tokio::test]
async fn a_panic_ends_one_session() {
    let server = Server::start();
    let (mut one, mut two) = (server.user(1).await, server.user(2).await);
    one.send(message(2, PANIC)).await;
    assert_eq!(one.closed().await, (200, Some(1200)));
    assert_eq!(server.ended(1).await, [(1, CloseStatus::ServerError)]);
    assert_eq!(two.code(message(3, "hi")).await, 1000);
    server.stop().await;
}

#[tokio::test]
async fn what_was_begun_is_carried_out_though_the_client_has_gone() {
    let server = Server::start();
    let mut one = server.user(1).await;
    let mut two = server.user(2).await;
    one.send(message(2, WAIT)).await;
    assert_eq!(two.code(message(1, "are you there?")).await, 1000);
    assert_eq!(text(one.notification().await), "are you there?");
    drop(one);
    server.stub.go_on.notify_one();
    assert_eq!(text(two.notification().await), WAIT);
    server.stop().await;
}

#[tokio::test]
async fn the_acting_device_gets_no_copy() {
    let server = Server::start();
    let mut desktop = server.user(1).await;
    let mut browser = server.websocket().await;
    browser.log_in(1, proto::DeviceType::Browser).await;
    assert_eq!(desktop.code(message(2, "hi")).await, 1000);
    assert_eq!(text(browser.notification().await), "hi");
    assert_eq!(desktop.code(message(2, "again")).await, 1000, "nothing came between");
    server.stop().await;
}
