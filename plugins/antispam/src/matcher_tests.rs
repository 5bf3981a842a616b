//! Finding words whatever they are dressed up as.

use std::ops::{ControlFlow, Range};

use proptest::prelude::{any, prop};
use proptest::proptest;

use super::Matcher;

impl Matcher {
    fn is_match(&self, text: &str) -> bool {
        self.find(text, |_, _| ControlFlow::Break(())).is_break()
    }

    fn find_all(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let _ = self.find(text, |range, _| {
            ranges.push(range);
            ControlFlow::Continue(())
        });
        ranges
    }
}

fn matcher(words: &[&str], whole_word: bool) -> Matcher {
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    Matcher::new(&[&words], whole_word).expect("good words")
}

fn found<'a>(words: &[&str], text: &'a str) -> Vec<&'a str> {
    let ranges = matcher(words, true).find_all(text);
    ranges.into_iter().map(|range| &text[range]).collect()
}

#[test]
fn finds_the_original_characters() {
    assert_eq!(found(&["spamword"], "buy SpamWord now"), ["SpamWord"]);
    assert_eq!(found(&["spamword"], "(s.p.a.m w-o-r-d!)"), ["s.p.a.m w-o-r-d"]);
    assert_eq!(found(&["spamword"], "ｓｐａｍ\u{200b}ｗｏｒｄ。"), ["ｓｐａｍ\u{200b}ｗｏｒｄ"]);
    assert_eq!(found(&["kg"], "5 ㎏"), ["㎏"]);
    assert_eq!(found(&["café"], "un cafe\u{301}!"), ["cafe\u{301}"]);
    assert_eq!(found(&["a", "b"], "b, a, c"), ["b", "a"]);
}

#[test]
fn lets_words_inside_of_words_through() {
    assert!(found(&["ass"], "a glass, passed, assure, as sure").is_empty());
    assert!(found(&["café"], "cafe\u{301}s").is_empty());
    assert!(found(&["spam"], "this pam").is_empty());
    let inside = matcher(&["ass"], false);
    assert_eq!(inside.find_all("a glass"), vec![Range { start: 4, end: 7 }]);
}

#[test]
fn a_digit_does_not_hide_a_word() {
    assert_eq!(found(&["spamword"], "spamword2024"), ["spamword"]);
    assert!(found(&["12"], "3124").is_empty());
}

#[test]
fn finds_words_of_scripts_without_spaces() {
    assert_eq!(found(&["彩票"], "快来买彩票吧"), ["彩票"]);
    assert_eq!(found(&["彩票"], "买彩。票"), ["彩。票"]);
    assert_eq!(found(&["스팸"], "스팸을"), ["스팸"]);
}

#[test]
fn a_longer_word_does_not_hide_a_shorter_one() {
    assert_eq!(found(&["ab", "abc"], "ab cd"), ["ab"]);
    assert_eq!(found(&["ab", "ab cd"], "ab cd"), ["ab", "ab cd"]);
}

#[test]
fn a_long_list_works_the_same() {
    let mut words: Vec<_> = (0..5000).map(|n| format!("forbidden{n}")).collect();
    words.push("彩票".to_owned());
    let matcher = Matcher::new(&[&words], true).unwrap();
    assert!(matches!(matcher.engine, super::Engine::Nfa(_)));
    assert!(matcher.is_match("this is For-Bidden 4321"));
    assert!(matcher.is_match("买彩票"));
    assert!(!matcher.is_match("this is forbidden"));
}

#[test]
fn refuses_a_word_of_nothing() {
    let error = Matcher::new(&[&["?!".to_owned()]], true).err().expect("refused");
    assert_eq!(error.to_string(), r#"the word "?!" has neither a letter nor a digit"#);
    assert!(!matcher(&[], true).is_match("anything"));
}

proptest! {
    #[test]
    fn ranges_are_parts_of_the_text(text in any::<String>(), words in prop::collection::vec("[a-cé彩か\u{300}]{1,3}", 0..5)) {
        let words: Vec<_> = words.into_iter().filter(|word| !super::normalize(word).is_empty()).collect();
        for whole_word in [true, false] {
            let matcher = Matcher::new(&[&words], whole_word).unwrap();
            let ranges = matcher.find_all(&text);
            assert_eq!(matcher.is_match(&text), !ranges.is_empty());
            for range in ranges {
                assert!(text.get(range).is_some_and(|part| !part.is_empty()));
            }
        }
    }

    /// The fast path for ASCII must find what the other path finds.
    #[test]
    fn both_paths_agree(text in "[a-cA-C. 1]{0,40}") {
        let matcher = matcher(&["ab", "b1", "c a", "aaa"], true);
        // A character that does not count sends the text down the other path.
        let other = format!("{text} \u{2014}");
        assert_eq!(matcher.find_all(&text), matcher.find_all(&other));
    }

    #[test]
    fn finds_a_word_however_it_is_spread(gaps in prop::collection::vec("[ .,\u{200b}\u{ad}*_-]{0,3}", 7)) {
        let mut text = String::new();
        for (letter, gap) in "SpAmWoRd".chars().zip(gaps.iter().map(String::as_str).chain([""])) {
            text.push(letter);
            text.push_str(gap);
        }
        assert_eq!(found(&["spamword"], &text), [text.trim_end_matches(|char: char| !char.is_alphabetic())]);
    }
}
