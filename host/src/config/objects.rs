//! Settings of the store of objects.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::S3;

/// Files that plugins keep, and that clients move.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Objects {
    /// Where objects are: `disk`, in a directory of this machine, or `s3`, in a store that speaks S3.
    pub backend: ObjectBackend,
    /// The directory of the buckets on the disk. Absent: `objects` in the data directory.
    #[schemars(example = "talaria-data/objects")]
    pub directory: Option<PathBuf>,
    /// Where clients reach the objects, when that is not where the server does: the address of the proxy or network of
    /// caches that stands before `http.listen`, or before the endpoint of S3.
    #[schemars(example = "https://files.example.com")]
    pub public_url: Option<String>,
    /// Bytes of the largest object.
    pub max_object_bytes: u64,
    /// Bytes that stay free on the disk: what would leave fewer is refused. The messages may be on the same disk.
    pub min_free_bytes: u64,
    /// Uploads and downloads at a time, on the disk; what comes beyond is asked to come again.
    pub max_transfers: usize,
    /// Of these, those of one address; with IPv6, of one network of 64 bits. Clients behind a proxy
    /// have its address, unless `http.trusted_proxies` names it.
    pub max_transfers_per_address: usize,
    /// Seconds for which an upload may bring too little, and a download take too little, before it is cut off.
    pub stall_seconds: u64,
    /// Bytes a second, over `stall_seconds`, less than which is too little; 0: only a standstill is.
    pub min_bytes_per_second: u64,
    /// Web pages that may move objects from and to the disk, by their origins, such as `https://chat.example.com`; `*`
    /// for all.
    pub allowed_origins: Vec<String>,
    /// A store of objects that speaks S3, when `objects.backend` is `s3`.
    pub s3: S3,
}

/// Where objects are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectBackend {
    Disk,
    S3,
}

impl Default for Objects {
    fn default() -> Self {
        Self {
            backend: ObjectBackend::Disk,
            directory: None,
            public_url: None,
            max_object_bytes: 1024 * 1024 * 1024,
            min_free_bytes: 256 * 1024 * 1024,
            max_transfers: 256,
            max_transfers_per_address: 32,
            stall_seconds: 30,
            min_bytes_per_second: 4096,
            allowed_origins: vec!["*".into()],
            s3: S3::default(),
        }
    }
}

impl Objects {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_object_bytes", self.max_object_bytes),
            ("max_transfers", self.max_transfers as u64),
            ("max_transfers_per_address", self.max_transfers_per_address as u64),
            ("stall_seconds", self.stall_seconds),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("objects.{name} must be at least 1"));
        }
        if let Some(url) = self.public_url.as_deref().filter(|url| !is_base(url)) {
            return Err(format!(
                "objects.public_url is `{url}`; write it like https://files.example.com, without a slash at the end, a \
                 query or a password"
            ));
        }
        if self.backend == ObjectBackend::S3 {
            self.s3.validate()?;
            if let Some(url) = self.public_url.as_deref().filter(|url| url.matches('/').count() > 2) {
                return Err(format!("objects.public_url is `{url}`; with S3 it has no path"));
            }
        }
        let is_origin = |origin: &str| origin == "*" || is_base(origin) && origin.matches('/').count() == 2;
        if let Some(origin) = self.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            return Err(format!(
                "objects.allowed_origins has `{origin}`; an origin is like https://chat.example.com, or * for all"
            ));
        }
        Ok(())
    }
}

/// Whether paths can be put at the end of it.
pub(super) fn is_base(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_plain =
        |rest: &str| rest.bytes().all(|byte| matches!(byte, b'!'..=b'~')) && !rest.contains(['?', '#', '@', '"', '<']);
    rest.is_some_and(|rest| is_plain(rest) && !rest.starts_with(['/', ':']) && !rest.is_empty() && !rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{super::Secret, *};

    #[test]
    fn addresses_are_those_that_paths_can_be_put_at() {
        let with = |url: &str| Objects { public_url: Some(url.into()), ..Objects::default() }.validate();
        for good in ["https://a.example", "http://127.0.0.1:9510", "https://a.example/files"] {
            assert_eq!(with(good), Ok(()), "{good}");
        }
        for bad in ["", "a.example", "https://", "https://a/", "https://a?b", "https://u:p@a", "ftp://a", "https://a b"]
        {
            assert!(with(bad).is_err_and(|reason| reason.contains("objects.public_url")), "{bad}");
        }
    }

    #[test]
    fn a_store_of_s3_has_an_address_and_credentials() {
        let s3 = S3 {
            endpoint: Some("http://127.0.0.1:9000".into()),
            access_key: Some("key".into()),
            secret_key: Some(Secret::new("secret")),
            ..S3::default()
        };
        let with = |s3: S3| Objects { backend: ObjectBackend::S3, s3, ..Objects::default() }.validate();
        assert_eq!(with(s3.clone()), Ok(()));
        for (s3, named) in [
            (S3::default(), "objects.s3.endpoint"),
            (S3 { endpoint: Some("http://a/b".into()), ..s3.clone() }, "objects.s3.endpoint"),
            (S3 { secret_key: None, ..s3.clone() }, "objects.s3.secret_key"),
            (S3 { region: "US".into(), ..s3.clone() }, "objects.s3.region"),
            (S3 { timeout_seconds: 0, ..s3.clone() }, "objects.s3.timeout_seconds"),
            (S3 { ca_file: Some("ca.pem".into()), ..s3.clone() }, "objects.s3.ca_file"),
        ] {
            assert!(with(s3).is_err_and(|reason| reason.contains(named)), "{named}");
        }
        let public_url = Some("https://a.example/files".into());
        let path = Objects { backend: ObjectBackend::S3, s3, public_url, ..Objects::default() };
        assert!(path.validate().is_err_and(|reason| reason.contains("no path")));
    }

    #[test]
    fn origins_have_no_paths() {
        let with = |origin: &str| Objects { allowed_origins: vec![origin.into()], ..Objects::default() }.validate();
        assert!(with("*").is_ok() && with("https://a.example:8443").is_ok());
        assert!(with("https://a.example/x").is_err() && with("a.example").is_err());
    }
}
