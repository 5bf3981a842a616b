//! What is the disk's own, beside what every store does.

use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;

use super::*;
use crate::{model::Timestamp, objects::conformance};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn settings(folder: &TempDir) -> DiskSettings {
    DiskSettings {
        directory: folder.path().join("objects"),
        key: folder.path().join("objects.key"),
        url: Some("http://files.example".into()),
        max_object_bytes: 1 << 30,
        min_free_bytes: 0,
    }
}

fn opened() -> (TempDir, DiskStore, BucketName) {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(settings(&folder), Clock::fake(NOW)).unwrap();
    (folder, store, BucketName::parse("bucket").unwrap())
}

async fn opened_alone() -> Option<(TempDir, DiskStore)> {
    let (folder, store, _) = opened();
    Some((folder, store))
}

conformance::suite!(opened_alone());

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

/// All files and folders below, but those with a dot in front.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name != INCOMING).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_is_there_after_a_restart_and_what_was_not_whole_is_gone() {
    let (folder, store, bucket) = opened();
    store.ensure_bucket(&bucket, Access::PublicRead).await.unwrap();
    store.put(&bucket, &key("a"), Bytes::from("data"), &MediaType::default()).await.unwrap();
    let incoming = folder.path().join("objects/bucket").join(INCOMING);
    fs::write(incoming.join(".left"), "half").unwrap();
    fs::write(folder.path().join("objects/stray"), "a file of somebody").unwrap();
    let store = DiskStore::open(settings(&folder), Clock::fake(NOW)).unwrap();
    assert!(!incoming.exists());
    assert_eq!(store.get(&bucket, &key("a"), 9).await.unwrap().unwrap(), "data");
    assert_eq!(store.access(&bucket).await.unwrap(), Some(Access::PublicRead));
    store.put(&bucket, &key("b"), Bytes::from("more"), &MediaType::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_does_not_end_leaves_nothing() {
    let (folder, store, bucket) = opened();
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    let place = folder.path().join("objects/bucket");
    let mut upload = store.upload(&bucket, 300_000).await.unwrap();
    upload.write(&vec![1; 300_000]).await.unwrap();
    assert_eq!(fs::read_dir(place.join(INCOMING)).unwrap().count(), 1);
    assert_eq!(upload.write(&[1]).await, Err(Error::TooLarge));
    drop(upload);
    let is_gone = async {
        while fs::read_dir(place.join(INCOMING)).unwrap().count() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), is_gone).await.expect("it is removed");
    assert!(files(&place).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_goes_on_with_what_it_began() {
    let (_folder, store, bucket) = opened();
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    store.put(&bucket, &key("a"), Bytes::from("one"), &MediaType::default()).await.unwrap();
    let stored = store.read(&bucket, &key("a")).await.unwrap().unwrap();
    store.put(&bucket, &key("a"), Bytes::from("another"), &MediaType::default()).await.unwrap();
    store.delete(&bucket, &key("a")).await.unwrap();
    let mut reader = stored.reader(1, 2);
    assert_eq!(reader.next().await.unwrap().unwrap(), "ne");
    assert_eq!(reader.next().await, Ok(None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_object_that_is_replaced_or_deleted_is_read_to_its_end() {
    let (_folder, store, bucket) = opened();
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    let long = Bytes::from(vec![7; 20 << 20]);
    let key = key("a");
    let mut begun = Vec::new();
    for _ in 0..2 {
        store.put(&bucket, &key, long.clone(), &MediaType::default()).await.unwrap();
        begun.push(store.read(&bucket, &key).await.unwrap().unwrap());
    }
    store.delete(&bucket, &key).await.unwrap();
    assert!(store.read(&bucket, &key).await.unwrap().is_none());
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for stored in begun {
        let length = stored.object.size;
        let (mut reader, mut read) = (stored.reader(0, length), 0);
        while let Some(piece) = reader.next().await.unwrap() {
            assert!(piece.iter().all(|byte| *byte == 7));
            read += piece.len() as u64;
        }
        assert_eq!(read, length);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_object_is_told_and_passed_by_in_listings() {
    let (folder, store, bucket) = opened();
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    for name in ["a", "b"] {
        store.put(&bucket, &key(name), Bytes::from("data"), &MediaType::default()).await.unwrap();
    }
    fs::write(folder.path().join("objects/bucket/a"), "cut off").unwrap();
    fs::write(folder.path().join("objects/bucket/README"), "of somebody").unwrap();
    let error = store.get(&bucket, &key("a"), 9).await.unwrap_err();
    assert!(matches!(&error, Error::Unavailable { cause } if !cause.contains("bucket")), "{error}");
    let listed = store.list(&bucket, "", None, 9).await.unwrap();
    assert_eq!(listed.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(), ["b"]);
    store.put(&bucket, &key("a"), Bytes::from("data"), &MediaType::default()).await.unwrap();
    assert!(store.head(&bucket, &key("a")).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_of_long_keys_come_and_go_while_others_use_them() {
    let (folder, store, bucket) = opened();
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    let long = |end: usize| key(&format!("{}{end}", "a".repeat(500)));
    let work = (0..4).map(|task| {
        let (store, bucket) = (&store, &bucket);
        async move {
            for _ in 0..20 {
                store.put(bucket, &long(task), Bytes::from("data"), &MediaType::default()).await.unwrap();
                store.delete(bucket, &long(task)).await.unwrap();
            }
        }
    });
    futures_util::future::join_all(work).await;
    assert!(files(&folder.path().join("objects/bucket")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_listener_nothing_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(DiskSettings { url: None, ..settings(&folder) }, Clock::fake(NOW)).unwrap();
    let bucket = BucketName::parse("bucket").unwrap();
    let error = store.presign_put(&bucket, &key("a"), Expiry::parse(9).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("http.listen"), "{error}");
}

#[test]
fn a_full_disk_is_no_failure_of_the_disk() {
    // As `ENOSPC`, `EDQUOT` and `EFBIG` come from the system.
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge] {
        assert_eq!(failed(&kind.into()), Error::Full);
    }
    assert!(matches!(failed(&io::ErrorKind::ReadOnlyFilesystem.into()), Error::Unavailable { .. }));
}

#[tokio::test]
async fn what_is_signed_has_its_time() {
    let (_folder, store, _) = opened();
    let now = NOW.0 / 1000;
    assert!(!store.has_expired(now) && store.has_expired(now - 1));
}
