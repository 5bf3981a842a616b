//! What is said to the bot, and where.

use serde::{Deserialize, Serialize};
use talaria_sdk::{Message, Target};

/// A message for the bot, as a job carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Talk {
    /// The group, unless it is private.
    group: Option<i64>,
    user: i64,
    pub(crate) text: String,
}

impl Talk {
    /// The message, if it is for the bot whose account this is.
    pub(crate) fn with(account: i64, message: &Message, mention: &Option<String>) -> Option<Self> {
        if message.sender == account || message.is_system {
            return None;
        }
        let text = message.text.as_deref()?.trim();
        let (group, text) = match message.target {
            Target::User(user) if user == account => (None, text),
            Target::User(_) => return None,
            Target::Group(group) => (Some(group), mentioned(text, mention.as_deref()?)?),
        };
        (!text.is_empty()).then(|| Self { group, user: message.sender, text: text.to_owned() })
    }

    /// Where the answers go.
    pub(crate) fn target(&self) -> Target {
        self.group.map_or(Target::User(self.user), Target::Group)
    }

    /// How the bot tells conversations apart: a user's id; a group may have the same number.
    pub(crate) fn conversation(&self) -> String {
        self.group.map_or_else(|| self.user.to_string(), |group| format!("group-{group}"))
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers are JSON")
    }

    pub(crate) fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }
}

/// What follows the mention, which is a word of its own.
fn mentioned<'a>(text: &'a str, mention: &str) -> Option<&'a str> {
    let (begin, rest) = text.split_at_checked(mention.len())?;
    let is_word = rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '_');
    if !begin.eq_ignore_ascii_case(mention) || !is_word {
        return None;
    }
    Some(rest.trim_start_matches([',', ':']).trim())
}

#[cfg(test)]
mod tests {
    use talaria_sdk::{Message, Target};

    use super::Talk;

    fn heard(sender: i64, target: Target, text: &str) -> Option<(String, String)> {
        let message = Message { sender, target, ..Message::from_text(text) };
        Talk::with(90, &message, &Some("@bot".to_owned())).map(|talk| (talk.conversation(), talk.text))
    }

    #[test]
    fn the_bot_hears_what_is_for_it() {
        let some = |conversation: &str, text: &str| Some((conversation.to_owned(), text.to_owned()));
        assert_eq!(heard(1, Target::User(90), " hello "), some("1", "hello"));
        assert_eq!(heard(1, Target::Group(7), "@Bot: hello"), some("group-7", "hello"));
        assert_eq!(heard(1, Target::Group(7), "@bot"), None, "nothing is said");
        assert_eq!(heard(1, Target::Group(7), "@botany is fun"), None);
        assert_eq!(heard(1, Target::Group(7), "hello @bot"), None);
        assert_eq!(heard(1, Target::User(2), "@bot hello"), None, "between others");
        assert_eq!(heard(90, Target::Group(7), "@bot hello"), None, "its own");
        let message = Message { sender: 1, target: Target::Group(7), ..Message::from_text("@bot hello") };
        assert_eq!(Talk::with(90, &message, &None), None, "it hears nothing in groups");
    }
}
