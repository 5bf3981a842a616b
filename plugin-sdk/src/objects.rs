//! Capability: files, called objects, in the buckets that the operator lets the plugin use (`plugins.buckets`). Clients
//! move the bytes themselves, by the addresses and forms that are signed here; a plugin itself puts and gets 1 MiB at
//! most.
//!
//! In a native unit test there is a store in the memory of the test's thread, which [`testing`] fills and looks into.

use std::ops::RangeInclusive;
use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::objects as store;
#[cfg(not(target_family = "wasm"))]
use testing as store;

pub use crate::bindings::capabilities::talaria::plugin::objects::{Access, Download, Error, Form, FormPolicy, Object};

#[cfg(not(target_family = "wasm"))]
pub mod testing;

/// Creates the bucket unless it is there, and decides who may download from it without a signature. Names have 3 to 63
/// of a-z, 0-9 and `-`, the first and last of which is no `-`.
///
/// # Errors
///
/// [`Error::Invalid`], [`Error::NotAllowed`] or [`Error::Unavailable`].
pub fn ensure_bucket(bucket: &str, access: Access) -> Result<(), Error> {
    store::ensure_bucket(bucket, access)
}

/// Puts an object, in the place of the one that is there. Keys have 1 to 1024 bytes, no control characters, and none of
/// their segments is `.` or `..`.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn put(bucket: &str, key: &str, data: impl AsRef<[u8]>, media_type: &str) -> Result<Object, Error> {
    store::put(bucket, key, data.as_ref(), media_type)
}

/// The bytes of an object, if there is one.
///
/// # Errors
///
/// Every [`Error`] there is; [`Error::TooLarge`] when it has more than 1 MiB.
pub fn get(bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
    store::get(bucket, key)
}

/// What is known of an object, if there is one.
///
/// # Errors
///
/// Every [`Error`] there is but [`Error::TooLarge`]; the same with all that follows.
pub fn head(bucket: &str, key: &str) -> Result<Option<Object>, Error> {
    store::head(bucket, key)
}

/// Deletes an object, also when there is none.
///
/// # Errors
///
/// As of [`head`].
pub fn delete(bucket: &str, key: &str) -> Result<(), Error> {
    store::delete(bucket, key)
}

/// Objects whose keys begin with `prefix`, sorted by the bytes of their keys, those after `after` only; at most `limit`
/// of them, 1000 at most. Their media types may be missing (`application/octet-stream`).
///
/// # Errors
///
/// As of [`head`].
pub fn list(bucket: &str, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Object>, Error> {
    store::list(bucket, prefix, after, limit)
}

/// An address that downloads the object, whoever uses it, for so long: 1 s to 7 days. A browser saves it under
/// `file_name`, or shows it when there is none. Whether the object is there is not looked at.
///
/// # Errors
///
/// As of [`head`].
pub fn presign_get(bucket: &str, key: &str, expires: Duration, file_name: Option<&str>) -> Result<String, Error> {
    let download = Download { expires_s: seconds(expires), file_name: file_name.map(str::to_owned) };
    store::presign_get(bucket, key, &download)
}

/// An address that takes the object by a PUT, for so long. Sizes and media types cannot be limited; [`presign_post`]
/// can.
///
/// # Errors
///
/// As of [`head`].
pub fn presign_put(bucket: &str, key: &str, expires: Duration) -> Result<String, Error> {
    store::presign_put(bucket, key, seconds(expires))
}

/// A form that uploads one object: a POST of `multipart/form-data` to its `url` with its fields, then `Content-Type`
/// when it is not among them, and `file` last.
///
/// # Errors
///
/// As of [`head`].
pub fn presign_post(policy: &FormPolicy) -> Result<Form, Error> {
    store::presign_post(policy)
}

/// Where an object of a bucket with [`Access::PublicRead`] is downloaded.
///
/// # Errors
///
/// As of [`head`].
pub fn public_url(bucket: &str, key: &str) -> Result<String, Error> {
    store::public_url(bucket, key)
}

impl FormPolicy {
    /// For one object of any media type and any size, for so long: 1 s to 7 days.
    pub fn new(bucket: &str, key: &str, expires: Duration) -> Self {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        Self { bucket, key, expires_s: seconds(expires), media_type: None, min_size: 0, max_size: u64::MAX }
    }

    /// Takes one media type only, such as `image/png`, or those that begin so, such as `image/`.
    #[must_use]
    pub fn media_type(mut self, media_type: &str) -> Self {
        self.media_type = Some(media_type.to_owned());
        self
    }

    /// Takes so many bytes only.
    #[must_use]
    pub fn size(mut self, bytes: RangeInclusive<u64>) -> Self {
        (self.min_size, self.max_size) = bytes.into_inner();
        self
    }
}

impl Form {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}
