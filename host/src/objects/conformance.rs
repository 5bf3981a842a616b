//! What every store of objects does, one function a behaviour, over a bucket of its own. A store runs them all by
//! calling [`suite`] in its tests with an expression that opens one.

use bytes::Bytes;

use super::{
    Access, BucketName, Download, Error, Expiry, FormPolicy, Key, MediaRule, MediaType, Object, ObjectStore, SizeRange,
};

/// Makes a test of each behaviour. `$open` gives `Option<(guard, store)>`; none where it cannot be opened here.
macro_rules! suite {
    ($open:expr) => {
        $crate::objects::conformance::suite! { @all $open;
            a_bucket_is_made_once, what_is_put_is_got, another_takes_its_place, what_is_deleted_is_gone,
            an_empty_object_is_one, what_is_too_large_is_not_got, keys_are_any_text, keys_do_not_meet,
            a_listing_is_sorted_and_comes_in_pages, a_listing_takes_prefixes_of_any_kind, a_bucket_that_is_not_there_is_told,
            buckets_are_apart, what_is_signed_names_the_object, a_form_has_all_that_it_needs
        }
    };
    (@all $open:expr; $($name:ident),+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let Some((_guard, store)) = $open.await else { return };
                $crate::objects::conformance::$name(&store).await;
            }
        )+
    };
}
pub(super) use suite;

