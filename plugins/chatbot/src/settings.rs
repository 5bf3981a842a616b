//! What the configuration may say.

use serde::Deserialize;

/// As long as the server lets a request take, nearly.
pub(crate) const MAX_TIMEOUT_MS: u32 = 28_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where Rasa is, without the path of its channel.
    pub(crate) url: String,
    #[serde(default = "ten_seconds")]
    pub(crate) timeout_ms: u32,
    /// What a message in a group begins with when it is for the bot; `None`: the bot hears nothing there.
    #[serde(default)]
    pub(crate) mention: Option<String>,
    /// Whether what plugins send is answered, too.
    #[serde(default)]
    pub(crate) answer_plugins: bool,
    /// The name of a secret that is sent as `authorization: Bearer`.
    #[serde(default)]
    pub(crate) token: Option<String>,
}

fn ten_seconds() -> u32 {
    10_000
}

impl Settings {
    /// Whether the values make sense; the error names the key.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let rest = self.url.strip_prefix("https://").or_else(|| self.url.strip_prefix("http://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err("url: neither http:// nor https:// with a host".to_owned());
        }
        if !(100..=MAX_TIMEOUT_MS).contains(&self.timeout_ms) {
            return Err(format!("timeout_ms: from 100 to {MAX_TIMEOUT_MS}"));
        }
        if self.mention.as_deref().is_some_and(|mention| mention.trim().is_empty() || mention.trim() != mention) {
            return Err("mention: it is empty, or has spaces around it".to_owned());
        }
        Ok(())
    }
}
