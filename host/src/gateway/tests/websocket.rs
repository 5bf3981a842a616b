//! What is particular to WebSockets.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

const UPGRADE: &str = "GET /any/path?at=all HTTP/1.1\r\nHost: here\r\nUpgrade: WebSocket\r\n\
    Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

/// Sends in two pieces, and answers what comes back until the server hangs up or goes silent.
async fn exchange(server: &Server, request: &[u8], cut: usize) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.websocket).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (first, second) = request.split_at(cut.min(request.len()));
    stream.write_all(first).await.unwrap();
    if !second.is_empty() {
        sleep(Duration::from_millis(5)).await;
        stream.write_all(second).await.unwrap();
    }
    let mut answer = Vec::new();
    while let Ok(Ok(1..)) = timeout(Duration::from_millis(300), stream.read_buf(&mut answer)).await {}
    answer
}

async fn status(server: &Server, request: &str) -> String {
    let answer = exchange(server, request.as_bytes(), request.len() / 2).await;
    String::from_utf8(answer).unwrap().lines().next().unwrap_or_default().to_owned()
}

/// A masked frame whose mask is zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    [&[first, 0x80 | payload.len() as u8, 0, 0, 0, 0], payload].concat()
}

#[tokio::test]
async fn the_upgrade_works_on_any_path_and_needs_its_headers() {
    let server = Server::start();
    let answer = String::from_utf8(exchange(&server, UPGRADE.as_bytes(), 50).await).unwrap().to_lowercase();
    assert!(answer.starts_with("http/1.1 101 "), "{answer}");
    assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
    assert!(!answer.contains("permessage-deflate"), "{answer}");
    for missing in ["Upgrade: WebSocket\r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"] {
        let answer = status(&server, &UPGRADE.replace(missing, "")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    for method in ["POST", "OPTIONS", "HEAD"] {
        let answer = status(&server, &UPGRADE.replace("GET", method)).await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
    }
    assert!(status(&server, " \r\n\r\n").await.starts_with("HTTP/1.1 400 "));
    let long = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(9_000));
    assert!(status(&server, &long).await.starts_with("HTTP/1.1 431 "));
    server.stop().await;
}

#[tokio::test]
async fn browsers_may_ask_from_anywhere() {
    let server = Server::start();
    let preflight = "OPTIONS / HTTP/1.1\r\nHost: here\r\norigin: https://there\r\n\
        Access-Control-Request-Method: GET\r\n\r\n";
    let answer = String::from_utf8(exchange(&server, preflight.as_bytes(), 20).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("Access-Control-Allow-Origin: *"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn an_upgrade_that_never_ends_is_given_up() {
    let server = Server::with(GatewayConfig { upgrade_timeout_seconds: 1, ..GatewayConfig::for_test() });
    let mut stream = TcpStream::connect(server.websocket).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut answer = Vec::new();
    timeout(LIMIT, stream.read_to_end(&mut answer)).await.expect("the server hangs up").unwrap();
    assert!(answer.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn frames_behind_the_upgrade_text_pings_and_fragments() {
    let server = Server::start();
    let request = [
        UPGRADE.as_bytes(),
        &frame(0x81, b"text means nothing"),
        &frame(0x89, b"ping"),
        &frame(0x02, b"\x08"),
        &frame(0x89, b"between"),
        &frame(0x80, b"\x07"),
        &frame(0x88, &[0x03, 0xE8]),
    ]
    .concat();
    for cut in [UPGRADE.len(), UPGRADE.len() + 30, request.len()] {
        let answer = exchange(&server, &request, cut).await;
        let at = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let frames = &answer[at..];
        assert!(frames.starts_with(b"\x8A\x04ping\x8A\x07between\x82"), "{frames:?}");
        assert!(frames.ends_with(&[0x88, 2, 0x03, 0xE8]), "the close is answered: {frames:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_breaks_the_rules_is_told_before_the_end() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.websocket).await.unwrap();
    let request = TurmsRequest {
        request_id: Some(1),
        custom_attributes: vec![],
        kind: Some(login(1, "right", proto::DeviceType::Desktop)),
    };
    let payload = prost::Message::encode_to_vec(&request);
    stream.write_all(&[UPGRADE.as_bytes(), &frame(0x82, &payload), &[0x82, 0]].concat()).await.unwrap();
    let mut answer = Vec::new();
    timeout(LIMIT, stream.read_to_end(&mut answer)).await.expect("the server hangs up").ok();
    // close_status 200 and code 1200 in the last notification, then a close for a protocol error.
    assert!(answer.ends_with(&[0x88, 2, 0x03, 0xEA]), "{answer:?}");
    assert!(answer.windows(3).any(|window| window == [0x58, 0xC8, 0x01]), "{answer:?}");
    assert_eq!(server.ended(1).await, [(1, CloseStatus::ServerError)]);
    server.stop().await;
}
