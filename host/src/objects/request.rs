//! What stores are asked, and what they answer.

use super::{BucketName, Error, Key};
use crate::model::Timestamp;

const MEDIA_TYPE_BYTES: usize = 255;
/// Seconds: a week, which is what S3 signs for at most.
const LONGEST: u32 = 604_800;

/// Who may download without a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Private,
    /// Everybody who knows the address.
    PublicRead,
}

/// What is known of an object besides its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    pub key: String,
    /// Bytes.
    pub size: u64,
    pub media_type: String,
    /// Changes whenever the bytes do; without quotes.
    pub etag: String,
    pub modified: Timestamp,
}

/// Such as `image/png`; fit for a header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MediaType(String);

impl MediaType {
    /// Of what nobody has said more.
    pub const UNKNOWN: &str = "application/octet-stream";

    /// Checks the text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let has_both = text.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
        // At a comma a browser begins to read another type.
        let is_one = !text.contains(',');
        if text.len() <= MEDIA_TYPE_BYTES && is_visible && is_one && has_both && text.trim() == text {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::Invalid(format!("a media type is like `image/png`, with at most {MEDIA_TYPE_BYTES} characters")))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for MediaType {
    fn default() -> Self {
        Self(Self::UNKNOWN.to_owned())
    }
}

/// How long what is signed is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expiry(u32);

impl Expiry {
    /// Checks the number of seconds.
    pub fn parse(seconds: u32) -> Result<Self, Error> {
        if (1..=LONGEST).contains(&seconds) {
            return Ok(Self(seconds));
        }
        Err(Error::Invalid(format!("what is signed is good for 1 to {LONGEST} seconds")))
    }

    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

/// A download that is signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Download {
    pub expiry: Expiry,
    /// Under which name a browser saves it; see [`super::check_file_name`].
    pub file_name: Option<String>,
}

/// Which media types an upload may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MediaRule {
    Any,
    Exactly(MediaType),
    /// Such as `image/`.
    StartsWith(String),
}

impl MediaRule {
    /// As the contract writes it: everything when absent, a beginning when it ends with a slash.
    pub fn parse(text: Option<&str>) -> Result<Self, Error> {
        match text {
            None => Ok(Self::Any),
            Some(text) if text.ends_with('/') => {
                // What follows it must make a whole of it.
                MediaType::parse(&format!("{text}x"))?;
                Ok(Self::StartsWith(text.to_owned()))
            }
            Some(text) => MediaType::parse(text).map(Self::Exactly),
        }
    }

    #[must_use]
    pub fn allows(&self, media_type: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(only) => only.as_str() == media_type,
            Self::StartsWith(beginning) => media_type.starts_with(beginning.as_str()),
        }
    }
}

/// How many bytes an upload may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SizeRange {
    pub min: u64,
    pub max: u64,
}

impl SizeRange {
    /// Checks the order.
    pub fn parse(min: u64, max: u64) -> Result<Self, Error> {
        if min <= max { Ok(Self { min, max }) } else { Err(Error::Invalid("min-size is above max-size".into())) }
    }

    /// No more than a store takes at all.
    pub(super) fn within(self, most: u64) -> Result<Self, Error> {
        if self.min > most {
            return Err(Error::Invalid(format!("min-size is above {most} bytes, the largest object there may be")));
        }
        Ok(Self { min: self.min, max: self.max.min(most) })
    }
}

/// What may be uploaded by a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormPolicy {
    pub bucket: BucketName,
    pub key: Key,
    pub expiry: Expiry,
    pub media: MediaRule,
    pub size: SizeRange,
}

/// A form that uploads one object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    pub url: String,
    pub fields: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_fit_for_a_header() {
        for good in ["image/png", "text/plain; charset=utf-8", "a/b"] {
            assert_eq!(MediaType::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "image", "image/", "/png", "a/b\r\nx: y", "a/é", " a/b"] {
            assert!(MediaType::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_rule_is_a_whole_or_a_beginning() {
        let rule = |text| MediaRule::parse(text).unwrap();
        assert!(rule(None).allows("whatever"));
        assert!(rule(Some("image/png")).allows("image/png") && !rule(Some("image/png")).allows("image/png2"));
        assert!(rule(Some("image/")).allows("image/png") && !rule(Some("image/")).allows("text/html"));
        assert!(MediaRule::parse(Some("/")).is_err() && MediaRule::parse(Some("image")).is_err());
    }

    #[test]
    fn limits_have_an_order() {
        assert!(Expiry::parse(0).is_err() && Expiry::parse(LONGEST + 1).is_err());
        assert!(SizeRange::parse(2, 1).is_err());
        assert_eq!(SizeRange::parse(1, 9).unwrap().within(5).unwrap().max, 5);
        assert!(SizeRange::parse(6, 9).unwrap().within(5).is_err());
    }
}
