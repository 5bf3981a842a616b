//! What buckets and objects may be called, in either store.

use std::fmt;

use super::Error;

const KEY_BYTES: usize = 1024;

/// The name of a bucket: 3 to 63 of a-z, 0-9 and `-`, the first and last of which is no `-`. So it is also a name that
/// S3 takes, and a folder's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BucketName(String);

impl BucketName {
    /// Checks the text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let has_ends = !text.starts_with('-') && !text.ends_with('-');
        if (3..=63).contains(&text.len()) && text.bytes().all(is_allowed) && has_ends {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::Invalid(
            "the name of a bucket has 3 to 63 of a-z, 0-9 and `-`, the first and last of which is no `-`".into(),
        ))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an object: 1 to 1024 bytes, no control characters, and none of its segments is `.` or `..`, which on the
/// way of an address would come to mean another object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(String);

impl Key {
    /// Checks the text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !(1..=KEY_BYTES).contains(&text.len()) {
            return Err(Error::Invalid(format!("a key has 1 to {KEY_BYTES} bytes")));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::Invalid("a key has no control characters".into()));
        }
        if text.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(Error::Invalid("no segment of a key is `.` or `..`".into()));
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_buckets_are_those_of_folders_and_of_s3() {
        let longest = "a".repeat(63);
        for good in ["abc", "a-1", "message-attachment", &longest] {
            assert_eq!(BucketName::parse(good).unwrap().as_str(), good);
        }
        let longer = "a".repeat(64);
        for bad in ["", "ab", "-ab", "ab-", "Abc", "a.b", "a/b", "..", "äbc", "a b", &longer] {
            assert!(BucketName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_lead_nowhere_else() {
        let longest = "a".repeat(KEY_BYTES);
        for good in ["a", "a/b", "/a", "a//b", "a/", "...", ".a", "a..", "ä €", "%2e%2e", "\\", &longest] {
            assert_eq!(Key::parse(good).unwrap().as_str(), good);
        }
        let longer = "a".repeat(KEY_BYTES + 1);
        for bad in ["", ".", "..", "../a", "a/../b", "a/.", "a\nb", "a\0", "\u{85}", &longer] {
            assert!(Key::parse(bad).is_err(), "{bad}");
        }
    }
}
