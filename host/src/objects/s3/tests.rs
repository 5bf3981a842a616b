//! The store of S3 over a real MinIO, which is also stopped, deceived and locked.

#[path = "../../../tests/it/support/minio.rs"]
mod minio;

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_util::task::TaskTracker;

use self::minio::{ACCESS_KEY, Minio, SECRET_KEY};
use super::*;
use crate::{config::ObjectBackend, objects::conformance};

fn config(endpoint: &str, secret: &str) -> config::Objects {
    let s3 = config::S3 {
        endpoint: Some(endpoint.to_owned()),
        access_key: Some(ACCESS_KEY.into()),
        secret_key: Some(Secret::new(secret)),
        timeout_seconds: 5,
        ..config::S3::default()
    };
    config::Objects { backend: ObjectBackend::S3, s3, ..config::Objects::default() }
}

fn store(endpoint: &str) -> S3Store {
    S3Store::new(&config(endpoint, SECRET_KEY)).unwrap()
}

async fn opened() -> Option<(Arc<Minio>, S3Store)> {
    let minio = tokio::task::block_in_place(minio::shared)?;
    let store = store(&minio.endpoint());
    Some((minio, store))
}

conformance::suite!(opened());

fn names() -> (BucketName, Key) {
    (BucketName::parse("bucket").unwrap(), Key::parse("a").unwrap())
}

