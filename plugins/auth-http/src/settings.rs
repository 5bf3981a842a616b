//! What the configuration may say.

use serde::Deserialize;

/// A call waits for its turn and for the answer, and has 20 s at most.
pub(crate) const MAX_TIMEOUT_MS: u32 = 9_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) url: String,
    #[serde(default = "two_seconds")]
    pub(crate) timeout_ms: u32,
    /// For how long a yes is remembered; 0: not at all.
    #[serde(default)]
    pub(crate) cache_seconds: u64,
    /// The name of a secret that is sent as `authorization: Bearer`.
    #[serde(default)]
    pub(crate) token: Option<String>,
}

fn two_seconds() -> u32 {
    2000
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
        if self.cache_seconds > 3600 {
            return Err("cache_seconds: up to 3600".to_owned());
        }
        Ok(())
    }
}
