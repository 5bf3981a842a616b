//! Lengths of texts as the protocol counts them.

/// Whether the text has more than `max` UTF-16 code units; a `max` of 0 is no limit.
pub(crate) fn is_longer(text: &str, max: usize) -> bool {
    // No text has more code units than bytes, so that a short one is not counted.
    max != 0 && text.len() > max && text.encode_utf16().count() > max
}

#[cfg(test)]
mod tests {
    use super::is_longer;

    #[test]
    fn counts_utf16_code_units() {
        assert!(!is_longer("éé", 2));
        assert!(is_longer("ééé", 2));
        assert!(is_longer("😀", 1));
        assert!(!is_longer("😀", 2));
        assert!(!is_longer("unlimited", 0));
        assert!(!is_longer("", 1));
    }
}
