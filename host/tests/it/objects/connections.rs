//! Connections to the public listener that ask for nothing, or are too many.

use std::net::Ipv4Addr;

use talaria::config::Config;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use super::Files;
use crate::support::{eventually, soon};

const ASKED: &str = "GET /objects/nowhere HTTP/1.1\r\nhost: x\r\n\r\n";
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

async fn connect(files: &Files, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("there are sockets");
    socket.bind((from, 0).into()).expect("it is an address of this machine");
    let address = files.server.route("").trim_start_matches("http://").trim_end_matches("/plugins").to_owned();
    socket.connect(address.parse().expect("it is an address")).await.expect("it listens")
}

/// The status of the answer; none when the server hangs up.
async fn ask(stream: &mut TcpStream) -> Option<String> {
    stream.write_all(ASKED.as_bytes()).await.ok()?;
    let mut begin = [0; 12];
    soon("the answer", stream.read_exact(&mut begin)).await.ok()?;
    Some(String::from_utf8_lossy(&begin[9..]).into_owned())
}

async fn is_hung_up(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    soon("the end", stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_nothing_is_hung_up_on() {
    let files = Files::start(|config| config.http.header_timeout_seconds = 1).await;
    let silent = connect(&files, Ipv4Addr::LOCALHOST).await;
    let mut slow = connect(&files, Ipv4Addr::LOCALHOST).await;
    slow.write_all(&ASKED.as_bytes()[..20]).await.expect("it is taken");
    let mut satisfied = connect(&files, Ipv4Addr::LOCALHOST).await;
    assert_eq!(ask(&mut satisfied).await.as_deref(), Some("404"));
    for stream in [silent, slow, satisfied] {
        assert!(is_hung_up(stream).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_do_not_end_are_refused_before_they_fill_the_memory() {
    let files = Files::disk().await;
    let mut stream = connect(&files, Ipv4Addr::LOCALHOST).await;
    let begin = format!("GET /objects/nowhere HTTP/1.1\r\nhost: x\r\nx-long: {}", "x".repeat(100_000));
    // The server hangs up before it has read all.
    let _ = stream.write_all(begin.as_bytes()).await;
    let mut status = [0; 12];
    soon("the answer", stream.read_exact(&mut status)).await.expect("it is refused");
    assert_eq!(&status[9..], b"431");
}

/// Where all of 127.0.0.0/8 is this machine.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_all_connections() {
    let limits = |config: &mut Config| (config.http.max_connections, config.http.max_connections_per_address) = (4, 2);
    let files = Files::start(limits).await;
    let answer = async |from| ask(&mut connect(&files, from).await).await;
    let second = Ipv4Addr::new(127, 0, 0, 3);
    let (mut one, mut two) = (connect(&files, SECOND).await, connect(&files, SECOND).await);
    assert!(ask(&mut one).await.is_some() && ask(&mut two).await.is_some());
    assert_eq!(answer(SECOND).await, None, "it has as many as it may have");
    eventually("another gets one", async || answer(second).await.is_some()).await;
    drop(one);
    eventually("it is let in again", async || answer(SECOND).await.is_some()).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_brings_as_many_as_it_likes() {
    let limits = |config: &mut Config| {
        config.http.max_connections_per_address = 1;
        config.http.trusted_proxies = vec!["127.0.0.2".parse().expect("it is an address")];
    };
    let files = Files::start(limits).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(&files, SECOND).await;
        assert!(ask(&mut stream).await.is_some());
        held.push(stream);
    }
}
