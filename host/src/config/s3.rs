//! Settings of a store of objects that speaks S3.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Secret, objects::is_base};

/// A store of objects that speaks S3, when `objects.backend` is `s3`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct S3 {
    /// Where the server reaches it.
    #[schemars(example = "http://127.0.0.1:9000")]
    pub endpoint: Option<String>,
    /// Its region; stores that have none take any.
    pub region: String,
    /// Whose name requests are made in. It may create the buckets, and put, get, list and delete objects.
    #[schemars(example = &"talaria")]
    pub access_key: Option<String>,
    /// What goes with it; also the variable `TALARIA_OBJECTS__S3__SECRET_KEY`. It is never shown and never logged.
    #[schemars(example = "correct horse battery staple")]
    pub secret_key: Option<Secret>,
    /// Certificates in PEM, whose owners may vouch for the store besides those whom everybody trusts.
    #[schemars(example = "/etc/talaria/store-ca.pem")]
    pub ca_file: Option<PathBuf>,
    /// Seconds that an answer may take.
    pub timeout_seconds: u64,
}

impl Default for S3 {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: "us-east-1".into(),
            access_key: None,
            secret_key: None,
            ca_file: None,
            timeout_seconds: 10,
        }
    }
}

impl S3 {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let has_path = |url: &str| url.matches('/').count() > 2;
        match self.endpoint.as_deref() {
            None => return Err("objects.s3.endpoint is missing; write it like https://s3.example.com".into()),
            Some(url) if !is_base(url) || has_path(url) => {
                return Err(format!(
                    "objects.s3.endpoint is `{url}`; write it like https://s3.example.com, without a path"
                ));
            }
            Some(_) => {}
        }
        let is_plain = self.endpoint.as_deref().is_some_and(|url| url.starts_with("http://"));
        if is_plain && self.ca_file.is_some() {
            return Err("objects.s3.ca_file is for an endpoint with https://, which objects.s3.endpoint is not".into());
        }
        let is_empty = |text: Option<&str>| text.is_none_or(str::is_empty);
        if is_empty(self.access_key.as_deref()) || is_empty(self.secret_key.as_ref().map(Secret::reveal)) {
            return Err("objects.s3.access_key and objects.s3.secret_key must both be given".into());
        }
        let is_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.region.is_empty() || !self.region.bytes().all(is_region) {
            return Err(format!("objects.s3.region is `{}`; it is like us-east-1", self.region));
        }
        if self.timeout_seconds == 0 {
            return Err("objects.s3.timeout_seconds must be at least 1".into());
        }
        Ok(())
    }
}
