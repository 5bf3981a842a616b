//! Frames over TCP: the length of the payload as an unsigned varint, then the payload.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Error;

/// The longest payload that is taken from a server. Query answers may be long; what is longer is no answer.
pub(crate) const MAX_PAYLOAD: usize = 16 * 1024 * 1024;
/// Five bytes hold 35 bits, more than any length needs.
const MAX_LENGTH_BYTES: usize = 5;

/// Takes the next whole payload out of `buffer`; `None` when it has not all arrived.
pub(crate) fn take(buffer: &mut BytesMut) -> Result<Option<Bytes>, Error> {
    let Some((length, prefix)) = length(buffer)? else { return Ok(None) };
    if buffer.len() < prefix + length {
        buffer.reserve(prefix + length - buffer.len());
        return Ok(None);
    }
    buffer.advance(prefix);
    Ok(Some(buffer.split_to(length).freeze()))
}

/// Writes the length of a payload that follows.
pub(crate) fn put_length(mut length: usize, buffer: &mut BytesMut) {
    while length >= 0x80 {
        buffer.put_u8(length as u8 | 0x80);
        length >>= 7;
    }
    buffer.put_u8(length as u8);
}

fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Error> {
    let mut length = 0usize;
    for (index, byte) in bytes.iter().take(MAX_LENGTH_BYTES).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            if length > MAX_PAYLOAD {
                return Err(Error::Malformed("it is too long"));
            }
            return Ok(Some((length, index + 1)));
        }
    }
    if bytes.len() >= MAX_LENGTH_BYTES { Err(Error::Malformed("its length has no end")) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_put_is_taken_however_it_arrives(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..5),
            step in 1usize..40,
        ) {
            let mut wire = BytesMut::new();
            for payload in &payloads {
                put_length(payload.len(), &mut wire);
                wire.extend_from_slice(payload);
            }
            let (mut buffer, mut taken) = (BytesMut::new(), Vec::new());
            for piece in wire.chunks(step) {
                buffer.extend_from_slice(piece);
                while let Some(payload) = take(&mut buffer).unwrap() {
                    taken.push(payload.to_vec());
                }
            }
            prop_assert_eq!(taken, payloads);
        }

        #[test]
        fn strange_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut buffer = BytesMut::from(&bytes[..]);
            while let Ok(Some(_)) = take(&mut buffer) {}
        }
    }

    #[test]
    fn an_endless_length_is_refused() {
        assert!(take(&mut BytesMut::from(&[0xFF; 5][..])).is_err());
        assert!(take(&mut BytesMut::from(&[0xFF; 4][..])).unwrap().is_none());
    }
}
