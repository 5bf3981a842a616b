//! What the words of a text are. Texts are compared in lower case and in the compatibility form of Unicode, so that
//! width and ligatures do not matter. Scripts that are written without spaces have no words that can be told apart:
//! there, each character and each pair of neighbours is indexed, and a search finds any part.

use unicode_normalization::UnicodeNormalization;

/// A longer word is cut, in the index and in a search alike; in characters.
const MAX_WORD: usize = 64;

/// A part of a text that is searched for as a whole.
#[derive(PartialEq, Eq, Debug)]
enum Piece {
    Word(String),
    /// Of a script that is written without spaces.
    Run(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Between,
    Word,
    Run,
}

/// What a search looks for.
#[derive(Debug)]
pub(super) struct Words(Vec<Piece>);

impl Words {
    /// `None` when there is nothing to look for.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut pieces = pieces(text);
        pieces.dedup();
        (!pieces.is_empty()).then_some(Self(pieces))
    }

    /// Whether a text has all of them.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let found = pieces(text);
        self.0.iter().all(|wanted| {
            found.iter().any(|piece| match (wanted, piece) {
                (Piece::Word(wanted), Piece::Word(word)) => wanted == word,
                (Piece::Run(wanted), Piece::Run(run)) => run.contains(wanted),
                (Piece::Word(_), Piece::Run(_)) | (Piece::Run(_), Piece::Word(_)) => false,
            })
        })
    }

    /// Terms of the index that every text with these words has.
    pub(super) fn terms(&self) -> Vec<String> {
        let mut terms = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Word(word) => terms.push(word.clone()),
                Piece::Run(run) if run.chars().nth(1).is_none() => terms.push(run.clone()),
                Piece::Run(run) => terms.extend(pairs(run).map(str::to_owned)),
            }
        }
        terms
    }
}

/// Appends the terms of a text, each after a space.
pub(super) fn index(text: &str, terms: &mut String) {
    let mut add = |term: &str| {
        terms.push(' ');
        terms.push_str(term);
    };
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => add(&word),
            Piece::Run(run) => {
                run.char_indices().for_each(|(at, char)| add(&run[at..at + char.len_utf8()]));
                pairs(&run).for_each(&mut add);
            }
        }
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    if text.is_ascii() {
        return text
            .split(|char: char| !char.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| Piece::Word(word[..word.len().min(MAX_WORD)].to_ascii_lowercase()))
            .collect();
    }
    let mut pieces = Vec::new();
    let (mut class, mut piece) = (Class::Between, String::new());
    // The sigma at the end of a word is the same letter.
    for char in text.nfkc().flat_map(char::to_lowercase).map(|char| if char == 'ς' { 'σ' } else { char }) {
        let next = class_of(char);
        if next != class {
            pieces.extend(finish(class, &mut piece));
            class = next;
        }
        piece.push(char);
    }
    pieces.extend(finish(class, &mut piece));
    pieces
}

fn finish(class: Class, piece: &mut String) -> Option<Piece> {
    let mut piece = std::mem::take(piece);
    match class {
        Class::Between => None,
        Class::Word => {
            if let Some((end, _)) = piece.char_indices().nth(MAX_WORD) {
                piece.truncate(end);
            }
            Some(Piece::Word(piece))
        }
        Class::Run => Some(Piece::Run(piece)),
    }
}

fn class_of(char: char) -> Class {
    if !char.is_alphanumeric() {
        Class::Between
    } else if is_unspaced(char) {
        Class::Run
    } else {
        Class::Word
    }
}

/// Thai, Lao, Myanmar, Khmer, Hiragana, Katakana and Han.
fn is_unspaced(char: char) -> bool {
    matches!(char,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let ends = run.char_indices().skip(2).map(|(at, _)| at).chain([run.len()]);
    run.char_indices().map(|(at, _)| at).zip(ends).map(|(start, end)| &run[start..end]).filter(|pair| {
        // The only pair of a run of one is none.
        pair.chars().nth(1).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexed(text: &str) -> String {
        let mut terms = String::new();
        index(text, &mut terms);
        terms
    }

    fn finds(wanted: &str, text: &str) -> bool {
        let words = Words::new(wanted).unwrap();
        let terms = indexed(text);
        let in_index = words.terms().iter().all(|term| terms.split(' ').any(|indexed| indexed == term));
        let is_found = words.are_in(text);
        assert!(in_index || !is_found, "the index must not miss {wanted:?} in {text:?}");
        is_found
    }

    #[test]
    fn words_are_whole_and_in_any_order() {
        assert!(finds("world HELLO", "Hello, world!"));
        assert!(!finds("hell", "Hello, world!"));
        assert!(!finds("hello moon", "Hello, world!"));
        assert!(finds("don't", "I don't know"));
        assert!(finds("ÉTÉ", "l'e\u{301}te\u{301} 2024"));
        assert!(finds("ｗｉｄｅ", "wide"));
        assert!(finds("ΟΔΟΣ", "η οδος"));
        assert!(finds(&"x".repeat(100), &"x".repeat(70)), "long words are cut");
    }

    #[test]
    fn scripts_without_spaces_are_found_in_part() {
        assert!(finds("彩票", "今天买彩票吗"));
        assert!(finds("票", "今天买彩票吗"));
        assert!(!finds("票彩", "今天买彩票吗"));
        assert!(!finds("买票", "今天买彩票,买彩,彩票票"), "neighbours only");
        assert!(finds("ab彩票", "xx彩票,ab彩票"));
        assert!(finds("こんにちは", "皆さんこんにちは。"));
    }

    #[test]
    fn what_has_no_words_is_nothing() {
        for nothing in ["", "  ", "!?… —", "🙂"] {
            assert!(Words::new(nothing).is_none(), "{nothing:?}");
            assert_eq!(indexed(nothing), "");
        }
        assert_eq!(indexed("票"), " 票");
        assert_eq!(indexed("彩票a"), " 彩 票 彩票 a");
    }
}
