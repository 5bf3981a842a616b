//! Media types, and patterns of them: `image/png`, `image/*`, `*/*`.

use talaria_sdk::objects::Object;

use crate::settings::Limits;

/// Bytes of one.
const LONGEST: usize = 255;

impl Limits<'_> {
    /// Whether such a file may be uploaded.
    pub(crate) fn admit(&self, media_type: &str) -> bool {
        let is_among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, media_type));
        is_among(self.media_types) && !is_among(self.refused_media_types)
    }

    /// What may be uploaded by the one list, and all of it not by the other.
    pub(crate) fn refused_altogether(&self) -> Option<&str> {
        let is_refused = |allowed: &&String| self.refused_media_types.iter().any(|pattern| matches(pattern, allowed));
        self.media_types.iter().find(is_refused).map(String::as_str)
    }

    /// What all media types begin with that may be uploaded, as far as a form can say it.
    pub(crate) fn prefix(&self) -> Option<&str> {
        match self.media_types {
            [pattern] => pattern.strip_suffix('*').filter(|prefix| *prefix != "*/"),
            _ => None,
        }
    }

    /// Whether a form lets pass what may not be uploaded when it is asked for without a media type.
    pub(crate) fn are_more_than_a_form_says(&self) -> bool {
        let is_all = self.prefix().is_some() || self.media_types.iter().any(|pattern| pattern == "*/*");
        !is_all || !self.refused_media_types.is_empty()
    }

    /// Why an object is not what may be uploaded, or what was announced.
    pub(crate) fn fault(&self, object: &Object, announced: Option<&str>) -> Option<String> {
        if object.size > self.max_bytes {
            return Some(format!("it has {} bytes, and {} are allowed", object.size, self.max_bytes));
        }
        if !is_concrete(&object.media_type) || !self.admit(&object.media_type) {
            return Some(format!("files of the type {:?} are not allowed", object.media_type));
        }
        let announced = announced.filter(|announced| !matches(essence(announced), &object.media_type))?;
        Some(format!("it is of the type {:?}, and {announced:?} was announced", object.media_type))
    }
}

/// A type and a subtype, of which the subtype or both may be `*`.
pub(crate) fn is_pattern(text: &str) -> bool {
    match text.split_once('/') {
        Some(("*", subtype)) => subtype == "*",
        Some((kind, subtype)) => is_token(kind) && (subtype == "*" || is_token(subtype)),
        None => false,
    }
}

/// One that a file can have, and a header. At a comma a browser begins to read another.
pub(crate) fn is_concrete(text: &str) -> bool {
    let is_visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b',') && text.trim() == text;
    text.len() <= LONGEST && is_visible && is_pattern(essence(text)) && !essence(text).contains('*')
}

fn matches(pattern: &str, media_type: &str) -> bool {
    let media_type = essence(media_type);
    match pattern.strip_suffix('*') {
        Some("*/") => true,
        Some(prefix) => media_type.get(..prefix.len()).is_some_and(|found| found.eq_ignore_ascii_case(prefix)),
        None => media_type.eq_ignore_ascii_case(pattern),
    }
}

/// Without parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_admit_what_they_say() {
        for (pattern, media_type, admits) in [
            ("image/*", "image/png", true),
            ("image/*", "IMAGE/PNG; q=1", true),
            ("image/*", "imagery/png", false),
            ("*/*", "anything", true),
            ("text/plain", "text/plain; charset=utf-8", true),
            ("text/plain", "text/plainer", false),
            ("image/*", "é", false),
        ] {
            assert_eq!(matches(pattern, media_type), admits, "{pattern} {media_type}");
        }
    }

    #[test]
    fn what_is_no_media_type_is_known() {
        assert!(["image/png", "image/*", "*/*"].into_iter().all(is_pattern));
        assert!(!["", "image", "*/png", "image/", "/png", "a b/c", "a/b/c"].into_iter().any(is_pattern));
        assert!(
            is_concrete("text/plain; charset=utf-8")
                && !is_concrete("text/*")
                && !is_concrete("image/png;,text/html")
                && !["a/b;\r\nc", "a/b; c=é", "a/b ", " a/b"].into_iter().any(is_concrete)
                && !is_concrete(&"a/b".repeat(100))
        );
    }
}
