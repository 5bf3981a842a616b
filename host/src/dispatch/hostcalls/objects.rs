//! `objects`: files in the buckets that the operator lets the plugin use.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;

use crate::{
    clock::Clock,
    dispatch::{
        outages::{Asked, Outage, Outages},
        wasm::{GuestState, wit::objects as wit},
    },
    objects::{
        self, Access, BucketName, Download, Error, Expiry, FormPolicy, Key, MediaRule, MediaType, Object, ObjectStore,
        SizeRange, check_file_name,
    },
};

/// Of an object that a plugin puts or gets itself.
const OBJECT_BYTES: usize = 1 << 20;
const LISTED: u32 = 1_000;
const PREFIX_BYTES: usize = 1_024;

/// Where plugins keep objects, and which buckets they may use, by their names.
pub(super) struct Objects {
    store: Option<Arc<dyn ObjectStore>>,
    buckets: BTreeMap<String, BTreeSet<String>>,
    every_bucket: bool,
    outages: Arc<Outages>,
}

impl Objects {
    pub(super) fn new(buckets: &BTreeMap<String, Vec<String>>, clock: Clock) -> Self {
        let buckets = buckets.iter().map(|(plugin, names)| (plugin.clone(), names.iter().cloned().collect())).collect();
        Self { store: None, buckets, every_bucket: false, outages: Arc::new(Outages::new(clock)) }
    }

    pub(super) fn kept_in(self, store: Arc<dyn ObjectStore>, every_bucket: bool) -> Self {
        Self { store: Some(store), every_bucket, ..self }
    }

    /// Of the store, as this plugin finds it.
    pub(super) fn outage(&self, plugin: &str) -> Option<Outage> {
        self.outages.of(plugin)
    }

    /// The store and the bucket in it, for a plugin that may use it.
    fn bucket(&self, plugin: &Arc<str>, name: &str) -> Result<Granted, wit::Error> {
        let name = BucketName::parse(name).map_err(refused)?;
        let is_allowed = || self.buckets.get(&**plugin).is_some_and(|buckets| buckets.contains(name.as_str()));
        if !self.every_bucket && !is_allowed() {
            return Err(wit::Error::NotAllowed);
        }
        match &self.store {
            Some(store) => {
                let (store, outages) = (Arc::clone(store), Arc::clone(&self.outages));
                Ok(Granted { store, bucket: name, plugin: Arc::clone(plugin), outages })
            }
            None => Err(wit::Error::Unavailable("there is no place for objects here".into())),
        }
    }
}

impl wit::Host for GuestState {
    async fn ensure_bucket(&mut self, bucket: String, access: wit::Access) -> Result<(), wit::Error> {
        let access = match access {
            wit::Access::Private => Access::Private,
            wit::Access::PublicRead => Access::PublicRead,
        };
        let granted = self.objects(&bucket)?;
        granted.answered("ensure_bucket", granted.store.ensure_bucket(&granted.bucket, access).await)
    }

    async fn put(
        &mut self,
        bucket: String,
        key: String,
        data: Vec<u8>,
        media_type: String,
    ) -> Result<wit::Object, wit::Error> {
        let granted = self.objects(&bucket)?;
        let (key, media_type) = (key_of(&key)?, MediaType::parse(&media_type).map_err(refused)?);
        if data.len() > OBJECT_BYTES {
            return Err(wit::Error::TooLarge);
        }
        let size = data.len() as u64;
        let object =
            granted.answered("put", granted.store.put(&granted.bucket, &key, Bytes::from(data), &media_type).await)?;
        moved("in", size);
        Ok(shown(object))
    }

    async fn get(&mut self, bucket: String, key: String) -> Result<Option<Vec<u8>>, wit::Error> {
        let granted = self.objects(&bucket)?;
        let key = key_of(&key)?;
        let data = granted.answered("get", granted.store.get(&granted.bucket, &key, OBJECT_BYTES as u64).await)?;
        moved("out", data.as_ref().map_or(0, |data| data.len() as u64));
        Ok(data.map(Vec::from))
    }

    async fn head(&mut self, bucket: String, key: String) -> Result<Option<wit::Object>, wit::Error> {
        let granted = self.objects(&bucket)?;
        let key = key_of(&key)?;
        Ok(granted.answered("head", granted.store.head(&granted.bucket, &key).await)?.map(shown))
    }

    async fn delete(&mut self, bucket: String, key: String) -> Result<(), wit::Error> {
        let granted = self.objects(&bucket)?;
        let key = key_of(&key)?;
        granted.answered("delete", granted.store.delete(&granted.bucket, &key).await)
    }

