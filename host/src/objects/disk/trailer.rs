//! What follows an object's bytes in its file: what is known of it, as JSON, the length of that, and a mark. Both are
//! in place with one rename, so neither is ever without the other.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
};

use serde::{Deserialize, Serialize};

use crate::{model::Timestamp, objects::Object};

/// Its digit is the version of what is before it.
const MARK: &[u8; 8] = b"TALOBJ 1";
const FOOT: usize = size_of::<u32>() + MARK.len();
/// A key of control characters only, which cannot be, would take six times its length.
const LONGEST: usize = 16 * 1024;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Trailer {
    key: String,
    media_type: String,
    etag: String,
    size: u64,
    modified: i64,
}

impl Trailer {
    pub(super) fn new(object: &Object) -> Self {
        Self {
            key: object.key.clone(),
            media_type: object.media_type.clone(),
            etag: object.etag.clone(),
            size: object.size,
            modified: object.modified.0,
        }
    }

    pub(super) fn into_object(self) -> Object {
        let Self { key, media_type, etag, size, modified } = self;
        Object { key, size, media_type, etag, modified: Timestamp(modified) }
    }

    /// What is appended to the object's bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("plain data is JSON");
        let length = u32::try_from(bytes.len()).expect("a trailer is short");
        bytes.extend(length.to_le_bytes());
        bytes.extend(MARK);
        bytes
    }

    /// That of a file; `None` when the file is damaged, or none of ours.
    pub(super) fn read(file: &mut File) -> io::Result<Option<Self>> {
        let length = file.seek(SeekFrom::End(0))?;
        let near = usize::try_from(length).unwrap_or(usize::MAX).min(LONGEST);
        file.seek(SeekFrom::Start(length - near as u64))?;
        let mut end = vec![0; near];
        file.read_exact(&mut end)?;
        Ok(Self::parse(&end, length))
    }

    /// From the end of a file of so many bytes.
    fn parse(end: &[u8], length: u64) -> Option<Self> {
        let (rest, foot) = end.split_at_checked(end.len().checked_sub(FOOT)?)?;
        let (count, mark) = foot.split_first_chunk()?;
        let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
        let json = rest.get(rest.len().checked_sub(count)?..)?;
        if mark != MARK {
            return None;
        }
        let trailer: Self = serde_json::from_slice(json).ok()?;
        (trailer.size.checked_add((count + FOOT) as u64)? == length).then_some(trailer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trailer(key: String, size: u64) -> Trailer {
        Trailer { key, media_type: "image/png".into(), etag: "00".into(), size, modified: 7 }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(key in "\\PC{1,300}", data in prop::collection::vec(any::<u8>(), 0..40)) {
            let written = trailer(key, data.len() as u64);
            let file = [data, written.to_bytes()].concat();
            prop_assert_eq!(Trailer::parse(&file, file.len() as u64), Some(written));
            prop_assert_eq!(Trailer::parse(&file, file.len() as u64 + 1), None, "bytes are missing");
            for cut in 0..file.len() {
                prop_assert_eq!(Trailer::parse(&file[..cut], cut as u64), None);
            }
        }

        #[test]
        fn whatever_lies_there_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60), mark: bool) {
            let mut bytes = bytes;
            if mark {
                bytes.extend(MARK);
            }
            let _ = Trailer::parse(&bytes, bytes.len() as u64);
        }
    }
}
