//! Counts tests while their output streams by.
//!
//! Tests run with `--show-output`, because a test that lacks something outside of it prints `SKIPPED: reason` and
//! passes, and only so the line is seen. What else passing tests print is hidden again here.

use std::fmt;

/// How many tests ended how. A skipped test is not counted as passed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(out, ", {skipped} skipped"),
        }
    }
}

/// The part of a test binary's output that a line belongs to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Progress,
    /// Output of passed tests, a block each.
    Successes,
    Failures,
}

/// Reads the output line by line.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    counts: Counts,
    part: Part,
    /// Tests of the running binary that said so; its result line will call them passed.
    skipping: u64,
    /// The test of this block has been counted as skipped: two such lines are still one test.
    block_counted: bool,
}

impl Reader {
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes a line in; whether it is worth showing.
    pub(crate) fn read(&mut self, line: &str) -> bool {
        let line = line.trim_end();
        match line {
            "successes:" => self.part = Part::Successes,
            "failures:" => self.part = Part::Failures,
            _ => {}
        }
        if let Some(result) = line.strip_prefix("test result: ") {
            self.part = Part::Progress;
            self.add(result);
            return true;
        }
        match self.part {
            Part::Progress => {
                // Without capture (`--nocapture`) the line follows the test's name.
                if line.starts_with("SKIPPED: ") || line.contains(" ... SKIPPED: ") {
                    self.skipping += 1;
                }
                true
            }
            Part::Successes => self.read_success(line),
            Part::Failures => true,
        }
    }

    fn read_success(&mut self, line: &str) -> bool {
        if line.starts_with("---- ") && line.ends_with(" ----") {
            self.block_counted = false;
        }
        let skipped = line.starts_with("SKIPPED: ");
        if skipped && !self.block_counted {
            self.block_counted = true;
            self.skipping += 1;
        }
        skipped
    }

    fn add(&mut self, result: &str) {
        let number = |word: &str| -> u64 {
            let before = result.split(word).next().unwrap_or_default();
            let digits = before.trim_end().rsplit(' ').next().unwrap_or_default();
            digits.parse().unwrap_or(0)
        };
        let skipping = std::mem::take(&mut self.skipping);
        self.counts.passed += number(" passed").saturating_sub(skipping);
        self.counts.failed += number(" failed");
        self.counts.skipped += number(" ignored") + skipping;
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Reader};

    fn read(text: &str) -> (Counts, Vec<&str>) {
        let mut reader = Reader::default();
        let shown = text.lines().filter(|line| reader.read(line)).collect();
        (reader.counts(), shown)
    }

    #[test]
    fn results_are_summed() {
        let (counts, shown) = read(
            "test a ... ok\n\
             test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(counts.to_string(), "15 passed, 2 failed, 1 skipped");
        assert_eq!(shown.len(), 3);
    }

    #[test]
    fn a_skipped_test_is_not_a_passed_one() {
        let (counts, shown) = read(
            "test mongo ... ok\n\nsuccesses:\n\n---- mongo stdout ----\nlooking\nSKIPPED: no server\nSKIPPED: again\n\n\
             ---- nats stdout ----\nSKIPPED: no server\n\nsuccesses:\n    mongo\n    nats\n    other\n\n\
             test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(counts.to_string(), "1 passed, 0 failed, 2 skipped");
        assert!(shown.contains(&"SKIPPED: no server"));
        assert!(!shown.contains(&"looking"));
    }

    #[test]
    fn output_of_failures_is_shown() {
        let (counts, shown) = read(
            "failures:\n\n---- a stdout ----\nbroken\nSKIPPED: no\n\nfailures:\n    a\n\n\
             test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(counts.to_string(), "0 passed, 1 failed");
        assert!(shown.contains(&"broken"));
    }
}