/// Of its own in each test, as a store may be everybody's.
fn bucket(name: &str) -> BucketName {
    BucketName::parse(&format!("{name}-{:08x}", rand::random::<u32>())).unwrap()
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

async fn made(store: &dyn ObjectStore) -> BucketName {
    let bucket = bucket("bucket");
    store.ensure_bucket(&bucket, Access::Private).await.unwrap();
    bucket
}

async fn put(store: &dyn ObjectStore, bucket: &BucketName, name: &str, data: &str) -> Object {
    let (data, media_type) = (Bytes::from(data.to_owned()), MediaType::parse("text/plain").unwrap());
    store.put(bucket, &key(name), data, &media_type).await.unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn get(store: &dyn ObjectStore, bucket: &BucketName, name: &str) -> Option<String> {
    let data = store.get(bucket, &key(name), 1 << 20).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    data.map(|data| String::from_utf8(data.to_vec()).unwrap())
}

async fn list(
    store: &dyn ObjectStore,
    bucket: &BucketName,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Vec<String> {
    store.list(bucket, prefix, after, limit).await.unwrap().into_iter().map(|object| object.key).collect()
}

pub(super) async fn a_bucket_is_made_once(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    put(store, &bucket, "a", "data").await;
    for access in [Access::Private, Access::PublicRead, Access::PublicRead, Access::Private] {
        store.ensure_bucket(&bucket, access).await.unwrap();
    }
    assert_eq!(get(store, &bucket, "a").await.as_deref(), Some("data"), "it stays as it is");
}

pub(super) async fn what_is_put_is_got(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    let object = put(store, &bucket, "a/b", "some data").await;
    assert_eq!((object.key.as_str(), object.size, object.media_type.as_str()), ("a/b", 9, "text/plain"));
    assert!(!object.etag.is_empty() && !object.etag.contains('"'), "{}", object.etag);
    assert_eq!(get(store, &bucket, "a/b").await.as_deref(), Some("some data"));
    let found = store.head(&bucket, &key("a/b")).await.unwrap().unwrap();
    assert_eq!((&found.etag, found.size, &found.media_type), (&object.etag, 9, &object.media_type));
    assert!(found.modified.0 > 1_500_000_000_000, "{:?}", found.modified);
    assert_eq!((get(store, &bucket, "a").await, store.head(&bucket, &key("b")).await), (None, Ok(None)));
}

pub(super) async fn another_takes_its_place(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    let first = put(store, &bucket, "a", "one").await;
    let second = put(store, &bucket, "a", "another").await;
    assert_ne!(first.etag, second.etag);
    assert_eq!(get(store, &bucket, "a").await.as_deref(), Some("another"));
    assert_eq!(list(store, &bucket, "", None, 9).await, ["a"]);
}

pub(super) async fn what_is_deleted_is_gone(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    let long = "l".repeat(200) + "/" + &"m".repeat(200);
    for name in ["a", long.as_str()] {
        put(store, &bucket, name, "data").await;
        for _ in 0..2 {
            store.delete(&bucket, &key(name)).await.unwrap();
        }
        assert_eq!(get(store, &bucket, name).await, None);
    }
    assert!(list(store, &bucket, "", None, 9).await.is_empty());
}

pub(super) async fn an_empty_object_is_one(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    assert_eq!(put(store, &bucket, "a", "").await.size, 0);
    assert_eq!(get(store, &bucket, "a").await.as_deref(), Some(""));
}

pub(super) async fn what_is_too_large_is_not_got(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    put(store, &bucket, "a", "12345").await;
    assert_eq!(store.get(&bucket, &key("a"), 4).await, Err(Error::TooLarge));
    assert!(store.get(&bucket, &key("a"), 5).await.unwrap().is_some());
}

/// What both take; some stores that speak S3 refuse empty segments and those of more than 255 bytes.
const KEYS: [&str; 16] = [
    "A",
    "a",
    ".hidden",
    "a.b..c",
    "...",
    "two words",
    "über/straße",
    "日本語/😀.png",
    "a+b",
    "a%2Fb",
    "a&b=c?d#e",
    "'\"<>`",
    "{}|^~",
    "$:;,@!*()",
    "-a",
    "user/1/photo.png",
];

pub(super) async fn keys_are_any_text(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    for name in KEYS {
        put(store, &bucket, name, name).await;
    }
    for name in KEYS {
        assert_eq!(get(store, &bucket, name).await.as_deref(), Some(name));
        assert_eq!(list(store, &bucket, name, None, 1).await.first().map(String::as_str), Some(name));
    }
    let mut sorted = KEYS;
    sorted.sort_unstable();
    assert_eq!(list(store, &bucket, "", None, 99).await, sorted);
}

pub(super) async fn keys_do_not_meet(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    for name in ["photo", "Photo", "photo%", "photo/1", "photo%2f1"] {
        // S3 does not let an object and a folder of the same name be, everywhere.
        if name == "photo/1" {
            store.delete(&bucket, &key("photo")).await.unwrap();
        }
        put(store, &bucket, name, name).await;
    }
    for name in ["Photo", "photo%", "photo/1", "photo%2f1"] {
        assert_eq!(get(store, &bucket, name).await.as_deref(), Some(name));
    }
}

pub(super) async fn a_listing_is_sorted_and_comes_in_pages(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    for name in ["b/2", "a", "b/1", "c", "b/3"] {
        put(store, &bucket, name, "data").await;
    }
    assert_eq!(list(store, &bucket, "", None, 9).await, ["a", "b/1", "b/2", "b/3", "c"]);
    assert_eq!(list(store, &bucket, "b/", None, 2).await, ["b/1", "b/2"]);
    assert_eq!(list(store, &bucket, "b/", Some("b/2"), 2).await, ["b/3"]);
    assert_eq!(list(store, &bucket, "b/", Some("b/25"), 2).await, ["b/3"], "also after one that is not there");
    assert!(list(store, &bucket, "b/", Some("b/3"), 9).await.is_empty());
    assert!(list(store, &bucket, "", None, 0).await.is_empty());
    let found = store.list(&bucket, "a", None, 9).await.unwrap();
    assert_eq!((found[0].size, found[0].etag.contains('"')), (4, false));
}

pub(super) async fn a_listing_takes_prefixes_of_any_kind(store: &dyn ObjectStore) {
    let bucket = made(store).await;
    let long = "x".repeat(250) + "/" + &"y".repeat(250) + "/é";
    for name in [long.as_str(), "é", "e", "E"] {
        put(store, &bucket, name, "data").await;
    }
    for end in [1, 239, 240, 250, 251, 300, 502, 504] {
        assert_eq!(list(store, &bucket, &long[..end], None, 9).await, [long.as_str()], "{end}");
    }
    assert_eq!(list(store, &bucket, "é", None, 9).await, ["é"]);
    assert!(
        list(store, &bucket, "é/", None, 9).await.is_empty() && list(store, &bucket, "xy", None, 9).await.is_empty()
    );
}

pub(super) async fn a_bucket_that_is_not_there_is_told(store: &dyn ObjectStore) {
    let (bucket, key) = (bucket("nowhere"), key("a"));
    assert_eq!(store.put(&bucket, &key, Bytes::new(), &MediaType::default()).await, Err(Error::NoBucket));
    assert_eq!(store.get(&bucket, &key, 9).await, Err(Error::NoBucket));
    assert_eq!(store.head(&bucket, &key).await, Err(Error::NoBucket));
    assert_eq!(store.list(&bucket, "", None, 9).await, Err(Error::NoBucket));
    assert_eq!(store.delete(&bucket, &key).await, Err(Error::NoBucket));
}

pub(super) async fn buckets_are_apart(store: &dyn ObjectStore) {
    let (one, other) = (bucket("bucket-one"), bucket("bucket-other"));
    for bucket in [&one, &other] {
        store.ensure_bucket(bucket, Access::Private).await.unwrap();
    }
    put(store, &one, "a", "data").await;
    assert_eq!(get(store, &other, "a").await, None);
    assert!(list(store, &other, "", None, 9).await.is_empty());
}

pub(super) async fn what_is_signed_names_the_object(store: &dyn ObjectStore) {
    let (bucket, key, expiry) = (bucket("bucket"), key("a b/é"), Expiry::parse(60).unwrap());
    let plain = store.public_url(&bucket, &key).await.unwrap();
    assert!(plain.starts_with("http") && plain.ends_with(&format!("/{bucket}/a%20b/%C3%A9")), "{plain}");
    let download = Download { expiry, file_name: None };
    let named = Download { file_name: Some("a\"\r\n.png".into()), ..download.clone() };
    let signed = [
        store.presign_get(&bucket, &key, &download).await.unwrap(),
        store.presign_get(&bucket, &key, &named).await.unwrap(),
        store.presign_put(&bucket, &key, expiry).await.unwrap(),
    ];
    for url in &signed {
        assert!(url.starts_with(&(plain.clone() + "?")) && !url.contains(['\r', '\n', '"', ' ']), "{url}");
    }
    assert!(signed[0] != signed[1] && signed[0] != signed[2]);
}

pub(super) async fn a_form_has_all_that_it_needs(store: &dyn ObjectStore) {
    let bucket = bucket("bucket");
    let policy = |media: Option<&str>, max| FormPolicy {
        bucket: bucket.clone(),
        key: key("a b/é"),
        expiry: Expiry::parse(60).unwrap(),
        media: MediaRule::parse(media).unwrap(),
        size: SizeRange::parse(1, max).unwrap(),
    };
    let form = store.presign_post(&policy(Some("image/png"), 9)).await.unwrap();
    assert!(form.url.trim_end_matches('/').ends_with(&format!("/{bucket}")), "{}", form.url);
    let has = |name: &str, value: &str| form.fields.contains(&(name.into(), value.into()));
    assert!(has("key", "a b/é") && has("Content-Type", "image/png"), "{form:?}");
    assert!(form.fields.iter().any(|(name, _)| name == "policy"));
    let names: std::collections::BTreeSet<_> = form.fields.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), form.fields.len(), "each field comes once");
    for media in [None, Some("image/")] {
        let form = store.presign_post(&policy(media, u64::MAX)).await.unwrap();
        assert!(form.fields.iter().all(|(name, _)| name != "Content-Type"), "whoever uploads says it");
    }
}