    async fn list(
        &mut self,
        bucket: String,
        prefix: String,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<wit::Object>, wit::Error> {
        let granted = self.objects(&bucket)?;
        let texts = [Some(prefix.as_str()), after.as_deref()];
        if texts.into_iter().flatten().any(|text| text.len() > PREFIX_BYTES || text.chars().any(char::is_control)) {
            return Err(wit::Error::Invalid("no key begins so, or comes after that".into()));
        }
        let limit = limit.min(LISTED) as usize;
        let listed =
            granted.answered("list", granted.store.list(&granted.bucket, &prefix, after.as_deref(), limit).await)?;
        Ok(listed.into_iter().map(shown).collect())
    }

    async fn presign_get(
        &mut self,
        bucket: String,
        key: String,
        download: wit::Download,
    ) -> Result<String, wit::Error> {
        let granted = self.objects(&bucket)?;
        let key = key_of(&key)?;
        download.file_name.as_deref().map_or(Ok(()), check_file_name).map_err(refused)?;
        let expiry = Expiry::parse(download.expires_s).map_err(refused)?;
        let download = Download { expiry, file_name: download.file_name };
        granted.signed("presign_get", granted.store.presign_get(&granted.bucket, &key, &download).await)
    }

    async fn presign_put(&mut self, bucket: String, key: String, expires_s: u32) -> Result<String, wit::Error> {
        let granted = self.objects(&bucket)?;
        let (key, expiry) = (key_of(&key)?, Expiry::parse(expires_s).map_err(refused)?);
        granted.signed("presign_put", granted.store.presign_put(&granted.bucket, &key, expiry).await)
    }

    async fn presign_post(&mut self, policy: wit::FormPolicy) -> Result<wit::Form, wit::Error> {
        let granted = self.objects(&policy.bucket)?;
        let policy = FormPolicy {
            bucket: granted.bucket.clone(),
            key: key_of(&policy.key)?,
            expiry: Expiry::parse(policy.expires_s).map_err(refused)?,
            media: MediaRule::parse(policy.media_type.as_deref()).map_err(refused)?,
            size: SizeRange::parse(policy.min_size, policy.max_size).map_err(refused)?,
        };
        let objects::Form { url, fields } =
            granted.signed("presign_post", granted.store.presign_post(&policy).await)?;
        Ok(wit::Form { url, fields })
    }

    async fn public_url(&mut self, bucket: String, key: String) -> Result<String, wit::Error> {
        let granted = self.objects(&bucket)?;
        let key = key_of(&key)?;
        granted.signed("public_url", granted.store.public_url(&granted.bucket, &key).await)
    }
}

impl GuestState {
    /// The store and the bucket, when the plugin may use it now.
    fn objects(&self, bucket: &str) -> Result<Granted, wit::Error> {
        // What is started may be in shadow, which it is told afterwards.
        if self.is_in_shadow || self.hook.is_none() {
            return Err(wit::Error::Unavailable("not during start, and not in shadow".into()));
        }
        self.services.objects.bucket(&self.plugin, bucket)
    }
}

/// A bucket that a plugin may use, in the store.
struct Granted {
    store: Arc<dyn ObjectStore>,
    bucket: BucketName,
    plugin: Arc<str>,
    outages: Arc<Outages>,
}

impl Granted {
    /// What the store was asked, and answered.
    fn answered<T>(&self, operation: &'static str, done: Result<T, Error>) -> Result<T, wit::Error> {
        let asked = Asked { plugin: Arc::clone(&self.plugin), bucket: self.bucket.clone(), operation };
        match &done {
            Err(error) if is_failure(error) => self.outages.failed(asked, &error.to_string()),
            Ok(_) | Err(_) => self.outages.answered(&asked),
        }
        counted(operation, done)
    }

    /// What is signed here, and tells nothing of how the store is.
    fn signed<T>(&self, operation: &'static str, done: Result<T, Error>) -> Result<T, wit::Error> {
        if let Some(error) = done.as_ref().err().filter(|error| is_failure(error)) {
            tracing::error!(
                plugin = &*self.plugin,
                operation,
                "nothing can be signed for the store of objects: {error}"
            );
        }
        counted(operation, done)
    }
}

/// Whether it is the store's failure, and not the plugin's.
const fn is_failure(error: &Error) -> bool {
    match error {
        Error::Full | Error::Unavailable { .. } => true,
        Error::Invalid(_) | Error::NoBucket | Error::TooLarge => false,
    }
}

fn counted<T>(operation: &'static str, done: Result<T, Error>) -> Result<T, wit::Error> {
    let outcome = match &done {
        Ok(_) => "done",
        Err(error) if is_failure(error) => "failed",
        Err(_) => "refused",
    };
    metrics::counter!("talaria_objects_requests_total", "operation" => operation, "outcome" => outcome).increment(1);
    done.map_err(refused)
}

fn moved(direction: &'static str, bytes: u64) {
    metrics::counter!("talaria_objects_bytes_total", "direction" => direction).increment(bytes);
}

fn key_of(text: &str) -> Result<Key, wit::Error> {
    Key::parse(text).map_err(refused)
}

fn shown(object: Object) -> wit::Object {
    let Object { key, size, media_type, etag, modified } = object;
    wit::Object { key, size, media_type, etag, modified: modified.0 }
}

fn refused(error: Error) -> wit::Error {
    match error {
        Error::Invalid(reason) => wit::Error::Invalid(reason),
        Error::NoBucket => wit::Error::NoBucket,
        Error::TooLarge => wit::Error::TooLarge,
        Error::Full => wit::Error::Unavailable("the store is full".into()),
        Error::Unavailable { cause } => wit::Error::Unavailable(cause),
    }
}
