//! What a form may upload, as the form itself carries it: signed, so that whoever fills it in changes nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};

use crate::objects::{BucketName, FormPolicy, Key, MediaRule, SizeRange};

/// Bytes of a policy in base64; a key of 1024 bytes, every one an escape, fits in.
pub(super) const LONGEST: usize = 16 * 1024;

/// A policy with its date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedPolicy {
    /// Seconds since the Unix epoch.
    pub expires: i64,
    pub bucket: BucketName,
    pub key: Key,
    pub media: MediaRule,
    pub size: SizeRange,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    expiration: i64,
    conditions: Conditions,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditions {
    bucket: String,
    key: String,
    #[serde(rename = "content-type", skip_serializing_if = "Option::is_none")]
    media: Option<String>,
    #[serde(rename = "content-length-range")]
    size: (u64, u64),
}

impl SignedPolicy {
    pub(super) fn new(policy: &FormPolicy, expires: i64) -> Self {
        let FormPolicy { bucket, key, media, size, expiry: _ } = policy.clone();
        Self { expires, bucket, key, media, size }
    }

    pub(super) fn encode(&self) -> String {
        let media = match &self.media {
            MediaRule::Any => None,
            MediaRule::Exactly(media_type) => Some(media_type.as_str().to_owned()),
            MediaRule::StartsWith(beginning) => Some(beginning.clone()),
        };
        let (bucket, key) = (self.bucket.as_str().to_owned(), self.key.as_str().to_owned());
        let conditions = Conditions { bucket, key, media, size: (self.size.min, self.size.max) };
        let document = Document { expiration: self.expires, conditions };
        BASE64.encode(serde_json::to_vec(&document).expect("plain data is JSON"))
    }

    /// `None` when it is none of ours.
    pub(super) fn decode(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let Document { expiration, conditions } = serde_json::from_slice(&BASE64.decode(text).ok()?).ok()?;
        Some(Self {
            expires: expiration,
            bucket: BucketName::parse(&conditions.bucket).ok()?,
            key: Key::parse(&conditions.key).ok()?,
            media: MediaRule::parse(conditions.media.as_deref()).ok()?,
            size: SizeRange::parse(conditions.size.0, conditions.size.1).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(key in "[^\\p{Cc}./]{1,300}", media in prop::option::of("[a-z]{1,9}/[a-z]{0,9}"), max: u64) {
            let policy = SignedPolicy {
                expires: 7,
                bucket: BucketName::parse("bucket").unwrap(),
                key: Key::parse(&key.chars().take(255).collect::<String>()).unwrap(),
                media: MediaRule::parse(media.as_deref()).unwrap(),
                size: SizeRange { min: 0, max },
            };
            prop_assert_eq!(SignedPolicy::decode(&policy.encode()), Some(policy));
        }

        #[test]
        fn whatever_comes_is_read_or_refused(text in any::<String>(), json in any::<String>()) {
            let _ = SignedPolicy::decode(&text);
            let _ = SignedPolicy::decode(&BASE64.encode(json));
        }
    }
}
