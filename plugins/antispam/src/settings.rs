//! What the configuration may say.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The list that `words` is.
pub(crate) const DEFAULT_LIST: &str = "default";

/// The longest time for which the server holds a message.
const MAX_HOLD_HOURS: u32 = 30 * 24;

/// What happens to a text that holds a forbidden word. When words of several lists are in it, the last of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// It goes on with the words masked.
    Mask,
    /// A message waits for somebody's decision; any other text is rejected.
    Hold,
    /// Who wrote it is told the reason.
    Reject,
    /// Who wrote it is told that it was done, and it is not.
    Drop,
}

/// Every key may be left out.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) words: Vec<String>,
    /// Of lists that say nothing else.
    pub(crate) action: Action,
    /// What who wrote a rejected text is told.
    pub(crate) reason: String,
    /// Hours for which a message waits that is held.
    pub(crate) hold_hours: u32,
    /// Takes the place of each character that is masked.
    pub(crate) mask: char,
    /// Whether a word inside of another one is let through.
    pub(crate) whole_word: bool,
    /// More lists, by name.
    pub(crate) lists: BTreeMap<String, ListSettings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListSettings {
    /// Until others are put in their place.
    pub(crate) words: Vec<String>,
    pub(crate) action: Option<Action>,
    pub(crate) reason: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            words: vec!["spamword".to_owned()],
            action: Action::Reject,
            reason: "The message contains a forbidden word".to_owned(),
            hold_hours: 24,
            mask: '*',
            whole_word: true,
            lists: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Whether what is said makes sense; the error names the key.
    pub(crate) fn validate(&self) -> Result<(), String> {
        if !(1..=MAX_HOLD_HOURS).contains(&self.hold_hours) {
            return Err(format!("hold_hours is 1 to {MAX_HOLD_HOURS}"));
        }
        if self.lists.contains_key(DEFAULT_LIST) {
            return Err(format!("lists: {DEFAULT_LIST:?} is the name of the list `words`"));
        }
        match self.lists.keys().find(|name| !is_name(name)) {
            Some(name) => Err(format!("lists: {name:?} is not 1 to 64 of a-z, 0-9, - and _")),
            None => Ok(()),
        }
    }

    /// The words that the configuration has for a list.
    pub(crate) fn words_of(&self, list: &str) -> Option<&[String]> {
        if list == DEFAULT_LIST {
            return Some(&self.words);
        }
        self.lists.get(list).map(|list| &list.words[..])
    }
}

/// Whether a list may be called so.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}
