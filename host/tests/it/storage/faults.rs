//! A store of S3 that is away, refuses the server, or has lost a bucket: clients are told so, and it goes on by itself.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::StreamBody;
use hyper::body::Frame;
use reqwest::{Body, multipart::Part};
use talaria::config::Secret;
use talaria_client::{Target, proto::turms_request::Kind};
use tokio::sync::oneshot;

use super::{ATTACHMENT, Storage, attachment, over_s3};
use crate::support::{
    User, eventually,
    minio::{self, Minio},
};

const UNAVAILABLE: i32 = 1201;
/// Bytes of half an upload.
const HALF: usize = 1 << 20;

/// A store of the test's own, and a server over it. None when there is no such store here.
async fn with_minio() -> Option<(Minio, Storage)> {
    let minio = tokio::task::block_in_place(Minio::start)?;
    let endpoint = minio.endpoint();
    Some((minio, Storage::start(None, |config| over_s3(config, &endpoint)).await))
}

/// As it was before, on the same port.
fn restart(minio: &mut Minio) {
    let program = minio::program().expect("it ran before");
    minio.child = minio::run(&program, minio.data.path(), minio.port);
    assert!(minio::is_ready(&mut minio.child, minio.port));
}

async fn can_upload(user: &User) -> i32 {
    user.code(Kind::QueryResourceUploadInfoRequest(attachment(None, "a.txt"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_comes_later_is_found() {
    let Some((mut minio, storage)) = with_minio().await else { return };
    minio::end(&mut minio.child);
    let (one, mut two) = (storage.server.ws(1).await, storage.server.ws(2).await);
    let outage = async || storage.server.admin().plugin("storage").await.success().json()["outage"].clone();
    assert_eq!(can_upload(&one).await, UNAVAILABLE);
    let cause = outage().await["cause"].to_string();
    assert!(cause.contains(&minio.endpoint()), "the operator sees it: {cause}");
    one.send(Target::User(2), "the rest goes on").await;
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("the rest goes on"));
    tokio::task::block_in_place(|| restart(&mut minio));
    eventually("it is found", async || can_upload(&one).await == 1000).await;
    assert!(outage().await.is_null(), "and that it is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_goes_in_between_costs_what_was_under_way() {
    let Some((mut minio, storage)) = with_minio().await else { return };
    let one = storage.server.ws(1).await;
    let kept = storage.attach(&one, None, "kept.txt", "kept").await;
    assert_eq!(storage.download(&one, kept).await, Ok("kept".to_owned()));
    let upload = storage.begin(&one, attachment(None, "late.txt")).await;
    let ((begun, is_begun), (gone, is_gone)) = (oneshot::channel(), oneshot::channel());
    let half = || Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'a'; HALF])));
    let rest = async move {
        // It is asked for once the first half is on its way.
        let _ = begun.send(());
        let _ = is_gone.await;
        half()
    };
    let body = Body::wrap(StreamBody::new(stream::iter([half()]).chain(stream::once(rest))));
    let posting = storage.try_post(&upload, "text/plain", Part::stream_with_length(body, 2 * HALF as u64));
    let ending = async {
        is_begun.await.expect("it is asked for");
        tokio::task::block_in_place(|| minio::end(&mut minio.child));
        let _ = gone.send(());
    };
    let (posted, ()) = tokio::join!(posting, ending);
    assert!(posted.is_err(), "nobody takes the rest");
    assert_eq!(storage.address(&one, ATTACHMENT, kept).await, Err(UNAVAILABLE));
    assert_eq!(storage.address(&one, ATTACHMENT, upload.id).await, Err(UNAVAILABLE), "and nobody knows of it");
    tokio::task::block_in_place(|| restart(&mut minio));
    eventually("it is there again", async || storage.address(&one, ATTACHMENT, kept).await.is_ok()).await;
    assert_eq!(storage.address(&one, ATTACHMENT, upload.id).await, Err(1302));
    assert!(storage.post(&upload, "text/plain", "late").await.status().is_success(), "the form is still good");
    assert_eq!(storage.download(&one, upload.id).await, Ok("late".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_told_the_operator_and_nobody_else() {
    let Some(minio) = tokio::task::block_in_place(minio::shared) else { return };
    let endpoint = minio.endpoint();
    let wrong = Storage::start(Some(Arc::clone(&minio)), |config| {
        over_s3(config, &endpoint);
        config.objects.s3.secret_key = Some(Secret::new("something-else"));
    });
    let storage = wrong.await;
    let one = storage.server.ws(1).await;
    let refused = one.request(Kind::QueryResourceUploadInfoRequest(attachment(None, "a.txt"))).await;
    assert_eq!(refused.code, UNAVAILABLE);
    assert!(refused.reason.is_some_and(|reason| reason.contains("try again later") && !reason.contains("Signature")));
    let said = storage.server.admin().get("/v1/plugins/storage/logs?tail=100").await.success().text;
    assert!(said.contains("SignatureDoesNotMatch"), "{said}");
    assert!(!said.contains("something-else"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_was_removed_is_made_again() {
    let Some((mut minio, storage)) = with_minio().await else { return };
    let one = storage.server.ws(1).await;
    let lost = storage.attach(&one, None, "a.txt", "a").await;
    assert_eq!(storage.download(&one, lost).await, Ok("a".to_owned()));
    minio::end(&mut minio.child);
    let bucket = minio.data.path().join("objects").join(storage.bucket("attachments"));
    std::fs::remove_dir_all(bucket).expect("it is there");
    tokio::task::block_in_place(|| restart(&mut minio));
    eventually("it is gone", async || storage.address(&one, ATTACHMENT, lost).await == Err(1302)).await;
    let id = storage.attach(&one, None, "b.txt", "b").await;
    assert_eq!(storage.download(&one, id).await, Ok("b".to_owned()));
}
