//! WebSocket frames, written by hand.

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 300;

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = BytesMut::new();
    put_frame_header(first, payload.len(), &mut frame);
    frame[1] |= MASKED;
    let mask = [0xA1, 0x52, 0x03, 0xF4];
    frame.extend_from_slice(&mask);
    frame.extend(payload.iter().enumerate().map(|(index, byte)| byte ^ mask[index % MASK]));
    frame.to_vec()
}

fn decode(wire: &[u8], step: usize) -> Vec<Result<Item, Violation>> {
    let (mut decoder, mut buffer, mut items) = (Decoder::new(), BytesMut::new(), Vec::new());
    for piece in wire.chunks(step) {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.next(&mut buffer, LIMIT) {
                Ok(Some(item)) => items.push(Ok(item)),
                Ok(None) => break,
                Err(violation) => {
                    items.push(Err(violation));
                    if violation == Violation::Malformed {
                        return items;
                    }
                }
            }
        }
    }
    assert_eq!(buffer.capacity(), 0, "an idle connection holds no buffer");
    items
}

#[test]
fn messages_come_whole_however_they_are_cut() {
    let long = [9; 200];
    let wire = [
        frame(FINAL | BINARY, b""),
        frame(BINARY, b"he"),
        frame(FINAL | PING, b"?"),
        frame(CONTINUATION, b""),
        frame(FINAL | CONTINUATION, b"llo"),
        frame(FINAL | PONG, b"unasked"),
        frame(FINAL | TEXT, b"text"),
        frame(TEXT, b"more "),
        frame(FINAL | CONTINUATION, b"text"),
        frame(FINAL | BINARY, &long),
        frame(FINAL | CLOSE, &[0x03, 0xE8]),
    ]
    .concat();
    let expected = [
        Item::Payload(Bytes::new()),
        Item::Ping(Bytes::from_static(b"?")),
        Item::Payload(Bytes::from_static(b"hello")),
        Item::Text,
        Item::Text,
        Item::Payload(Bytes::copy_from_slice(&long)),
        Item::Close,
    ]
    .map(Ok);
    for step in 1..=wire.len() {
        assert_eq!(decode(&wire, step), expected, "{step} bytes at a time");
    }
}

#[test]
fn what_is_too_long_is_told_once_and_skipped() {
    let wire = [
        frame(FINAL | BINARY, &[0; LIMIT + 1]),
        frame(FINAL | BINARY, b"after"),
        frame(BINARY, &[0; LIMIT]),
        frame(CONTINUATION, &[0; 1]),
        frame(FINAL | PING, b"between"),
        frame(CONTINUATION, &[0; LIMIT]),
        frame(FINAL | CONTINUATION, b""),
        frame(FINAL | BINARY, &[0; 70_000]),
        frame(FINAL | CLOSE, b""),
    ]
    .concat();
    let expected = [
        Err(Violation::TooLong),
        Ok(Item::Payload(Bytes::from_static(b"after"))),
        Err(Violation::TooLong),
        Ok(Item::Ping(Bytes::from_static(b"between"))),
        Err(Violation::TooLong),
        Ok(Item::Close),
    ];
    for step in [1, 7, 1000, wire.len()] {
        assert_eq!(decode(&wire, step), expected, "{step} bytes at a time");
    }
}

#[test]
fn what_breaks_the_rules_is_malformed() {
    let unmasked = vec![FINAL | BINARY, 0];
    let long_ping = frame(FINAL | PING, &[0; 126]);
    let cases = [
        unmasked,
        long_ping,
        frame(PING, b"in pieces"),
        frame(FINAL | 0x40 | BINARY, b"compressed"),
        frame(FINAL | 0x3, b"no such opcode"),
        frame(FINAL | CONTINUATION, b"of nothing"),
        [frame(BINARY, b"one"), frame(FINAL | BINARY, b"in another")].concat(),
        vec![FINAL | BINARY, MASKED | 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];
    for case in cases {
        assert_eq!(decode(&case, case.len()), [Err(Violation::Malformed)], "{case:?}");
    }
}

proptest! {
    #[test]
    fn strange_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), step in 1usize..64) {
        let (mut decoder, mut buffer) = (Decoder::new(), BytesMut::new());
        for piece in bytes.chunks(step) {
            buffer.extend_from_slice(piece);
            while let Ok(Some(_)) = decoder.next(&mut buffer, 32) {}
        }
    }
}
