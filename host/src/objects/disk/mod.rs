//! Objects on the server's own disk: one file an object. Addresses and forms lead to the server's own listener, which
//! asks here whether they are its own.

mod listing;
mod paths;
mod policy;
mod reading;
mod remains;
mod room;
mod signature;
mod threads;
mod trailer;
mod upload;
mod writeback;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use self::{
    listing::Wanted,
    signature::SigningKey,
    threads::DiskThreads,
    trailer::Trailer,
    upload::{INCOMING, Limits, sync_folder},
};
pub use self::{
    policy::SignedPolicy,
    reading::{Reader, Stored},
    signature::{Deed, Signed},
    upload::Upload,
};
use super::{
    Access, BucketName, Download, Error, Expiry, Form, FormPolicy, Key, MediaRule, MediaType, Object, ObjectStore,
    encode_percent,
};
use crate::clock::Clock;

/// What leads to the objects, on the public listener.
pub const PREFIX: &str = "/objects/";
/// Of a bucket: there when everybody may download.
const PUBLIC: &str = ".public-read";
/// What stands for itself in the path of an address, beside letters and digits.
const KEPT: &[u8] = b"/";

/// Where things are, and how much there may be.
#[derive(Clone, Debug)]
pub struct DiskSettings {
    /// The folder of the buckets.
    pub directory: PathBuf,
    /// The file with the key that addresses are signed with.
    pub key: PathBuf,
    /// Where clients reach the listener, without a slash at the end; `None` when nobody listens.
    pub url: Option<String>,
    pub max_object_bytes: u64,
    /// Bytes that stay free on the disk, whatever clients bring.
    pub min_free_bytes: u64,
}

/// Objects on the disk. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DiskStore {
    settings: DiskSettings,
    key: SigningKey,
    clock: Clock,
    threads: DiskThreads,
}

