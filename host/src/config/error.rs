//! What can be wrong with the settings, each time with the place.

use std::path::PathBuf;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The file is no TOML.
    #[error("{place}: {message}")]
    Syntax { place: String, message: String },
    #[error("unknown key `{key}` in {place}{}", suggestion("`", nearest.as_deref()))]
    UnknownKey { place: String, key: String, nearest: Option<String> },
    #[error("unknown variable {variable}{}", suggestion("", nearest.as_deref()))]
    UnknownVariable { variable: String, nearest: Option<String> },
    /// `origin` is a place in a file, a variable or a flag.
    #[error("{origin}: `{key}` {message}")]
    Value { origin: String, key: String, message: String },
    /// The settings contradict each other or are out of range.
    #[error("{0}")]
    Invalid(String),
}

fn suggestion(quote: &str, nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean {quote}{nearest}{quote}?")).unwrap_or_default()
}
