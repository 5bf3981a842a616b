//! What the configuration may say.

use serde::Deserialize;

/// What happens to a message that holds a forbidden word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// The sender is told the reason.
    Reject,
    /// The message is sent with the words masked.
    Mask,
    /// The sender is told that it was sent, and it is not.
    Drop,
}

/// Every key may be left out.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) words: Vec<String>,
    pub(crate) action: Action,
    /// What the sender of a rejected message is told.
    pub(crate) reason: String,
    /// Takes the place of each character that is masked.
    pub(crate) mask: char,
    /// Whether a word inside of another one is let through.
    pub(crate) whole_word: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            words: vec!["spamword".to_owned()],
            action: Action::Reject,
            reason: "The message contains a forbidden word".to_owned(),
            mask: '*',
            whole_word: true,
        }
    }
}