impl DiskStore {
    /// Makes the folder and the key when they are missing, and removes what uploads have left that did not come to
    /// their end. Blocks, on a thread of ordinary priority: the threads for the disk inherit it.
    pub fn open(settings: DiskSettings, clock: Clock) -> io::Result<Self> {
        let naming =
            |path: &Path, error: &io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let at_folder = |error| naming(&settings.directory, &error);
        fs::create_dir_all(&settings.directory).map_err(at_folder)?;
        for bucket in fs::read_dir(&settings.directory).map_err(at_folder)? {
            let incoming = bucket.map_err(at_folder)?.path().join(INCOMING);
            match fs::remove_dir_all(&incoming) {
                Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Err(naming(&incoming, &error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        let key = SigningKey::load(&settings.key).map_err(|error| naming(&settings.key, &error))?;
        Ok(Self { settings, key, clock, threads: DiskThreads::start()? })
    }

    /// Opens an object to be read.
    pub async fn read(&self, bucket: &BucketName, key: &Key) -> Result<Option<Stored>, Error> {
        let (folder, key, threads) = (self.folder(bucket), key.clone(), self.threads.clone());
        self.threads
            .run(move || {
                let path = folder.join(paths::of(&key));
                let mut file = match File::open(&path) {
                    Ok(file) => file,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        return expect_bucket(&folder).map(|()| None);
                    }
                    Err(error) => return Err(error),
                };
                let trailer = Trailer::read(&mut file)?.ok_or_else(|| damaged(&path))?;
                Ok(Some(Stored { object: trailer.into_object(), file, threads }))
            })
            .await
    }

    /// Begins an upload of at most so many bytes.
    pub async fn upload(&self, bucket: &BucketName, most: u64) -> Result<Upload, Error> {
        let (folder, clock, threads) = (self.folder(bucket), self.clock.clone(), self.threads.clone());
        let most = most.min(self.settings.max_object_bytes);
        let limits = Limits { most, least_free: self.settings.min_free_bytes };
        self.threads
            .run(move || {
                expect_bucket(&folder)?;
                Upload::begin(folder, limits, clock, threads)
            })
            .await
    }

    /// Who may download without a signature; `None` when there is no such bucket.
    pub async fn access(&self, bucket: &BucketName) -> Result<Option<Access>, Error> {
        let folder = self.folder(bucket);
        self.threads
            .run(move || {
                if folder.join(PUBLIC).try_exists()? {
                    return Ok(Some(Access::PublicRead));
                }
                Ok(folder.is_dir().then_some(Access::Private))
            })
            .await
    }

    /// Bytes of the largest object.
    #[must_use]
    pub const fn max_object_bytes(&self) -> u64 {
        self.settings.max_object_bytes
    }

    /// Whether this server has signed the address. Its date is not looked at.
    #[must_use]
    pub fn is_signed(&self, signed: &Signed<'_>, signature: &str) -> bool {
        self.key.is_signed(signed, signature)
    }

    /// The policy of a form that this server has signed; its date is not looked at. `None` when it has not.
    #[must_use]
    pub fn read_policy(&self, policy: &str, signature: &str) -> Option<SignedPolicy> {
        if policy.len() > policy::LONGEST || !self.key.is_policy_signed(policy, signature) {
            return None;
        }
        SignedPolicy::decode(policy)
    }

    /// Whether what is good until then is good no more.
    #[must_use]
    pub fn has_expired(&self, expires: i64) -> bool {
        self.seconds() > expires
    }

    fn seconds(&self) -> i64 {
        self.clock.now().0.div_euclid(1000)
    }

    fn folder(&self, bucket: &BucketName) -> PathBuf {
        self.settings.directory.join(bucket.as_str())
    }

    fn url(&self, bucket: &BucketName) -> Result<String, Error> {
        match &self.settings.url {
            Some(url) => Ok(format!("{url}{PREFIX}{bucket}")),
            None => Err(Error::unavailable(
                "objects on the disk are moved over the listener for HTTP, which is off: set http.listen",
            )),
        }
    }

    fn object_url(&self, bucket: &BucketName, key: &Key) -> Result<String, Error> {
        Ok(format!("{}/{}", self.url(bucket)?, encode_percent(key.as_str(), KEPT)))
    }

    fn signed_url(
        &self,
        deed: Deed,
        bucket: &BucketName,
        key: &Key,
        expiry: Expiry,
        file_name: Option<&str>,
    ) -> Result<String, Error> {
        let expires = self.seconds().saturating_add(expiry.seconds().into());
        let signature = self.key.sign(&Signed { deed, bucket, key, expires, file_name });
        let name = file_name.map(|name| format!("&name={}", encode_percent(name, b""))).unwrap_or_default();
        Ok(format!("{}?expires={expires}{name}&signature={signature}", self.object_url(bucket, key)?))
    }
}

#[async_trait]
impl ObjectStore for DiskStore {
    async fn ensure_bucket(&self, bucket: &BucketName, access: Access) -> Result<(), Error> {
        let (directory, folder) = (self.settings.directory.clone(), self.folder(bucket));
        self.threads
            .sync(move || {
                match fs::create_dir(&folder) {
                    Ok(()) => sync_folder(&directory)?,
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                }
                let public = folder.join(PUBLIC);
                match (access, public.try_exists()?) {
                    (Access::PublicRead, false) => File::create(&public).map(drop)?,
                    (Access::Private, true) => fs::remove_file(&public)?,
                    (Access::PublicRead, true) | (Access::Private, false) => return Ok(()),
                }
                sync_folder(&folder)
            })
            .await
    }

    async fn put(&self, bucket: &BucketName, key: &Key, data: Bytes, media_type: &MediaType) -> Result<Object, Error> {
        let mut upload = self.upload(bucket, u64::MAX).await?;
        upload.write(&data).await?;
        upload.finish(key, media_type).await
    }

    async fn get(&self, bucket: &BucketName, key: &Key, most: u64) -> Result<Option<Bytes>, Error> {
        let Some(stored) = self.read(bucket, key).await? else { return Ok(None) };
        let size = stored.object.size;
        if size > most {
            return Err(Error::TooLarge);
        }
        let mut reader = stored.reader(0, size);
        let mut data = BytesMut::new();
        while let Some(piece) = reader.next().await? {
            data.extend_from_slice(&piece);
        }
        Ok(Some(data.freeze()))
    }

    async fn head(&self, bucket: &BucketName, key: &Key) -> Result<Option<Object>, Error> {
        Ok(self.read(bucket, key).await?.map(|stored| stored.object))
    }

    async fn delete(&self, bucket: &BucketName, key: &Key) -> Result<(), Error> {
        let (folder, key, remains) = (self.folder(bucket), key.clone(), self.threads.remains().clone());
        self.threads
            .sync(move || {
                let path = paths::of(&key);
                let file = remains::of(&folder.join(&path));
                match fs::remove_file(folder.join(&path)) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return expect_bucket(&folder),
                    Err(error) => return Err(error),
                }
                sync_folder(folder.join(&path).parent().unwrap_or(&folder))?;
                remains.take(file);
                // Those that are left empty; the first that is not ends it.
                let mut above = path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
                let _ = above.all(|above| fs::remove_dir(folder.join(above)).is_ok());
                Ok(())
            })
            .await
    }

    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Object>, Error> {
        let folder = self.folder(bucket);
        let wanted = Wanted { prefix: prefix.to_owned(), after: after.map(str::to_owned), limit };
        self.threads
            .walk(move || {
                expect_bucket(&folder)?;
                if wanted.limit == 0 { Ok(Vec::new()) } else { listing::list(&folder, &wanted) }
            })
            .await
    }

    async fn presign_get(&self, bucket: &BucketName, key: &Key, download: &Download) -> Result<String, Error> {
        self.signed_url(Deed::Get, bucket, key, download.expiry, download.file_name.as_deref())
    }

    async fn presign_put(&self, bucket: &BucketName, key: &Key, expiry: Expiry) -> Result<String, Error> {
        self.signed_url(Deed::Put, bucket, key, expiry, None)
    }

    async fn presign_post(&self, policy: &FormPolicy) -> Result<Form, Error> {
        let size = policy.size.within(self.settings.max_object_bytes)?;
        let expires = self.seconds().saturating_add(policy.expiry.seconds().into());
        let encoded = SignedPolicy::new(&FormPolicy { size, ..policy.clone() }, expires).encode();
        let signature = self.key.sign_policy(&encoded);
        let media_type = match &policy.media {
            MediaRule::Exactly(media_type) => Some(("Content-Type".to_owned(), media_type.as_str().to_owned())),
            MediaRule::Any | MediaRule::StartsWith(_) => None,
        };
        let key = [("key".to_owned(), policy.key.as_str().to_owned())];
        let signed = [("policy".to_owned(), encoded), ("signature".to_owned(), signature)];
        let fields = key.into_iter().chain(media_type).chain(signed).collect();
        Ok(Form { url: self.url(&policy.bucket)?, fields })
    }

    async fn public_url(&self, bucket: &BucketName, key: &Key) -> Result<String, Error> {
        self.object_url(bucket, key)
    }
}

/// What marks an error of the disk that means that the bucket is not there.
#[derive(Debug, thiserror::Error)]
#[error("there is no such bucket")]
struct NoBucket;

fn expect_bucket(folder: &Path) -> io::Result<()> {
    if folder.is_dir() { Ok(()) } else { Err(io::Error::other(NoBucket)) }
}

fn damaged(path: &Path) -> io::Error {
    tracing::error!(path = %path.display(), "an object is damaged");
    io::Error::new(io::ErrorKind::InvalidData, "the object is damaged")
}

fn is_no_bucket(error: &io::Error) -> bool {
    match error.get_ref() {
        Some(inner) => inner.is::<NoBucket>(),
        None => false,
    }
}

fn failed(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Error::Full,
        _ if is_no_bucket(error) => Error::NoBucket,
        // Where it is on the disk is nothing that plugins should know.
        kind => {
            tracing::error!("the disk with the objects failed: {error}");
            Error::unavailable(format!("the disk failed: {kind}"))
        }
    }
}

#[cfg(test)]
mod tests;
