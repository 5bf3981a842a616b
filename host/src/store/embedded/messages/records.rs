//! The records of a message as one blob: a version, then each record behind its length.

use bytes::Bytes;

use crate::store::{Error, Result};

const VERSION: u8 = 1;

/// `None` for no records, which costs no bytes.
pub(super) fn encode(records: &[Bytes]) -> Option<Vec<u8>> {
    if records.is_empty() {
        return None;
    }
    let size = records.iter().map(|record| record.len() + 4).sum::<usize>() + 1;
    let mut blob = Vec::with_capacity(size);
    blob.push(VERSION);
    for record in records {
        // A frame is far smaller than 4 GiB.
        blob.extend_from_slice(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes());
        blob.extend_from_slice(record);
    }
    Some(blob)
}

pub(super) fn decode(blob: &[u8]) -> Result<Vec<Bytes>> {
    let corrupt = || Error::Corrupt("the records of a message".into());
    let Some((&VERSION, mut rest)) = blob.split_first() else { return Err(corrupt()) };
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (length, tail) = rest.split_first_chunk().ok_or_else(corrupt)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (record, tail) = tail.split_at_checked(length).ok_or_else(corrupt)?;
        records.push(Bytes::copy_from_slice(record));
        rest = tail;
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Error, decode, encode};

    #[test]
    fn records_come_back_as_they_were() {
        let records = vec![Bytes::from_static(b"one"), Bytes::new(), Bytes::from(vec![7; 300])];
        let blob = encode(&records).expect("there are records");
        assert_eq!(decode(&blob).expect("decodes"), records);
        assert_eq!(encode(&[]), None);
    }

    #[test]
    fn a_damaged_blob_is_reported() {
        for blob in [&b""[..], b"\x02", b"\x01\x05", b"\x01\x05\0\0\0abc"] {
            assert!(matches!(decode(blob), Err(Error::Corrupt(_))), "{blob:?}");
        }
    }
}
