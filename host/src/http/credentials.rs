//! Who a request says that it is from: HTTP Basic, with a user's id and password.

use axum::http::{HeaderMap, header::AUTHORIZATION};

use crate::model::{
    UserId,
    hidden::Hidden,
    session::{DeviceType, Login},
};

/// What the header says; `None` when there is none, or it makes no sense.
pub(super) fn read(headers: &HeaderMap) -> Option<Login> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(decode(encoded.trim())?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some(Login {
        version: 1,
        user: UserId(user.parse().ok()?),
        password: Some(Hidden(password.to_owned())),
        status: None,
        device: DeviceType::Others,
        device_details: Vec::new(),
        position: None,
    })
}

/// Base64 with its usual letters; the padding may be missing.
fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut decoded, mut bits, mut count) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn login(header: &str) -> Option<(i64, String)> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(header).unwrap())]);
        read(&headers).map(|login| (login.user.0, login.password.map_or_else(String::new, |Hidden(password)| password)))
    }

    #[test]
    fn a_user_and_a_password_are_read() {
        assert_eq!(login("Basic MToxMjM="), Some((1, "123".into())));
        assert_eq!(login("basic MToxMjM"), Some((1, "123".into())));
        assert_eq!(login("Basic NDI6YTpi"), Some((42, "a:b".into())), "a password may have colons");
        assert_eq!(login("Basic MTo="), Some((1, String::new())));
        for bad in ["", "Basic", "Basic ", "Bearer MToxMjM=", "Basic M*", "Basic eDoxMjM=", "Basic MTIz"] {
            assert_eq!(login(bad), None, "{bad}");
        }
    }
}
