//! Under which name a browser saves a download.

use super::{Error, encode_percent};

/// As many as 255 characters may have, which is what clients of the protocol may call a file.
const NAME_BYTES: usize = 1020;
/// What RFC 8187 lets stand for itself, beside letters, digits and `-_.~`.
const KEPT: &[u8] = b"!#$&+^`|";

/// Refuses what is no name of a file.
pub fn check_file_name(name: &str) -> Result<(), Error> {
    if !(1..=NAME_BYTES).contains(&name.len()) {
        return Err(Error::Invalid(format!("the name of a file has 1 to {NAME_BYTES} bytes")));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::Invalid("the name of a file has no control characters".into()));
    }
    Ok(())
}

/// The value of `Content-Disposition`, which is ASCII whatever the name is: as RFC 6266 has it, with a plain name for
/// old programs and the right one for others.
#[must_use]
pub fn disposition(name: &str) -> String {
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%' | '/' | ';');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encode_percent(name, KEPT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_given_plain_and_right() {
        assert_eq!(disposition("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(disposition("é\".exe"), "attachment; filename=\"__.exe\"; filename*=UTF-8''%C3%A9%22.exe");
    }

    proptest! {
        #[test]
        fn no_name_ends_the_header(name in any::<String>()) {
            let value = disposition(&name);
            prop_assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(value.matches('"').count(), 2);
            prop_assert_eq!(value.matches(';').count(), 2);
        }
    }
}
