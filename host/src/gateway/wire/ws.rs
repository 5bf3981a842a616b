//! WebSocket frames (RFC 6455), the server's side: binary messages without extensions.
//!
//! The library that makes the handshake keeps 8 KiB of buffer for each connection as long as it lives, more than all
//! else that an idle session costs. Therefore frames are read and written here, where a connection between two frames
//! holds none.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::{
    input::{Item, Violation},
    tcp::take,
};

/// The longest header that the server sends: no mask.
pub(super) const MAX_HEADER: usize = 10;
/// An empty binary message.
pub(super) const EMPTY: Bytes = Bytes::from_static(&[0x82, 0]);
/// Close, with the code for a normal end.
pub(crate) const CLOSE_NORMAL: Bytes = Bytes::from_static(&[0x88, 2, 0x03, 0xE8]);
/// Close, with the code for an error in the protocol.
pub(crate) const CLOSE_PROTOCOL_ERROR: Bytes = Bytes::from_static(&[0x88, 2, 0x03, 0xEA]);

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;
const MASK: usize = 4;
/// Longest payload of a control frame.
const MAX_CONTROL: u64 = 125;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// What is remembered between frames.
pub(super) struct Decoder {
    /// A message of which not all fragments have come.
    message: Option<Message>,
    /// Bytes of a payload that is too long and still comes.
    skip: u64,
}

struct Message {
    is_text: bool,
    /// Empty for a text, and once the message has become too long.
    payload: BytesMut,
    is_too_long: bool,
}

struct Header {
    is_final: bool,
    opcode: u8,
    /// With the mask.
    size: usize,
    payload: u64,
}

/// Writes the header of a binary message in one frame.
pub(super) fn put_header(length: usize, buffer: &mut BytesMut) {
    put_frame_header(FINAL | BINARY, length, buffer);
}

/// The answer to a ping.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(MAX_HEADER + payload.len());
    put_frame_header(FINAL | PONG, payload.len(), &mut frame);
    frame.extend_from_slice(payload);
    frame.freeze()
}

fn put_frame_header(first: u8, length: usize, buffer: &mut BytesMut) {
    buffer.put_u8(first);
    match length {
        0..=125 => buffer.put_u8(length as u8),
        126..=0xFFFF => {
            buffer.put_u8(126);
            buffer.put_u16(length as u16);
        }
        _ => {
            buffer.put_u8(127);
            buffer.put_u64(length as u64);
        }
    }
}

impl Decoder {
    pub(super) const fn new() -> Self {
        Self { message: None, skip: 0 }
    }

    /// Takes the next item out of the buffer; `None` when it has not all arrived. A message may have up to `limit`
    /// bytes in all its fragments; what is too long is reported when that is known, and skipped.
    pub(super) fn next(&mut self, buffer: &mut BytesMut, limit: usize) -> Result<Option<Item>, Violation> {
        loop {
            self.skip(buffer);
            if self.skip > 0 {
                return Ok(None);
            }
            let Some(header) = header(buffer)? else { return Ok(None) };
            if header.opcode < CLOSE && self.exceeds(&header, limit)? {
                buffer.advance(header.size);
                self.skip = header.payload;
                if self.note_too_long(&header) {
                    return Err(Violation::TooLong);
                }
                continue;
            }
            // Control frames are short, and others no longer than the limit.
            let length = header.payload as usize;
            if buffer.len() < header.size + length {
                return Ok(None);
            }
            buffer.advance(header.size - MASK);
            let mask = buffer.get_u32().to_be_bytes();
            unmask(mask, &mut buffer[..length]);
            let payload = take(buffer, length);
            if let Some(item) = self.accept(&header, payload)? {
                return Ok(Some(item));
            }
        }
    }

    fn skip(&mut self, buffer: &mut BytesMut) {
        let skipped = self.skip.min(buffer.len() as u64);
        self.skip -= skipped;
        take(buffer, skipped as usize);
    }

    /// Whether a data frame makes its message too long; also where the rules of fragmentation are checked.
    fn exceeds(&self, header: &Header, limit: usize) -> Result<bool, Violation> {
        if (header.opcode == CONTINUATION) != self.message.is_some() {
            return Err(Violation::Malformed);
        }
        let before = self.message.as_ref().map_or(0, |message| message.payload.len());
        let is_too_long = self.message.as_ref().is_some_and(|message| message.is_too_long);
        Ok(is_too_long || header.payload > (limit - before.min(limit)) as u64)
    }

    /// Remembers that the message is too long, until its last frame; true the first time.
    fn note_too_long(&mut self, header: &Header) -> bool {
        let before = self.message.take();
        if !header.is_final {
            self.message = Some(Message { is_text: true, payload: BytesMut::new(), is_too_long: true });
        }
        before.is_none_or(|message| !message.is_too_long)
    }

    /// A frame that is whole and unmasked.
    fn accept(&mut self, header: &Header, payload: Bytes) -> Result<Option<Item>, Violation> {
        match (header.opcode, header.is_final) {
            (CLOSE, true) => Ok(Some(Item::Close)),
            (PING, true) => Ok(Some(Item::Ping(payload))),
            (PONG, true) => Ok(None),
            (BINARY, true) => Ok(Some(Item::Payload(payload))),
            (TEXT, true) => Ok(Some(Item::Text)),
            (BINARY | TEXT, false) => {
                let is_text = header.opcode == TEXT;
                let payload = if is_text { BytesMut::new() } else { payload.into() };
                self.message = Some(Message { is_text, payload, is_too_long: false });
                Ok(None)
            }
            (CONTINUATION, is_final) => {
                let Some(mut message) = self.message.take() else { return Err(Violation::Malformed) };
                if !message.is_text {
                    message.payload.extend_from_slice(&payload);
                }
                if !is_final {
                    self.message = Some(message);
                    return Ok(None);
                }
                let is_text = message.is_text;
                Ok(Some(if is_text { Item::Text } else { Item::Payload(message.payload.freeze()) }))
            }
            _ => Err(Violation::Malformed),
        }
    }
}

/// Reads a header without taking it; `None` when it has not all arrived.
fn header(bytes: &[u8]) -> Result<Option<Header>, Violation> {
    let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
    let opcode = first & 0x0F;
    let is_final = first & FINAL != 0;
    let is_known = matches!(opcode, CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG);
    // A client must mask, and nothing was agreed on that the reserved bits could mean.
    if first & RESERVED != 0 || second & MASKED == 0 || !is_known {
        return Err(Violation::Malformed);
    }
    let (payload, extended) = match (second & 0x7F, rest) {
        (126, &[a, b, ..]) => (u64::from(u16::from_be_bytes([a, b])), 2),
        (127, &[a, b, c, d, e, f, g, h, ..]) => (u64::from_be_bytes([a, b, c, d, e, f, g, h]), 8),
        (126 | 127, _) => return Ok(None),
        (length, _) => (u64::from(length), 0),
    };
    if opcode >= CLOSE && (!is_final || payload > MAX_CONTROL) || payload > i64::MAX as u64 {
        return Err(Violation::Malformed);
    }
    let size = 2 + extended + MASK;
    Ok((bytes.len() >= size).then_some(Header { is_final, opcode, size, payload }))
}

fn unmask(mask: [u8; MASK], payload: &mut [u8]) {
    let wide = u32::from_ne_bytes(mask);
    let mut words = payload.chunks_exact_mut(MASK);
    for word in &mut words {
        let value = u32::from_ne_bytes([word[0], word[1], word[2], word[3]]) ^ wide;
        word.copy_from_slice(&value.to_ne_bytes());
    }
    for (byte, mask) in words.into_remainder().iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests;
