//! Uploads that take longer than what was signed for them is good.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode, header},
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tempfile::TempDir;

use super::{LONGEST, Objects};
use crate::{
    clock::Clock,
    config,
    model::Timestamp,
    objects::{
        Access, BucketName, DiskStore, Expiry, FormPolicy, Key, MediaRule, ObjectStore as _, SizeRange,
        disk::DiskSettings,
    },
};

/// A bucket on the disk, and what is signed for a minute.
struct Bench {
    disk: Arc<DiskStore>,
    clock: Clock,
    bucket: BucketName,
    key: Key,
    expiry: Expiry,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::fake(Timestamp(1_800_000_000_000)));
        let settings = DiskSettings {
            directory: folder.path().join("objects"),
            key: folder.path().join("objects.key"),
            url: Some("http://files.example".into()),
            max_object_bytes: 1 << 20,
            min_free_bytes: 0,
        };
        let disk = Arc::new(DiskStore::open(settings, clock.clone()).unwrap());
        let bucket = BucketName::parse("bucket").unwrap();
        disk.ensure_bucket(&bucket, Access::Private).await.unwrap();
        let (key, expiry) = (Key::parse("key").unwrap(), Expiry::parse(60).unwrap());
        Self { disk, clock, bucket, key, expiry, _folder: folder }
    }

    /// Begins an upload, and ends it so many seconds later.
    async fn upload(&self, request: Request<()>, begun: String, rest: &'static str, seconds: i64) -> StatusCode {
        let clock = self.clock.clone();
        let rest = async move {
            // What is signed is looked at meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            clock.advance(seconds * 1000);
            Bytes::from(rest)
        };
        let body = stream::iter([Bytes::from(begun)]).chain(stream::once(rest)).map(Ok::<_, std::io::Error>);
        let objects = Objects::new(Arc::clone(&self.disk), &config::Objects::default());
        let request = request.map(|()| Body::from_stream(body));
        let answer = objects.answer([192, 0, 2, 1].into(), request).await;
        let stored = self.disk.head(&self.bucket, &self.key).await.unwrap();
        assert_eq!(stored.is_some(), answer.status().is_success());
        answer.status()
    }
}

async fn form_that_takes(seconds: i64) -> StatusCode {
    let bench = Bench::new().await;
    let policy = FormPolicy {
        bucket: bench.bucket.clone(),
        key: bench.key.clone(),
        expiry: bench.expiry,
        media: MediaRule::Any,
        size: SizeRange::parse(1, 100).unwrap(),
    };
    let form = bench.disk.presign_post(&policy).await.unwrap();
    let field = |(name, value): &(String, String)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head: String = form.fields.iter().map(field).collect();
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let request = Request::builder().method(Method::POST).uri("/objects/bucket");
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x").body(()).unwrap();
    bench.upload(request, format!("{head}{file}{}", "a".repeat(50)), "b\r\n--x--\r\n", seconds).await
}

async fn put_that_takes(seconds: i64) -> StatusCode {
    let bench = Bench::new().await;
    let url = bench.disk.presign_put(&bench.bucket, &bench.key, bench.expiry).await.unwrap();
    let request = Request::builder().method(Method::PUT).uri(url.trim_start_matches("http://files.example"));
    bench.upload(request.body(()).unwrap(), "a".repeat(50), "b", seconds).await
}

#[tokio::test]
async fn an_upload_that_began_in_time_ends_some_time() {
    assert_eq!(form_that_takes(60 + LONGEST).await, StatusCode::NO_CONTENT);
    assert_eq!(form_that_takes(61 + LONGEST).await, StatusCode::FORBIDDEN);
    assert_eq!(put_that_takes(60 + LONGEST).await, StatusCode::OK);
    assert_eq!(put_that_takes(61 + LONGEST).await, StatusCode::FORBIDDEN);
}
