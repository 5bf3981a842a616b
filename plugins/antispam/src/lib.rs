//! Keeps messages with forbidden words from being sent, or masks the words.
//!
//! Words are found whatever their case and width and whatever stands between their letters: `spamword` is found in
//! `S.p a m W-O-R-D`. A word inside of another one is let through (`ass` in `passage`) unless the configuration says
//! `"whole_word": false`. In scripts that are written without spaces, words are found everywhere. A digit does not
//! belong to the word beside it.

mod matcher;
mod normalize;
mod settings;

use std::ops::Range;

use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Config, Context, Description, StartError};

use crate::matcher::Matcher;
use crate::settings::{Action, Settings};

/// The protocol's status code for a message whose content is not allowed.
const MESSAGE_IS_ILLEGAL: u32 = 5010;

struct Antispam {
    settings: Settings,
    matcher: Matcher,
}

#[talaria_sdk::plugin]
impl Antispam {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json"))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        let matcher = Matcher::new(&settings.words, settings.whole_word)?;
        Ok(Self { settings, matcher })
    }

    fn message_before_send(&self, _ctx: &Context, draft: &Draft) -> Verdict {
        let Some(text) = &draft.text else {
            return Verdict::Continue;
        };
        if !self.matcher.is_match(text) {
            return Verdict::Continue;
        }
        match self.settings.action {
            Action::Reject => Verdict::deny(MESSAGE_IS_ILLEGAL, &self.settings.reason),
            Action::Drop => Verdict::Drop,
            Action::Mask => {
                let ranges = self.matcher.find_all(text);
                Verdict::replace_text(mask(text, ranges, self.settings.mask))
            }
        }
    }
}

/// Puts `with` in the place of every character of the ranges, which may overlap.
fn mask(text: &str, mut ranges: Vec<Range<usize>>, with: char) -> String {
    ranges.sort_by_key(|range| range.start);
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        let start = range.start.max(done);
        let end = range.end.max(start);
        masked.push_str(&text[done..start]);
        masked.extend(text[start..end].chars().map(|_| with));
        done = end;
    }
    masked.push_str(&text[done..]);
    masked
}

#[cfg(test)]
mod tests;
