//! Finds the forbidden words in a text.

use std::ops::{ControlFlow, Range};

use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, BuildError, dfa, nfa::contiguous};

use crate::normalize::{ascii, counts, each_normal, is_diacritic, is_unspaced, normalize};

/// Up to so many bytes of words the fastest automaton is taken; it needs some hundred bytes of memory for each.
const DFA_LIMIT: usize = 32 * 1024;

enum Engine {
    Dfa(dfa::DFA),
    Nfa(contiguous::NFA),
}

/// The words of all lists, ready to be looked for.
pub(crate) struct Matcher {
    engine: Engine,
    whole_word: bool,
    /// Of each word, which list it is in.
    lists: Vec<usize>,
}

/// Why the words cannot be looked for.
#[derive(Debug)]
pub(crate) enum Error {
    /// The word has neither a letter nor a digit.
    NothingLeft(String),
    TooMany(BuildError),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NothingLeft(word) => write!(f, "the word {word:?} has neither a letter nor a digit"),
            Self::TooMany(error) => write!(f, "too many words: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl Matcher {
    /// The words, list by list.
    pub(crate) fn new(words: &[&[String]], whole_word: bool) -> Result<Self, Error> {
        let (mut patterns, mut lists) = (Vec::new(), Vec::new());
        for (list, words) in words.iter().enumerate() {
            for word in *words {
                let pattern = normalize(word);
                if pattern.is_empty() {
                    return Err(Error::NothingLeft(word.clone()));
                }
                patterns.push(pattern);
                lists.push(list);
            }
        }
        let bytes: usize = patterns.iter().map(String::len).sum();
        let engine = if bytes <= DFA_LIMIT {
            dfa::DFA::new(&patterns).map(Engine::Dfa)
        } else {
            contiguous::NFA::new(&patterns).map(Engine::Nfa)
        };
        Ok(Self { engine: engine.map_err(Error::TooMany)?, whole_word, lists })
    }

    /// Calls `hit` with the byte range of each word in `text` and the number of its list, in no particular order; the
    /// ranges may overlap.
    pub(crate) fn find(
        &self,
        text: &str,
        mut hit: impl FnMut(Range<usize>, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.scan(text, |range, word| hit(range, self.lists[word]))
    }

    fn scan(&self, text: &str, mut hit: impl FnMut(Range<usize>, usize) -> ControlFlow<()>) -> ControlFlow<()> {
        let hit = |range: Range<usize>, word: usize| {
            if self.whole_word && !is_whole_word(text, &range) {
                return ControlFlow::Continue(());
            }
            hit(range, word)
        };
        match &self.engine {
            Engine::Dfa(automaton) => scan(automaton, text, hit),
            Engine::Nfa(automaton) => scan(automaton, text, hit),
        }
    }
}

fn scan(
    automaton: &impl Automaton,
    text: &str,
    hit: impl FnMut(Range<usize>, usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if text.is_ascii() { scan_ascii(automaton, text, hit) } else { scan_unicode(automaton, text, hit) }
}

/// Normalises byte by byte and keeps nothing: the begin of a word is looked up when there is one.
fn scan_ascii<A: Automaton>(
    automaton: &A,
    text: &str,
    mut hit: impl FnMut(Range<usize>, usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let bytes = text.as_bytes();
    let mut state = start(automaton);
    for (at, byte) in bytes.iter().enumerate() {
        let Some(normal) = ascii(*byte) else { continue };
        state = automaton.next_state(Anchored::No, state, normal);
        if automaton.is_special(state) && automaton.is_match(state) {
            for (length, word) in found(automaton, state) {
                let counted = (0..=at).rev().filter(|at| ascii(bytes[*at]).is_some());
                let begin = counted.take(length).last().unwrap_or(at);
                hit(begin..at + 1, word)?;
            }
        }
    }
    ControlFlow::Continue(())
}

fn scan_unicode<A: Automaton>(
    automaton: &A,
    text: &str,
    mut hit: impl FnMut(Range<usize>, usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut state = start(automaton);
    // For each byte of the normal form, where in the text it comes from.
    let mut origins = Vec::with_capacity(text.len());
    let mut flow = ControlFlow::Continue(());
    each_normal(text, |char, range| {
        if flow.is_break() {
            return;
        }
        for byte in char.encode_utf8(&mut [0; 4]).bytes() {
            origins.push(range.start);
            state = automaton.next_state(Anchored::No, state, byte);
        }
        if automaton.is_special(state) && automaton.is_match(state) {
            flow = found(automaton, state)
                .try_for_each(|(length, word)| hit(origins[origins.len() - length]..range.end, word));
        }
    });
    flow
}

fn start(automaton: &impl Automaton) -> aho_corasick::automaton::StateID {
    automaton.start_state(Anchored::No).expect("the automaton is built for unanchored searches")
}

/// The words that end here: the length of each in the normal form, and its number.
fn found<A: Automaton>(automaton: &A, state: aho_corasick::automaton::StateID) -> impl Iterator<Item = (usize, usize)> {
    (0..automaton.match_len(state)).map(move |index| {
        let pattern = automaton.match_pattern(state, index);
        (automaton.pattern_len(pattern), pattern.as_usize())
    })
}

fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let first = text[range.start..].chars().next();
    let last = text[..range.end].chars().rev().find(|char| counts(*char));
    let before = text[..range.start].chars().rev().find(|char| !is_diacritic(*char));
    let after = text[range.end..].chars().next();
    !belong_together(before, first) && !belong_together(last, after)
}

/// Whether two neighbours are parts of one word. A digit after a letter begins a new one.
fn belong_together(left: Option<char>, right: Option<char>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    counts(left)
        && counts(right)
        && !is_unspaced(left)
        && !is_unspaced(right)
        && left.is_numeric() == right.is_numeric()
}

#[cfg(test)]
#[path = "matcher_tests.rs"]
mod tests;
