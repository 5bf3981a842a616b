//! What is left of a text when the disguises are taken off: width and other compatibility forms (NFKC), case, and
//! everything between the letters and digits.

use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// For each ASCII byte its normal form, or 0 when it does not count.
const ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        let char = byte as u8;
        if char.is_ascii_alphanumeric() {
            table[byte] = char.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// The normal form of an ASCII byte, if it counts.
pub(crate) fn ascii(byte: u8) -> Option<u8> {
    match ASCII.get(usize::from(byte)) {
        None | Some(0) => None,
        Some(&normal) => Some(normal),
    }
}

/// The normal form of a whole text.
pub(crate) fn normalize(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    each_normal(text, |char, _| normal.push(char));
    normal
}

/// Calls `each` with every character of the normal form and with the range of `text` that it comes from: a character
/// with the marks that follow it.
pub(crate) fn each_normal(text: &str, mut each: impl FnMut(char, Range<usize>)) {
    let mut chars = text.char_indices().peekable();
    while let Some((start, char)) = chars.next() {
        let mut end = start + char.len_utf8();
        let mut alone = true;
        while let Some((at, mark)) = chars.next_if(|(_, next)| combines(*next)) {
            end = at + mark.len_utf8();
            alone = false;
        }
        let range = start..end;
        match common(char) {
            Common::Normal(normal) if alone => each(normal, range),
            Common::Nothing if alone => {}
            _ => {
                for char in text[range.clone()].nfkc() {
                    fold_case(char, &range, &mut each);
                }
            }
        }
    }
}

fn fold_case(char: char, range: &Range<usize>, each: &mut impl FnMut(char, Range<usize>)) {
    for lower in char.to_lowercase().filter(|lower| counts(*lower)) {
        // The sigma at the end of a word has a form of its own in lower case only.
        let lower = if lower == 'ς' { 'σ' } else { lower };
        each(lower, range.clone());
    }
}

/// What becomes of a character that stands alone.
#[derive(Debug, PartialEq, Eq)]
enum Common {
    Normal(char),
    Nothing,
    /// The tables of Unicode know.
    Rare,
}

/// The normal form of most characters that people write, ten times faster than by the tables. A test compares both.
fn common(char: char) -> Common {
    let moved = |by: i32| {
        let normal = char::from_u32((char as u32).wrapping_add_signed(by));
        normal.map_or(Common::Rare, Common::Normal)
    };
    match char {
        '\0'..='\u{7F}' => match ascii(char as u8) {
            Some(normal) => Common::Normal(normal.into()),
            None => Common::Nothing,
        },
        'à'..='ö' | 'ø'..='ÿ' => Common::Normal(char),
        'À'..='Ö' | 'Ø'..='Þ' => moved(0x20),
        'α'..='ρ' | 'σ'..='ω' | 'а'..='џ' => Common::Normal(char),
        'Α'..='Ρ' | 'Σ'..='Ω' | 'А'..='Я' => moved(0x20),
        'Ѐ'..='Џ' => moved(0x50),
        'א'..='ת' | 'ؠ'..='ي' => Common::Normal(char),
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '가'..='힣' => Common::Normal(char),
        '\u{200B}'..='\u{200F}' | '‒'..='―' | '‘'..='‟' => Common::Nothing,
        '、'..='〃' | '〈'..='】' | '\u{FE0F}' => Common::Nothing,
        '！'..='～' => common((char as u32 as u8).wrapping_add(0x20).into()),
        '🌀'..='🙏' | '🚀'..='🛅' | '🤌'..='🧿' => Common::Nothing,
        _ => Common::Rare,
    }
}

/// Whether normalisation may join the character with the one before it.
fn combines(char: char) -> bool {
    char >= '\u{300}'
        && common(char) == Common::Rare
        && (canonical_combining_class(char) != 0
            || is_nfkc_quick(std::iter::once(char)) == IsNormalized::Maybe
            || matches!(char, '\u{FF9E}' | '\u{FF9F}'))
}

/// Letters and digits count, and the vowel signs that some scripts write as marks.
pub(crate) fn counts(char: char) -> bool {
    char.is_alphanumeric() || (is_combining_mark(char) && !is_diacritic(char))
}

/// Marks that can be put on any letter, which is what disguises are made of.
pub(crate) fn is_diacritic(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36F}'
        | '\u{483}'..='\u{489}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// Whether the character belongs to a script in which words, or a word and its particles, are written without a space.
pub(crate) fn is_unspaced(char: char) -> bool {
    matches!(char,
        '\u{E00}'..='\u{EFF}' // Thai, Lao
        | '\u{1000}'..='\u{109F}' // Myanmar
        | '\u{1100}'..='\u{11FF}' // Hangul Jamo
        | '\u{1780}'..='\u{17FF}' // Khmer
        | '\u{2E80}'..='\u{9FFF}' // kana, Bopomofo, ideographs
        | '\u{AC00}'..='\u{D7FF}' // Hangul
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FFDC}' // half-width kana and Hangul
        | '\u{1B000}'..='\u{1B16F}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use unicode_normalization::char::canonical_combining_class;
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

    use super::{Common, common, fold_case, normalize};

    #[test]
    fn knows_common_characters_as_the_tables_do() {
        let mut known = 0;
        for char in '\0'..=char::MAX {
            let common = common(char);
            if common == Common::Rare {
                continue;
            }
            known += 1;
            let mut normal = Vec::new();
            for char in std::iter::once(char).nfkc() {
                fold_case(char, &(0..0), &mut |normal_char, _| normal.push(normal_char));
            }
            let expected = match normal[..] {
                [] => Common::Nothing,
                [one] => Common::Normal(one),
                _ => Common::Rare,
            };
            assert_eq!(common, expected, "{char:?} {:x}", char as u32);
            // Nor may it melt into the character before it.
            assert_eq!(canonical_combining_class(char), 0, "{char:?}");
            assert_ne!(is_nfkc_quick(std::iter::once(char)), IsNormalized::Maybe, "{char:?}");
        }
        assert!(known > 30_000);
    }

    #[test]
    fn takes_disguises_off() {
        for (text, normal) in [
            ("SpamWord", "spamword"),
            ("s.p-a m_w\to*r\nd", "spamword"),
            ("ｓｐａｍ", "spam"),
            ("s\u{200b}p\u{feff}a\u{ad}m", "spam"),
            ("s\u{338}p\u{489}a\u{338}m", "spam"),
            ("𝓼𝓹𝓪𝓶 ⓢⓟⓐⓜ", "spamspam"),
            ("ΟΔΟΣ οδος", "οδοσοδοσ"),
            ("买 彩-票", "买彩票"),
            ("😀!?", ""),
        ] {
            assert_eq!(normalize(text), normal, "{text:?}");
        }
    }

    #[test]
    fn composes_marks_that_make_another_letter() {
        assert_eq!(normalize("cafe\u{301}"), "caf\u{e9}");
        assert_eq!(normalize("か\u{3099}"), "が");
        assert_eq!(normalize("ｶﾞ"), "ガ");
        assert_eq!(normalize("\u{1112}\u{1161}\u{11ab}"), "한");
    }
}
