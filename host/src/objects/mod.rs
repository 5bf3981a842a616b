//! Files, called objects, in buckets: what a store of them can do, and the two that there are. Clients move the bytes
//! themselves, by addresses and forms that are signed here; the credentials stay with the server.

#[cfg(test)]
mod conformance;
pub mod disk;
mod disposition;
mod encoding;
mod names;
mod open;
mod request;
pub mod s3;

use async_trait::async_trait;
use bytes::Bytes;

pub use self::{
    disk::DiskStore,
    disposition::{check_file_name, disposition},
    encoding::{decode as decode_percent, encode as encode_percent},
    names::{BucketName, Key},
    open::{OpenError, Opened, open},
    request::{Access, Download, Expiry, Form, FormPolicy, MediaRule, MediaType, Object, SizeRange},
    s3::S3Store,
};

/// Why a store did not do it. That an object is not there is no error.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for makes no sense, or not to this store.
    #[error("{0}")]
    Invalid(String),
    #[error("there is no such bucket")]
    NoBucket,
    #[error("the object is larger than it may be")]
    TooLarge,
    #[error("the store is full")]
    Full,
    /// It is away or refuses the server; the cause is for the operator, and has no secrets.
    #[error("{cause}")]
    Unavailable { cause: String },
}

impl Error {
    pub(crate) fn unavailable(cause: impl Into<String>) -> Self {
        Self::Unavailable { cause: cause.into() }
    }
}

/// A store of objects. Nothing here blocks the thread; what is signed takes no trip to another machine.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Creates the bucket unless it is there, and decides who may download without a signature.
    async fn ensure_bucket(&self, bucket: &BucketName, access: Access) -> Result<(), Error>;

    /// Stores an object. One that is there under the key is replaced in one step: readers see the old or the new one,
    /// and no part.
    async fn put(&self, bucket: &BucketName, key: &Key, data: Bytes, media_type: &MediaType) -> Result<Object, Error>;

    /// The bytes of an object, `None` when there is none; [`Error::TooLarge`] when it has more than `most`.
    async fn get(&self, bucket: &BucketName, key: &Key, most: u64) -> Result<Option<Bytes>, Error>;

    /// What is known of an object without its bytes; `None` when there is none.
    async fn head(&self, bucket: &BucketName, key: &Key) -> Result<Option<Object>, Error>;

    /// Deletes an object; that there is none is no error.
    async fn delete(&self, bucket: &BucketName, key: &Key) -> Result<(), Error>;

    /// The objects whose keys begin with `prefix` and come after `after`, at most `limit`, sorted by the bytes of their
    /// keys.
    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Object>, Error>;

    /// An address to download from. Signs only: neither the bucket nor the object is looked up, here and below.
    async fn presign_get(&self, bucket: &BucketName, key: &Key, download: &Download) -> Result<String, Error>;

    /// An address to upload to, of any size and media type.
    async fn presign_put(&self, bucket: &BucketName, key: &Key, expiry: Expiry) -> Result<String, Error>;

    /// A form to upload by, which holds the client to the policy.
    async fn presign_post(&self, policy: &FormPolicy) -> Result<Form, Error>;

    /// Where everybody downloads, once the bucket is for everybody.
    async fn public_url(&self, bucket: &BucketName, key: &Key) -> Result<String, Error>;
}
