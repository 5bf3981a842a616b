//! Clients that break off, stand still, or are too many.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Files, refusal};
use crate::support::{eventually, soon};

/// Sends the beginning of a PUT that says that it will be long.
async fn begin(url: &str, sent: usize) -> TcpStream {
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("it listens");
    let mut stream = TcpStream::connect(host).await.expect("it listens");
    let head = format!("PUT /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 10000000\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("it listens");
    stream.write_all(&vec![7; sent]).await.expect("it listens");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let files = Files::disk().await;
    let stream = begin(&files.presign_put("a").await, 1_000_000).await;
    eventually("the upload has begun", async || files.on_disk().len() == 1).await;
    drop(stream);
    eventually("nothing is left", async || files.on_disk().is_empty()).await;
    assert!(!files.is_there("a").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stands_still_is_cut_off() {
    let files = Files::start(|config| config.objects.stall_seconds = 1).await;
    let mut stream = begin(&files.presign_put("a").await, 1_000).await;
    let mut answer = String::new();
    soon("the end", stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    eventually("nothing is left", async || files.on_disk().is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_is_cut_off_and_others_come_again() {
    let files = Files::start(|config| {
        // Long enough for somebody else to meet it on a machine that is busy.
        config.objects.stall_seconds = 4;
        config.objects.max_transfers = 1;
    })
    .await;
    let put = files.client.put(files.presign_put("a").await).body(vec![7; 30_000_000]).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let url = files.presign_get("a", "").await;
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut idle = TcpStream::connect(host).await.unwrap();
    idle.write_all(format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    idle.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    eventually("no more is served", async || {
        let answer = files.get(&url).await;
        let is_busy = answer.status() == 503 && answer.headers().contains_key("retry-after");
        is_busy && refusal(answer).await.1 == "busy"
    })
    .await;
    eventually("it is served again", async || files.get(&url).await.status() == 200).await;
}

/// How many downloads ended so, of all servers of this process.
async fn ended(files: &Files, outcome: &str) -> f64 {
    let metrics = files.server.admin().get("/metrics").await.success().text;
    let series = format!("talaria_objects_requests_total{{operation=\"download\",outcome=\"{outcome}\"}} ");
    metrics.lines().find_map(|line| line.strip_prefix(&series)?.parse().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_counted_when_it_ends() {
    let files = Files::disk().await;
    let put = files.client.put(files.presign_put("a").await).body(vec![7; 20_000_000]).send().await;
    assert_eq!(put.expect("it answers").status(), 200);
    let url = files.presign_get("a", "").await;
    let (done, broken_off) = (ended(&files, "done").await, ended(&files, "broken_off").await);
    let mut answer = files.get(&url).await;
    assert!(answer.chunk().await.expect("it comes").is_some());
    drop(answer);
    eventually("it is counted", async || ended(&files, "broken_off").await > broken_off).await;
    assert_eq!(files.download("a").await.len(), 20_000_000);
    eventually("it is counted", async || ended(&files, "done").await > done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_with_the_object_that_it_began_with() {
    let files = Files::disk().await;
    let put = async |byte: u8| {
        let put = files.client.put(files.presign_put("a").await).body(vec![byte; 20_000_000]).send().await.unwrap();
        assert_eq!(put.status(), 200);
    };
    put(1).await;
    let mut answer = files.get(&files.presign_get("a", "").await).await;
    let mut data = answer.chunk().await.unwrap().unwrap().to_vec();
    put(2).await;
    while let Some(more) = answer.chunk().await.unwrap() {
        data.extend_from_slice(&more);
    }
    assert!(data.len() == 20_000_000 && data.iter().all(|byte| *byte == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_at_the_same_time_do_not_mix() {
    let files = Files::disk().await;
    let url = files.presign_put("a").await;
    let put = |byte: u8| files.client.put(&url).body(vec![byte; 2_000_000]).send();
    let (one, two) = tokio::join!(put(1), put(2));
    assert!(one.unwrap().status() == 200 && two.unwrap().status() == 200);
    let data = files.download("a").await;
    assert!(data.len() == 2_000_000 && data.iter().all(|byte| *byte == data[0]));
}
