//! What a message says of itself. Whoever reads it knows who wrote it, as which of its messages, and when it was due.

use std::fmt::Write as _;

const NUMBERS: usize = 8 + 8 + 8 + 16;
const FILLER: &str = " the answer to your question is in the second part of the letter that came this morning;";

/// Stands in front of the text, in hexadecimal digits of fixed width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stamp {
    /// Tells this run from others on the same server.
    pub(crate) run: u32,
    /// Index of the sender.
    pub(crate) sender: u32,
    /// Counts the messages of the sender.
    pub(crate) sequence: u32,
    /// When the schedule wanted it sent, in nanoseconds of the generator's clock.
    pub(crate) due: u64,
}

impl Stamp {
    /// Replaces the stamp in `text`, which `text` has made.
    pub(crate) fn put(&self, text: &mut String, filler: &str) {
        let Self { run, sender, sequence, due } = self;
        text.clear();
        let written = write!(text, "{run:08x}{sender:08x}{sequence:08x}{due:016x}");
        debug_assert!(written.is_ok(), "a string takes everything");
        text.push_str(filler);
    }

    /// The stamp of a text; `None` when it has none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let number = |range| u64::from_str_radix(text.get(range)?, 16).ok();
        let short = |range| number(range).and_then(|number| u32::try_from(number).ok());
        Some(Self { run: short(0..8)?, sender: short(8..16)?, sequence: short(16..24)?, due: number(24..NUMBERS)? })
    }
}

/// What fills a text up to `size` characters.
pub(crate) fn filler(size: usize) -> anyhow::Result<String> {
    anyhow::ensure!(size >= NUMBERS, "a message needs at least {NUMBERS} characters");
    Ok(FILLER.chars().cycle().take(size - NUMBERS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_was_put() {
        let stamp = Stamp { run: u32::MAX, sender: 1, sequence: 77, due: u64::MAX - 1 };
        let mut text = String::from("anything");
        stamp.put(&mut text, &filler(200).unwrap());
        assert_eq!(text.len(), 200);
        assert_eq!(Stamp::read(&text), Some(stamp));
        assert_eq!(Stamp::read(&text[..39]), None);
        assert_eq!(Stamp::read("é".repeat(40).as_str()), None);
        assert!(filler(39).is_err() && filler(40).unwrap().is_empty());
    }
}
