//! How a store fails.

/// Absence is no error: lookups answer `Option`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A record with this key exists, or would exist twice.
    #[error("a record with this key exists already")]
    Conflict,
    /// The engine cannot answer now; the operation was not carried out, or its outcome is not known.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// A stored record cannot be read.
    #[error("a stored record is corrupt: {0}")]
    Corrupt(String),
    /// Any other failure of the engine.
    #[error("the store failed: {0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
