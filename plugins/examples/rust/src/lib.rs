//! A plugin that refuses forbidden words, corrects spelling, counts, and remembers: the same as `../javascript` and
//! `../python` are, so that the three can be read side by side and tested by one suite.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::user_before_update::{Change, Verdict as Judgement};
use talaria_sdk::{Config, Context, Description, HookSettings, Message, StartError, kv, log};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    forbidden: Vec<String>,
    replace: BTreeMap<String, String>,
    /// For the tests: what happens to a plugin that fails.
    misbehave: bool,
}

struct Example {
    settings: Settings,
}

#[talaria_sdk::plugin]
impl Example {
    fn describe() -> Description {
        // A filter has 50 ms unless it proposes more.
        Description::default().hook(HookSettings::new(message_before_send::HOOK).deadline(Duration::from_millis(500)))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        log::info(format!("started with {} forbidden words", settings.forbidden.len()));
        Ok(Self { settings })
    }

    fn message_before_send(&self, _ctx: &Context, draft: &Draft) -> Verdict {
        let text = draft.text.as_deref().unwrap_or_default();
        if self.settings.misbehave
            && let Some(found) = misbehave(text)
        {
            return Verdict::replace_text(found);
        }
        if let Some(word) = self.find_forbidden(text) {
            return Verdict::deny(20_001, format!("\"{word}\" is not said here"));
        }
        count("sent");
        let corrected = self.correct(text);
        if corrected == text { Verdict::Continue } else { Verdict::replace_text(corrected) }
    }

    fn message_persisted(&self, _ctx: &Context, messages: &[Message]) -> Result<(), String> {
        for message in messages {
            kv::set(&format!("seen/{}", message.id), message.text.as_deref().unwrap_or_default())
                .map_err(|error| format!("cannot remember {}: {error:?}", message.id))?;
        }
        Ok(())
    }

    fn user_before_update(&self, _ctx: &Context, change: &Change) -> Judgement {
        match self.find_forbidden(change.name.as_deref().unwrap_or_default()) {
            None => Judgement::Continue,
            Some(word) => Judgement::deny(20_002, format!("nobody is called \"{word}\" here")),
        }
    }
}

impl Example {
    fn find_forbidden(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        let is_said = |word: &&String| text.split_whitespace().any(|said| said == word.as_str());
        self.settings.forbidden.iter().find(is_said).map(String::as_str)
    }

    fn correct(&self, text: &str) -> String {
        let correct = |text: String, (from, to): (&String, &String)| text.replace(from, to);
        self.settings.replace.iter().fold(text.to_owned(), correct)
    }
}

/// Several instances may count at the same time: each reads again until it was the only one to write.
fn count(key: &str) {
    loop {
        let before = kv::get(key).expect("the store answers");
        let text = before.as_deref().map_or("0", |bytes| std::str::from_utf8(bytes).expect("a count is text"));
        let next = text.parse::<u64>().expect("a count is a number") + 1;
        let next = next.to_string();
        if kv::compare_and_set(key, before.as_deref(), Some(next.as_bytes())).expect("the store answers") {
            return;
        }
    }
}

/// Fails as the text says, or answers what it has seen of the machine.
fn misbehave(text: &str) -> Option<String> {
    assert_ne!(text, "!throw", "thrown because a message says so");
    if text == "!loop" {
        loop {
            std::hint::spin_loop();
        }
    }
    text.strip_prefix("!peek ").map(|address| {
        let mut found: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
        found.extend(std::fs::read_to_string("/etc/passwd").map(|_| "a file".to_owned()));
        found.extend(std::net::TcpStream::connect(address).map(|_| "the network".to_owned()));
        format!("found: {}", found.join(" "))
    })
}
