//! What the configuration may say.

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The keys that tokens may be signed with.
    pub(crate) keys: Vec<Jwk>,
    /// What `iss` must say.
    pub(crate) issuer: Option<String>,
    /// What `aud` must say, or contain.
    pub(crate) audience: Option<String>,
    /// The claim with the user's id.
    #[serde(default = "sub")]
    pub(crate) user_claim: String,
    /// By how much clocks may differ.
    #[serde(default = "half_a_minute")]
    pub(crate) leeway_seconds: u64,
    /// Whether what is no token is left to the server's own check.
    #[serde(default)]
    pub(crate) passwords: bool,
}

fn sub() -> String {
    "sub".into()
}

fn half_a_minute() -> u64 {
    30
}
