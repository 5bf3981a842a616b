//! Clients that are slow, and that are many.

use std::{net::Ipv4Addr, time::Duration};

use reqwest::{Client, Response, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::{Instant, sleep},
};

use super::{BUCKET, Files, refusal};
use crate::support::{eventually, soon};

const LARGE: usize = 30_000_000;
/// How often a slow client does something.
const TICK: Duration = Duration::from_millis(50);

/// A connection that holds little of what its client has not read, with a request.
async fn ask(url: &str, method: &str, more: &str) -> TcpStream {
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("it is an address");
    let socket = TcpSocket::new_v4().expect("there are sockets");
    socket.set_recv_buffer_size(16 * 1024).expect("it is possible");
    let mut stream = socket.connect(host.parse().expect("it is an address")).await.expect("it listens");
    let head = format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).await.expect("it listens");
    stream
}

/// A download that has its turn, and of which nothing more is read.
async fn idle(url: &str, more: &str) -> TcpStream {
    let mut stream = ask(url, "GET", more).await;
    let mut begin = [0; 12];
    soon("the answer", stream.read_exact(&mut begin)).await.expect("it answers");
    assert_eq!(&begin, b"HTTP/1.1 200");
    stream
}

/// A large object that everybody may have.
async fn large(files: &Files) -> String {
    let put = files.client.put(files.presign_put("a").await).body(vec![7; LARGE]).send().await.expect("it answers");
    assert_eq!(put.status(), StatusCode::OK);
    files.ask(&["ensure", BUCKET, "public"]).await.expect("it is done");
    files.ask(&["public-url", BUCKET, "a"]).await.expect("it is done")
}

/// Reads so many bytes at each tick, for so long; whether more would come.
async fn read_slowly(mut stream: TcpStream, bytes: usize, time: Duration) -> bool {
    let (begin, mut data) = (Instant::now(), vec![0; bytes]);
    while begin.elapsed() < time {
        if stream.read_exact(&mut data).await.is_err() {
            return false;
        }
        sleep(TICK).await;
    }
    true
}

async fn from(address: Ipv4Addr, url: &str) -> Response {
    let client = Client::builder().local_address(std::net::IpAddr::from(address)).build().expect("it is sound");
    client.get(url).send().await.expect("it answers")
}

/// Where all of 127.0.0.0/8 is this machine.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_keep_others_out() {
    let files = Files::start(|config| {
        config.objects.max_transfers = 4;
        config.objects.max_transfers_per_address = 2;
    })
    .await;
    let url = large(&files).await;
    let idle = [idle(&url, "").await, idle(&url, "").await];
    let one = Ipv4Addr::LOCALHOST;
    let answer = from(one, &url).await;
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(refusal(answer).await, (429, "too_many".to_owned()));
    assert_eq!(from(Ipv4Addr::new(127, 0, 0, 2), &url).await.status(), StatusCode::OK);
    drop(idle);
    eventually("the one is served again", async || from(one, &url).await.status() == StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_says_whose_transfer_it_is() {
    let files = Files::start(|config| {
        config.http.trusted_proxies = vec!["127.0.0.0/8".parse().expect("it is a range")];
        config.objects.max_transfers_per_address = 1;
    })
    .await;
    let url = large(&files).await;
    let _idle = idle(&url, "x-forwarded-for: 192.0.2.1\r\n").await;
    let status = async |client: &str| {
        let request = files.client.get(&url).header("x-forwarded-for", client);
        request.send().await.expect("it answers").status()
    };
    assert_eq!(status("192.0.2.1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status("192.0.2.2").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_too_little_is_cut_off() {
    let files = Files::start(|config| {
        config.objects.stall_seconds = 2;
        config.objects.min_bytes_per_second = 400_000;
    })
    .await;
    let url = large(&files).await;
    let (slow, enough) = (ask(&url, "GET", "").await, ask(&url, "GET", "").await);
    let time = Duration::from_secs(10);
    // Before it sees the end, a client reads what the system holds, which is little here; 40 kB a second, then 1.2 MB.
    let (slow, enough) = tokio::join!(read_slowly(slow, 2_000, time * 2), read_slowly(enough, 60_000, time));
    assert!(!slow, "it goes on");
    assert!(enough, "it is cut off");
    let metrics = files.server.admin().get("/metrics").await.success().text;
    assert!(metrics.contains("talaria_objects_cut_off_total{direction=\"out\"}"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_brings_too_little_is_cut_off() {
    let files = Files::start(|config| {
        config.objects.stall_seconds = 1;
        config.objects.min_bytes_per_second = 100_000;
    })
    .await;
    let (mut answers, mut sends) =
        ask(&files.presign_put("a").await, "PUT", "content-length: 10000000\r\n").await.into_split();
    let sending = async {
        while sends.write_all(&[7; 500]).await.is_ok() {
            sleep(TICK).await;
        }
    };
    let mut begin = [0; 12];
    let answer = async { answers.read_exact(&mut begin).await.map(drop) };
    tokio::select! {
        () = sending => panic!("it is told nothing"),
        answer = soon("the end", answer) => answer.expect("it is told"),
    }
    assert_eq!(&begin, b"HTTP/1.1 408");
    eventually("nothing is left", async || files.on_disk().is_empty()).await;
}

/// An upload that is under way: the server asks for its body.
async fn begin(url: &str) -> TcpStream {
    let mut stream = ask(url, "PUT", "content-length: 9\r\nexpect: 100-continue\r\n").await;
    let mut begin = [0; 12];
    soon("the answer", stream.read_exact(&mut begin)).await.expect("it answers");
    assert_eq!(&begin, b"HTTP/1.1 100");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_has_few_uploads_at_a_time() {
    let files = Files::disk().await;
    let url = files.presign_put("a").await;
    let begun = [begin(&url).await, begin(&url).await];
    let put = async || files.client.put(&url).body("late").send().await.expect("it answers");
    let answer = put().await;
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(refusal(answer).await, (429, "under_way".to_owned()));
    let other = files.client.put(files.presign_put("b").await).body("b").send().await.expect("it answers");
    assert_eq!(other.status(), StatusCode::OK);
    drop(begun);
    eventually("it may again", async || put().await.status() == StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_leave_room_to_the_messages() {
    let files = Files::start(|config| config.objects.min_free_bytes = u64::MAX).await;
    let put = files.client.put(files.presign_put("a").await).body("a").send().await.expect("it answers");
    assert_eq!(refusal(put).await, (507, "full".to_owned()));
    let own = files.ask(&["put", BUCKET, "b", "text/plain", "b"]).await;
    assert!(own.is_err_and(|error| error.contains("full")), "nor may the plugin itself");
}
