//! Files against peers that behave as stores do, and as they should not.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};

use super::*;

#[test]
fn names_are_found() {
    for (disposition, name) in [
        ("attachment", None),
        ("attachment; filename=\"notes.txt\"", Some("notes.txt")),
        ("attachment; filename=a.txt; filename*=UTF-8''%C3%A4.txt", Some("ä.txt")),
        ("inline;filename*=utf-8''..%2Fetc", Some("../etc")),
        ("attachment; filename=b; filename*=UTF-8''%4", Some("b")),
    ] {
        assert_eq!(name_in(disposition).as_deref(), name, "{disposition}");
    }
}

#[test]
fn a_redirect_stays_secure() {
    assert_eq!(follow("https://a.example/x?y", "/z").unwrap(), "https://a.example/z");
    assert_eq!(follow("http://a.example/x", "https://b.example/").unwrap(), "https://b.example/");
    for wrong in ["http://b.example/", "//b.example/", "z", "ftp://b.example/", ""] {
        assert!(follow("https://a.example/x", wrong).is_err(), "{wrong}");
    }
}

/// More than the sockets hold.
const LARGE: u64 = 16 << 20;
const SHORT: Duration = Duration::from_millis(400);
const REFUSAL: &[u8] = b"HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\n\r\ntoo much";

/// Uploads a large file to a peer that takes one connection, and tells how it went and how many bytes were on their
/// way.
async fn uploaded<F: Future<Output = ()>>(peer: impl FnOnce(TcpStream) -> F) -> (Result<(), TransferError>, u64) {
    uploaded_within(SHORT, LARGE, peer).await
}

async fn uploaded_within<F: Future<Output = ()>>(
    patience: Duration,
    size: u64,
    peer: impl FnOnce(TcpStream) -> F,
) -> (Result<(), TransferError>, u64) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(size).unwrap();
    let form = UploadForm { url, id: "1".into(), fields: Vec::new() };
    let sent = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&sent);
    let progress = move |count| counted.store(count, Ordering::Relaxed);
    let upload = upload_within(patience, &form, "text/plain", file.path(), progress);
    let peer = async { peer(listener.accept().await.unwrap().0).await };
    let (outcome, ()) = timeout(25 * patience, async { tokio::join!(upload, peer) }).await.expect("the upload ends");
    (outcome, sent.load(Ordering::Relaxed))
}

async fn read_to_the_end(stream: &mut TcpStream) {
    let mut bytes = vec![0; 256 << 10];
    while !matches!(stream.read(&mut bytes).await, Ok(0) | Err(_)) {}
}

#[tokio::test]
async fn a_store_that_never_answers_is_waited_for_no_longer() {
    let (outcome, sent) = uploaded(|mut stream| async move { read_to_the_end(&mut stream).await }).await;
    assert!(matches!(outcome, Err(TransferError::Timeout)), "{outcome:?}");
    assert_eq!(sent, LARGE);
}

#[tokio::test]
async fn a_store_that_takes_nothing_is_waited_for_no_longer() {
    let (outcome, sent) = uploaded(|stream| async move {
        sleep(3 * SHORT).await;
        drop(stream);
    })
    .await;
    assert!(matches!(outcome, Err(TransferError::Timeout)), "{outcome:?}");
    assert!(sent < LARGE);
}

#[tokio::test]
async fn a_slow_store_is_waited_for() {
    // Long against what is on its way in the sockets when nothing more is written, and short against all of it.
    let patience = 5 * SHORT;
    let begun = Instant::now();
    let (outcome, _) = uploaded_within(patience, 4 * LARGE, |mut stream| async move {
        let mut bytes = vec![0; 256 << 10];
        for _ in 0..4 * LARGE / (256 << 10) {
            stream.read_exact(&mut bytes).await.unwrap();
            sleep(SHORT / 40).await;
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        read_to_the_end(&mut stream).await;
    })
    .await;
    outcome.unwrap();
    assert!(begun.elapsed() > patience);
}

#[tokio::test]
async fn an_early_refusal_ends_the_sending() {
    let (outcome, sent) = uploaded(|mut stream| async move {
        stream.read_exact(&mut [0; 4096]).await.unwrap();
        stream.write_all(REFUSAL).await.unwrap();
        // Were it sent to the end, this would take all of it.
        sleep(SHORT).await;
        read_to_the_end(&mut stream).await;
    })
    .await;
    assert!(matches!(&outcome, Err(TransferError::Refused { status: 413, text }) if text == "too much"), "{outcome:?}");
    assert!(sent < LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_early_refusal_is_heard_from_a_store_that_hangs_up() {
    for _ in 0..50 {
        let (outcome, _) = uploaded(|mut stream| async move {
            stream.read_exact(&mut [0; 4096]).await.unwrap();
            stream.write_all(REFUSAL).await.unwrap();
        })
        .await;
        assert!(
            matches!(&outcome, Err(TransferError::Refused { status: 413, text }) if text == "too much"),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_store_that_hangs_up_without_a_word_is_told_of_at_once() {
    let (outcome, _) = uploaded(|mut stream| async move {
        stream.read_exact(&mut [0; 4096]).await.unwrap();
    })
    .await;
    assert!(matches!(outcome, Err(TransferError::Http(_))), "{outcome:?}");
}
