//! What the query of an address says: until when it is good, under which name a download is saved, and the signature
//! over all.

use super::Refusal;
use crate::objects::{
    BucketName, DiskStore, Key, decode_percent,
    disk::{Deed, Signed},
};

/// What the query says of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Check {
    /// Nothing.
    Unsigned,
    /// That it may be done.
    Good { file_name: Option<String>, expires: i64 },
}

/// Whether this may be done to the object now.
pub(super) fn check(
    disk: &DiskStore,
    deed: Deed,
    (bucket, key): (&BucketName, &Key),
    query: &str,
) -> Result<Check, Refusal> {
    let Some(Query { expires, file_name, signature }) = parse(query)? else { return Ok(Check::Unsigned) };
    let signed = Signed { deed, bucket, key, expires, file_name: file_name.as_deref() };
    if !disk.is_signed(&signed, &signature) {
        return Err(Refusal::BadSignature);
    }
    // Afterwards, so that nobody learns anything about addresses that were never made.
    if disk.has_expired(expires) {
        return Err(Refusal::Expired);
    }
    Ok(Check::Good { file_name, expires })
}

#[derive(Debug)]
struct Query {
    expires: i64,
    file_name: Option<String>,
    signature: String,
}

/// `None` when there is no signature. What is not ours is passed by, as networks of caches add things.
fn parse(query: &str) -> Result<Option<Query>, Refusal> {
    let (mut expires, mut file_name, mut signature) = (None, None, None);
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let place = match name {
            "expires" => &mut expires,
            "name" => &mut file_name,
            "signature" => &mut signature,
            _ => continue,
        };
        if place.is_some() {
            return Err(Refusal::BadSignature);
        }
        *place = Some(decode_percent(&value.replace('+', " ")).ok_or(Refusal::BadSignature)?);
    }
    let Some(signature) = signature else { return Ok(None) };
    let expires = expires.and_then(|expires| expires.parse().ok()).ok_or(Refusal::BadSignature)?;
    Ok(Some(Query { expires, file_name, signature }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_query_is_read_whatever_stands_beside() {
        let query = parse("a=b&expires=9&name=x%20%C3%A9.png&signature=0f&c").unwrap().unwrap();
        let Query { expires, file_name, signature } = query;
        assert_eq!((expires, file_name.as_deref(), signature.as_str()), (9, Some("x é.png"), "0f"));
        assert!(parse("").unwrap().is_none() && parse("expires=9&name=a").unwrap().is_none());
        for bad in
            ["signature=0", "signature=0&expires=x", "signature=0&signature=0&expires=1", "expires=%&signature=0"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(query in any::<String>()) {
            let _ = parse(&query);
            let _ = parse(&format!("signature={query}&expires={query}"));
        }
    }
}
