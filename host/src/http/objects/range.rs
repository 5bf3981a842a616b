//! Which part of an object a client wants.

use super::Refusal;

/// Bytes of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) length: u64,
}

/// The one part that the header `range` asks for. `None`, the whole, when it asks for several or makes no sense, as
/// HTTP has it.
pub(super) fn parse(header: &str, size: u64) -> Result<Option<Part>, Refusal> {
    let Some((start, end)) = header.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let number = |text: &str| -> Option<u64> {
        let text = text.trim();
        text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let (start, end) = match (start.trim(), end.trim()) {
        ("", last) => match number(last) {
            Some(0) => return Err(Refusal::Range(size)),
            Some(last) => (size.saturating_sub(last), size),
            None => return Ok(None),
        },
        (start, "") => match number(start) {
            Some(start) => (start, size),
            None => return Ok(None),
        },
        (start, end) => match (number(start), number(end)) {
            (Some(start), Some(end)) if start <= end => (start, size.min(end.saturating_add(1))),
            _ => return Ok(None),
        },
    };
    if start >= size {
        return Err(Refusal::Range(size));
    }
    Ok(Some(Part { start, length: end - start }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_range_is_a_part() {
        let part = |header| parse(header, 10).map(|part| part.map(|part| (part.start, part.length)));
        assert_eq!(part("bytes=0-0"), Ok(Some((0, 1))));
        assert_eq!(part("bytes=2-4"), Ok(Some((2, 3))));
        assert_eq!(part("bytes=7-"), Ok(Some((7, 3))));
        assert_eq!(part("bytes=7-99"), Ok(Some((7, 3))));
        assert_eq!(part("bytes=-3"), Ok(Some((7, 3))));
        assert_eq!(part("bytes=-99"), Ok(Some((0, 10))));
        for whole in
            ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=4-2", "bytes=0-1,3-4", "items=0-1", "bytes=+1-2"]
        {
            assert_eq!(part(whole), Ok(None), "{whole}");
        }
        for none in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(part(none), Err(Refusal::Range(10)), "{none}");
        }
        assert_eq!(parse("bytes=0-", 0), Err(Refusal::Range(0)));
    }

    proptest! {
        #[test]
        fn a_part_is_within_the_object(header in "(bytes=)?[0-9,-]{0,24}|\\PC*", size: u64) {
            if let Ok(Some(Part { start, length })) = parse(&header, size) {
                prop_assert!(length > 0 && start + length <= size);
            }
        }
    }
}
