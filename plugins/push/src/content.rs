//! What a notification says.

use serde::{Deserialize, Serialize};
use talaria_sdk::{Target, directory, push_send};

use crate::settings::{Content, Settings};

/// Titles are names; a longer one is not read.
const TITLE_CHARS: usize = 100;
/// What goes over the wire, for both of the large services.
const PAYLOAD_BYTES: usize = 4096;

/// What is known of a message until it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) message: i64,
    pub(crate) sender: i64,
    /// Unless it is private.
    pub(crate) group: Option<i64>,
    /// When it was delivered, in milliseconds since the Unix epoch.
    pub(crate) date: i64,
    /// As much of it as is told.
    pub(crate) text: Option<String>,
}

/// What a device is to be shown, before it has the form of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Push {
    pub(crate) notice: Notice,
    pub(crate) title: Option<String>,
    pub(crate) body: String,
    /// Seconds since the Unix epoch.
    pub(crate) expires: i64,
    pub(crate) collapse: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Templates {
    title: String,
    body: String,
    group_title: String,
    group_body: String,
    /// The body without a text.
    no_text: String,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            title: "{sender}".to_owned(),
            body: "{text}".to_owned(),
            group_title: "{group}".to_owned(),
            group_body: "{sender}: {text}".to_owned(),
            no_text: "You have a new message".to_owned(),
        }
    }
}

/// What stands for the words in braces.
#[derive(Default)]
struct Words {
    sender: String,
    group: String,
    text: String,
}

impl Templates {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let templates = [
            ("title", &self.title),
            ("body", &self.body),
            ("group_title", &self.group_title),
            ("group_body", &self.group_body),
            ("no_text", &self.no_text),
        ];
        for (key, template) in templates {
            fill(template, &Words::default()).map_err(|error| format!("templates.{key}: {error}"))?;
        }
        Ok(())
    }
}

impl Notice {
    pub(crate) fn of(push: &push_send::Push, settings: &Settings) -> Self {
        let message = &push.message;
        let text = push.text.as_deref().filter(|text| settings.content == Content::Full && !text.trim().is_empty());
        Self {
            message: message.id,
            sender: message.sender,
            group: match message.target {
                Target::Group(group) => Some(group),
                Target::User(_) => None,
            },
            date: message.delivery_date,
            text: text.map(|text| cut(text.trim(), settings.max_text)),
        }
    }

    /// Names the conversation as the recipient has it.
    pub(crate) fn conversation(&self) -> String {
        self.group.map_or_else(|| format!("user-{}", self.sender), |group| format!("group-{group}"))
    }

    /// What an app needs to open the conversation. Ids are texts, because many languages have no number that holds
    /// them.
    pub(crate) fn ids(&self) -> Vec<(&'static str, String)> {
        let mut ids = vec![("message", self.message.to_string()), ("sender", self.sender.to_string())];
        ids.extend(self.group.map(|group| ("group", group.to_string())));
        ids
    }

    /// With the names as they are now.
    pub(crate) fn push(self, settings: &Settings) -> Result<Push, String> {
        let templates = &settings.templates;
        let words = match settings.content {
            Content::None => None,
            Content::Full | Content::Names => Some(self.words()?),
        };
        let (title, body) = match self.group {
            Some(_) => (&templates.group_title, &templates.group_body),
            None => (&templates.title, &templates.body),
        };
        let body = if self.text.is_some() { body } else { &templates.no_text };
        let title = words.as_ref().map(|words| fill(title, words)).transpose()?;
        let title = title.map(|title| cut(title.trim(), TITLE_CHARS)).filter(|title| !title.is_empty());
        let body = fill(body, &words.unwrap_or_default())?;
        let expires = self.date / 1000 + i64::from(settings.ttl_seconds);
        Ok(Push { notice: self, title, body, expires, collapse: settings.collapse })
    }

    fn words(&self) -> Result<Words, String> {
        let failed = |error| format!("the names cannot be looked up: {error:?}");
        let sender = directory::find_user(self.sender).map_err(failed)?.map(|user| user.name);
        let group = match self.group {
            Some(group) => directory::find_group(group).map_err(failed)?.map(|group| group.name),
            None => None,
        };
        Ok(Words {
            sender: sender.unwrap_or_default(),
            group: group.unwrap_or_default(),
            text: self.text.clone().unwrap_or_default(),
        })
    }
}

impl Push {
    /// The payload that `write` makes of the body, which is cut until it fits.
    pub(crate) fn fit(&self, write: impl Fn(&str) -> String) -> String {
        let mut body = self.body.clone();
        loop {
            let payload = write(&body);
            let surplus = payload.len().saturating_sub(PAYLOAD_BYTES);
            if surplus == 0 || body.is_empty() {
                return payload;
            }
            // A character may take up to six bytes where it is written, and four here.
            let chars = body.chars().count();
            body = cut(&body, chars.saturating_sub(surplus.div_ceil(6).max(1)));
        }
    }
}

/// The first characters, and a mark that there are more.
fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some(_) if chars == 0 => String::new(),
        Some(_) => text.chars().take(chars - 1).chain(['…']).collect(),
    }
}

/// Once: what users write is not looked through for words in braces.
fn fill(template: &str, words: &Words) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, after) = after.split_once('}').ok_or("a `{` has no `}`")?;
        filled.push_str(before);
        filled.push_str(match word {
            "sender" => &words.sender,
            "group" => &words.group,
            "text" => &words.text,
            _ => return Err(format!("there is no {{{word}}}; there are {{sender}}, {{group}} and {{text}}")),
        });
        rest = after;
    }
    Ok(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(body: &str) -> Push {
        let notice = Notice { message: 1, sender: 2, group: None, date: 0, text: None };
        Push { notice, title: None, body: body.to_owned(), expires: 0, collapse: true }
    }

    #[test]
    fn words_are_filled_in_once() {
        let words = Words { sender: "Ann".into(), group: "{text}".into(), text: "hi {sender}".into() };
        assert_eq!(fill("{sender}@{group}: {text}!", &words).unwrap(), "Ann@{text}: hi {sender}!");
        assert!(fill("{name}", &words).unwrap_err().contains("there is no {name}"));
        assert!(fill("{sender", &words).is_err());
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("grüße", 5), "grüße");
        assert_eq!(cut("grüße", 4), "grü…");
        assert_eq!(cut("grüße", 0), "");
    }

    #[test]
    fn a_body_is_cut_until_the_payload_fits() {
        let write = |body: &str| serde_json::json!({ "body": body }).to_string();
        for body in ["short".to_owned(), "x".repeat(10_000), "ü".repeat(3000), "\u{1}".repeat(5000), "😀".repeat(2000)]
        {
            let payload = push(&body).fit(write);
            assert!(payload.len() <= PAYLOAD_BYTES, "{}", payload.len());
            assert!(payload.len() > PAYLOAD_BYTES - 32 || payload.contains(&body), "{}", payload.len());
        }
        assert_eq!(push("x").fit(|_| "y".repeat(5000)).len(), 5000, "it is not the body's fault");
    }
}
