//! Framing over TCP: the length of the payload as an unsigned varint, then the payload.

use bytes::{Buf, Bytes, BytesMut};

use super::{
    frame::put_varint,
    input::{Item, Violation},
};

/// Five bytes hold 35 bits; a length that needs more is none.
pub(super) const MAX_HEADER: usize = 5;

pub(super) fn put_header(length: usize, buffer: &mut BytesMut) {
    put_varint(length, buffer);
}

/// Takes the next whole payload out of the buffer; `None` when it has not all arrived. A payload may have up to `limit`
/// bytes. After a violation there is no telling where the next frame begins.
pub(super) fn next(buffer: &mut BytesMut, limit: usize) -> Result<Option<Item>, Violation> {
    let Some((length, header)) = header(buffer)? else { return Ok(None) };
    if length > limit as u64 {
        return Err(Violation::TooLong);
    }
    let length = length as usize;
    if buffer.len() < header + length {
        return Ok(None);
    }
    buffer.advance(header);
    Ok(Some(Item::Payload(take(buffer, length))))
}

/// The length and how many bytes told it. Clients of other languages send negative lengths as such, with ten bytes.
fn header(bytes: &[u8]) -> Result<Option<(u64, usize)>, Violation> {
    let mut length = 0;
    for (index, byte) in bytes.iter().take(MAX_HEADER).enumerate() {
        length |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some((length, index + 1)));
        }
    }
    if bytes.len() >= MAX_HEADER { Err(Violation::Malformed) } else { Ok(None) }
}

/// Cuts a payload off, and lets go of the buffer once it is used up.
pub(super) fn take(buffer: &mut BytesMut, length: usize) -> Bytes {
    if buffer.len() == length { std::mem::take(buffer).freeze() } else { buffer.split_to(length).freeze() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn payload(item: Option<Item>) -> Option<Bytes> {
        item.map(|item| match item {
            Item::Payload(payload) => payload,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_frame_may_be_split_at_each_byte() {
        let mut wire = BytesMut::new();
        put_header(300, &mut wire);
        wire.extend_from_slice(&[7; 300]);
        put_header(0, &mut wire);
        for split in 0..wire.len() {
            let mut buffer = BytesMut::from(&wire[..split]);
            let mut taken = Vec::new();
            while let Some(payload) = payload(next(&mut buffer, 300).unwrap()) {
                taken.push(payload.len());
            }
            buffer.extend_from_slice(&wire[split..]);
            while let Some(payload) = payload(next(&mut buffer, 300).unwrap()) {
                taken.push(payload.len());
            }
            assert_eq!(taken, [300, 0], "split at {split}");
            assert_eq!(buffer.capacity(), 0, "an idle connection holds no buffer");
        }
    }

    #[test]
    fn a_length_over_the_limit_or_without_end_is_a_violation() {
        assert_eq!(next(&mut BytesMut::from(&[0x81, 0x80, 0x01][..]), 16384), Err(Violation::TooLong));
        assert_eq!(next(&mut BytesMut::from(&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F][..]), 16384), Err(Violation::TooLong));
        assert_eq!(next(&mut BytesMut::from(&[0xFF; 10][..]), 16384), Err(Violation::Malformed));
        assert_eq!(next(&mut BytesMut::from(&[0xFF; 4][..]), 16384), Ok(None));
    }

    proptest! {
        #[test]
        fn strange_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut buffer = BytesMut::from(&bytes[..]);
            while let Ok(Some(_)) = next(&mut buffer, 32) {}
        }
    }
}
