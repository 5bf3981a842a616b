//! Objects in the memory of the test's thread. Every bucket may be used, unless the test refuses one.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Download, Error, Form, FormPolicy, Object};

const OBJECT_BYTES: usize = 1 << 20;

#[derive(Default)]
struct State {
    buckets: BTreeMap<String, Bucket>,
    refused: BTreeSet<String>,
    failure: Option<Error>,
    /// Of the next object.
    now: i64,
    puts: u64,
    /// By the name of the function.
    calls: BTreeMap<&'static str, usize>,
}

struct Bucket {
    access: Access,
    objects: BTreeMap<String, (Object, Vec<u8>)>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
    static FAULT: RefCell<Option<Fault>> = const { RefCell::new(None) };
}

/// Says of each call whether it fails, and how.
pub type Fault = Box<dyn FnMut() -> Option<Error>>;

/// Has each call ask it first, from now on. One that unwinds cuts the plugin off at that call, and is asked no more.
pub fn set_fault(fault: Option<Fault>) {
    FAULT.set(fault);
}

/// Does not let the plugin use a bucket, as an operator would, or lets it again.
pub fn refuse(bucket: &str, is_refused: bool) {
    STATE.with_borrow_mut(|state| {
        if is_refused {
            state.refused.insert(bucket.to_owned())
        } else {
            state.refused.remove(bucket)
        };
    });
}

/// Has every call fail so, until it is told otherwise.
pub fn fail(failure: Option<Error>) {
    STATE.with_borrow_mut(|state| state.failure = failure);
}

/// What the objects have as `modified` that are put from now on.
pub fn set_time(now: i64) {
    STATE.with_borrow_mut(|state| state.now = now);
}

/// Puts an object as a client does by a form, of any size. The bucket comes into being with it.
pub fn upload(bucket: &str, key: &str, data: impl Into<Vec<u8>>, media_type: &str) {
    STATE.with_borrow_mut(|state| {
        state.buckets.entry(bucket.to_owned()).or_insert_with(|| Bucket::new(Access::Private));
        state.insert(bucket, key, data.into(), media_type).expect("the bucket is there");
    });
}

/// How often a function of the capability was called, such as `head`, whatever became of it.
pub fn calls(function: &str) -> usize {
    STATE.with_borrow(|state| state.calls.get(function).copied().unwrap_or_default())
}

/// Who may download from a bucket, if it is there.
pub fn access(bucket: &str) -> Option<Access> {
    STATE.with_borrow(|state| state.buckets.get(bucket).map(|bucket| bucket.access))
}

/// The keys of a bucket's objects.
pub fn keys(bucket: &str) -> Vec<String> {
    STATE.with_borrow(|state| {
        state.buckets.get(bucket).map_or_else(Vec::new, |bucket| bucket.objects.keys().cloned().collect())
    })
}

pub(super) fn ensure_bucket(bucket: &str, access: Access) -> Result<(), Error> {
    with("ensure_bucket", bucket, |state| {
        state.buckets.entry(bucket.to_owned()).or_insert_with(|| Bucket::new(access)).access = access;
        Ok(())
    })
}

pub(super) fn put(bucket: &str, key: &str, data: &[u8], media_type: &str) -> Result<Object, Error> {
    check_key(key)?;
    if data.len() > OBJECT_BYTES {
        return Err(Error::TooLarge);
    }
    with("put", bucket, |state| state.insert(bucket, key, data.to_vec(), media_type))
}

pub(super) fn get(bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
    check_key(key)?;
    with("get", bucket, |state| match state.bucket(bucket)?.objects.get(key) {
        Some((_, data)) if data.len() > OBJECT_BYTES => Err(Error::TooLarge),
        found => Ok(found.map(|(_, data)| data.clone())),
    })
}

pub(super) fn head(bucket: &str, key: &str) -> Result<Option<Object>, Error> {
    check_key(key)?;
    with("head", bucket, |state| Ok(state.bucket(bucket)?.objects.get(key).map(|(object, _)| object.clone())))
}

