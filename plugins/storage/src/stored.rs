//! Records in `kv`. Each says of which version it is; one that is not understood is an error, and never as if there
//! were none.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use talaria_sdk::kv;

use crate::refusal::{Refusal, Result};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    v: u32,
    record: T,
}

pub(crate) fn encode<T: Serialize>(record: &T) -> Vec<u8> {
    serde_json::to_vec(&Stored { v: VERSION, record }).expect("texts, numbers and maps of them are JSON")
}

pub(crate) fn decode<T: DeserializeOwned>(key: &str, kept: &[u8]) -> Result<T> {
    match serde_json::from_slice(kept) {
        Ok(Stored { v: VERSION, record }) => Ok(record),
        Ok(Stored { v, .. }) => {
            Err(Refusal::Unreadable(format!("{key} is of version {v}, which this plugin does not know")))
        }
        Err(error) => Err(Refusal::Unreadable(format!("{key} cannot be read: {error}"))),
    }
}

/// As it is kept, to compare with when it is changed, and what it says.
pub(crate) fn find<T: DeserializeOwned>(key: &str) -> Result<Option<(Vec<u8>, T)>> {
    let Some(kept) = kv::get(key)? else { return Ok(None) };
    let record = decode(key, &kept)?;
    Ok(Some((kept, record)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_not_nothing() {
        assert_eq!(find::<Vec<i64>>("key").unwrap(), None);
        kv::set("key", encode(&[7, 8])).unwrap();
        assert_eq!(find::<Vec<i64>>("key").unwrap().unwrap().1, [7, 8]);
        for kept in ["", "[7]", r#"{"v":2,"record":[7]}"#, r#"{"v":1,"record":["seven"]}"#] {
            kv::set("key", kept).unwrap();
            assert!(
                matches!(find::<Vec<i64>>("key"), Err(Refusal::Unreadable(cause)) if cause.starts_with("key ")),
                "{kept}"
            );
        }
    }
}