fn cause<T: fmt::Debug>(done: Result<T, Error>) -> String {
    match done.unwrap_err() {
        Error::Unavailable { cause } if !cause.contains(SECRET_KEY) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_comes_back_is_used_again() {
    let Some(mut minio) = tokio::task::block_in_place(Minio::start) else { return };
    let (store, (bucket, key)) = (store(&minio.endpoint()), names());
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    store.put(&bucket, &key, Bytes::from("data"), &MediaType::default()).await.unwrap();
    minio::end(&mut minio.child);
    let told = cause(store.get(&bucket, &key, 9).await);
    assert!(told.contains("cannot be reached") && told.contains("refused"), "{told}");
    cause(store.ensure_bucket(&bucket, Access::Private).await);
    store.presign_put(&bucket, &key, Expiry::parse(9).unwrap()).await.unwrap();
    let program = minio::program().unwrap();
    minio.child = minio::run(&program, minio.data.path(), minio.port);
    assert!(tokio::task::block_in_place(|| minio::is_ready(&mut minio.child, minio.port)));
    assert_eq!(store.get(&bucket, &key, 9).await.unwrap().unwrap(), "data");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_told() {
    let Some((minio, _)) = opened().await else { return };
    let (bucket, key) = names();
    let wrong = S3Store::new(&config(&minio.endpoint(), "wrong")).unwrap();
    let told = cause(wrong.put(&bucket, &key, Bytes::new(), &MediaType::default()).await);
    assert!(told.contains("objects.s3.secret_key") && !told.contains("wrong"), "{told}");
    let mut config = config(&minio.endpoint(), SECRET_KEY);
    config.s3.access_key = Some("nobody".into());
    let told = cause(S3Store::new(&config).unwrap().list(&bucket, "", None, 9).await);
    assert!(told.contains("objects.s3.access_key"), "{told}");
}

/// Between the server and the store: says that it is another year.
async fn wrong_clock(store: String) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let store = store.trim_start_matches("http://").to_owned();
    let tasks = TaskTracker::new();
    tasks.clone().spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&store).await.unwrap();
            tasks.spawn(async move {
                let mut request = vec![0; 64 * 1024];
                let read = client.read(&mut request).await.unwrap();
                let text = String::from_utf8_lossy(&request[..read]).replace("x-amz-date: 20", "x-amz-date: 19");
                server.write_all(text.as_bytes()).await.unwrap();
                // What fails here, the test sees at its end.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_differ_are_told() {
    let Some((minio, _)) = opened().await else { return };
    let (bucket, _) = names();
    let deceived = store(&wrong_clock(minio.endpoint()).await);
    let told = cause(deceived.list(&bucket, "", None, 9).await);
    assert!(told.contains("clocks"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_is_not_waited_for() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut config = config(&format!("http://{}", silent.local_addr().unwrap()), SECRET_KEY);
    config.s3.timeout_seconds = 1;
    let told = cause(S3Store::new(&config).unwrap().head(&names().0, &names().1).await);
    assert!(told.contains("within 1 s"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_two_answers_has_the_time_of_one() {
    let slow = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut config = config(&format!("http://{}", slow.local_addr().unwrap()), SECRET_KEY);
    config.s3.timeout_seconds = 1;
    TaskTracker::new().spawn(async move {
        let (mut client, _) = slow.accept().await.unwrap();
        // The object is not there, and then the bucket neither.
        while client.read(&mut [0; 4096]).await.is_ok_and(|count| count > 0) {
            tokio::time::sleep(Duration::from_millis(700)).await;
            client.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    });
    let told = cause(S3Store::new(&config).unwrap().head(&names().0, &names().1).await);
    assert!(told.contains("within 1 s"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_store_is_told() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let other = store(&format!("http://{}", listener.local_addr().unwrap()));
    TaskTracker::new().spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let _ = client.read(&mut [0; 4096]).await;
        let answer = "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\noops";
        client.write_all(answer.as_bytes()).await.unwrap();
    });
    let told = cause(other.list(&names().0, "", None, 9).await);
    assert!(told.contains("502"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_the_operator_wrote_stays() {
    let Some((_minio, store)) = opened().await else { return };
    let bucket = BucketName::parse("operators-own").unwrap();
    store.ensure_bucket(&bucket, Access::PublicRead).await.unwrap();
    assert_eq!(store.policy(&bucket).await.unwrap(), Found::PublicRead);
    let own = policy::public_read(&bucket).replace("s3:GetObject", "s3:PutObject");
    let set = store.client.put_bucket_policy(bucket.as_str()).unwrap().config(own.as_str()).build();
    set.send().await.unwrap();
    for access in [Access::Private, Access::PublicRead] {
        store.ensure_bucket(&bucket, access).await.unwrap();
        assert_eq!(store.policy(&bucket).await.unwrap(), Found::Other);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_led_to_the_public_address() {
    let mut config = config("http://10.0.0.1:9000", SECRET_KEY);
    config.public_url = Some("https://files.example".into());
    let (store, (bucket, key)) = (S3Store::new(&config).unwrap(), names());
    let url = store.presign_put(&bucket, &key, Expiry::parse(9).unwrap()).await.unwrap();
    assert!(url.starts_with("https://files.example/bucket/a?") && !url.contains(SECRET_KEY), "{url}");
    assert_eq!(store.public_url(&bucket, &key).await.unwrap(), "https://files.example/bucket/a");
}

/// The certificate of an authority of one's own, and one for this machine that it vouches for, with its key.
fn vouched_for() -> (String, String, String) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let here = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    (authority.pem(), here.pem(), key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_trusted_that_ones_own_authority_vouches_for() {
    let Some(mut minio) = tokio::task::block_in_place(Minio::start) else { return };
    minio::end(&mut minio.child);
    let (authority, certificate, private_key) = vouched_for();
    // Where it looks in its home.
    let folder = minio.data.path().join(".minio/certs");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("public.crt"), certificate).unwrap();
    fs::write(folder.join("private.key"), private_key).unwrap();
    minio.child = minio::run(&minio::program().unwrap(), minio.data.path(), minio.port);

    let mut config = config(&minio.endpoint().replace("http://", "https://"), SECRET_KEY);
    let stranger = S3Store::new(&config).unwrap();
    let file = minio.data.path().join("authority.pem");
    fs::write(&file, authority).unwrap();
    config.s3.ca_file = Some(file);
    let (store, (bucket, key)) = (S3Store::new(&config).unwrap(), names());
    let begin = std::time::Instant::now();
    while let Err(error) = store.ensure_bucket(&bucket, Access::Private).await {
        assert!(begin.elapsed() < Duration::from_secs(30), "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    store.put(&bucket, &key, Bytes::from("data"), &MediaType::default()).await.unwrap();
    assert_eq!(store.get(&bucket, &key, 9).await.unwrap().unwrap(), "data");
    let told = cause(stranger.get(&bucket, &key, 9).await);
    assert!(told.contains("cannot be reached") && told.contains("UnknownIssuer"), "{told}");
}

#[test]
fn a_file_without_certificates_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config("https://127.0.0.1:9000", SECRET_KEY);
    let mut told = |name: &str| {
        config.s3.ca_file = Some(folder.path().join(name));
        S3Store::new(&config).err().unwrap().to_string()
    };
    fs::write(folder.path().join("empty"), "a key, perhaps").unwrap();
    fs::write(folder.path().join("broken"), "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n").unwrap();
    for name in ["missing", "empty", "broken"] {
        let told = told(name);
        assert!(told.contains("objects.s3") && told.contains(name), "{told}");
    }
}