pub(super) fn delete(bucket: &str, key: &str) -> Result<(), Error> {
    check_key(key)?;
    with("delete", bucket, |state| {
        state.bucket(bucket)?.objects.remove(key);
        Ok(())
    })
}

pub(super) fn list(bucket: &str, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Object>, Error> {
    with("list", bucket, |state| {
        let objects = state.bucket(bucket)?.objects.values().map(|(object, _)| object);
        let found = objects
            .filter(|object| object.key.starts_with(prefix) && after.is_none_or(|after| object.key.as_str() > after));
        Ok(found.take(limit.min(1000) as usize).cloned().collect())
    })
}

pub(super) fn presign_get(bucket: &str, key: &str, download: &Download) -> Result<String, Error> {
    check_expiry(download.expires_s)?;
    let name = download.file_name.as_ref().map(|name| format!("&name={name}")).unwrap_or_default();
    Ok(format!("{}?get&expires={}{name}", public_url(bucket, key)?, download.expires_s))
}

pub(super) fn presign_put(bucket: &str, key: &str, expires_s: u32) -> Result<String, Error> {
    check_expiry(expires_s)?;
    Ok(format!("{}?put&expires={expires_s}", public_url(bucket, key)?))
}

pub(super) fn presign_post(policy: &FormPolicy) -> Result<Form, Error> {
    check_key(&policy.key)?;
    check_expiry(policy.expires_s)?;
    if policy.min_size > policy.max_size {
        return Err(Error::Invalid("min-size is above max-size".into()));
    }
    with("presign_post", &policy.bucket, |_| {
        let exact = policy.media_type.as_ref().filter(|media_type| !media_type.ends_with('/'));
        let mut fields = vec![("key".to_owned(), policy.key.clone())];
        fields.extend(exact.map(|media_type| ("Content-Type".to_owned(), media_type.clone())));
        let media_type = policy.media_type.as_deref().unwrap_or_default();
        let shown = format!("{} {media_type} {}-{}", policy.expires_s, policy.min_size, policy.max_size);
        fields.push(("policy".to_owned(), shown));
        Ok(Form { url: format!("https://objects.test/{}", policy.bucket), fields })
    })
}

pub(super) fn public_url(bucket: &str, key: &str) -> Result<String, Error> {
    check_key(key)?;
    with("public_url", bucket, |_| Ok(format!("https://objects.test/{bucket}/{key}")))
}

impl Bucket {
    const fn new(access: Access) -> Self {
        Self { access, objects: BTreeMap::new() }
    }
}

impl State {
    fn bucket(&mut self, name: &str) -> Result<&mut Bucket, Error> {
        self.buckets.get_mut(name).ok_or(Error::NoBucket)
    }

    fn insert(&mut self, bucket: &str, key: &str, data: Vec<u8>, media_type: &str) -> Result<Object, Error> {
        self.puts += 1;
        let object = Object {
            key: key.to_owned(),
            size: data.len() as u64,
            media_type: media_type.to_owned(),
            etag: format!("{:032x}", self.puts),
            modified: self.now,
        };
        self.bucket(bucket)?.objects.insert(key.to_owned(), (object.clone(), data));
        Ok(object)
    }
}

fn with<T>(
    function: &'static str,
    bucket: &str,
    work: impl FnOnce(&mut State) -> Result<T, Error>,
) -> Result<T, Error> {
    STATE.with_borrow_mut(|state| *state.calls.entry(function).or_default() += 1);
    strike()?;
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let has_ends = !bucket.starts_with('-') && !bucket.ends_with('-');
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(is_allowed) || !has_ends {
        return Err(Error::Invalid("the name of the bucket makes no sense".into()));
    }
    STATE.with_borrow_mut(|state| {
        if state.refused.contains(bucket) {
            return Err(Error::NotAllowed);
        }
        state.failure.clone().map_or(Ok(()), Err)?;
        work(state)
    })
}

fn strike() -> Result<(), Error> {
    // Not borrowed meanwhile: it may unwind.
    let Some(mut fault) = FAULT.take() else { return Ok(()) };
    let failure = fault();
    FAULT.set(Some(fault));
    failure.map_or(Ok(()), Err)
}

fn check_key(key: &str) -> Result<(), Error> {
    let leads_elsewhere = key.split('/').any(|segment| matches!(segment, "." | ".."));
    if (1..=1024).contains(&key.len()) && !key.chars().any(char::is_control) && !leads_elsewhere {
        return Ok(());
    }
    Err(Error::Invalid("the key makes no sense".into()))
}

fn check_expiry(seconds: u32) -> Result<(), Error> {
    if (1..=604_800).contains(&seconds) {
        return Ok(());
    }
    Err(Error::Invalid("what is signed is good for 1 to 604800 seconds".into()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super as objects;
    use super::*;

    #[test]
    fn the_double_keeps_objects() {
        assert_eq!(objects::put("pictures", "a", "bytes", "image/png"), Err(Error::NoBucket));
        objects::ensure_bucket("pictures", Access::PublicRead).unwrap();
        assert_eq!(access("pictures"), Some(Access::PublicRead));
        set_time(7);
        let object = objects::put("pictures", "a/1", "bytes", "image/png").unwrap();
        assert_eq!((object.size, object.modified), (5, 7));
        assert_eq!(objects::head("pictures", "a/1").unwrap(), Some(object));
        upload("pictures", "a/2", vec![0; OBJECT_BYTES + 1], "image/png");
        assert_eq!(objects::get("pictures", "a/2"), Err(Error::TooLarge));
        assert_eq!(objects::list("pictures", "a/", Some("a/1"), 9).unwrap()[0].key, "a/2");
        objects::delete("pictures", "a/1").unwrap();
        assert_eq!((calls("delete"), calls("head"), calls("nothing")), (1, 1, 0));
        assert_eq!((objects::get("pictures", "a/1"), keys("pictures")), (Ok(None), vec!["a/2".to_owned()]));
    }

    #[test]
    fn the_double_refuses_as_the_server_does() {
        refuse("secret", true);
        assert_eq!(objects::ensure_bucket("secret", Access::Private), Err(Error::NotAllowed));
        refuse("secret", false);
        assert_eq!(objects::ensure_bucket("secret", Access::Private), Ok(()));
        assert!(matches!(objects::head("NO", "a"), Err(Error::Invalid(_))));
        assert!(matches!(objects::head("pictures", "../a"), Err(Error::Invalid(_))));
        fail(Some(Error::Unavailable("away".into())));
        assert_eq!(objects::get("pictures", "a"), Err(Error::Unavailable("away".into())));
        fail(None);
        set_fault(Some(Box::new(|| Some(Error::TooLarge))));
        assert_eq!(objects::get("pictures", "a"), Err(Error::TooLarge));
        set_fault(Some(Box::new(|| panic!("cut off"))));
        std::panic::catch_unwind(|| objects::get("pictures", "a")).unwrap_err();
        assert_eq!(objects::get("pictures", "a"), Err(Error::NoBucket));
    }

    #[test]
    fn the_double_signs_what_a_test_can_read() {
        let hour = Duration::from_secs(3600);
        let url = objects::presign_get("pictures", "a", hour, Some("n.png")).unwrap();
        assert_eq!(url, "https://objects.test/pictures/a?get&expires=3600&name=n.png");
        let policy = FormPolicy::new("pictures", "a", hour).media_type("image/png").size(1..=9);
        let form = objects::presign_post(&policy).unwrap();
        assert_eq!((form.field("key"), form.field("Content-Type")), (Some("a"), Some("image/png")));
        assert!(objects::presign_put("pictures", "a", Duration::ZERO).is_err());
    }
}
