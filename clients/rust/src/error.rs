//! Why something did not work, and how a connection ended.

use std::fmt;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no address of a server, or of one that this client cannot talk with.
    #[error("`{address}` is no address of a server: {why}")]
    Address { address: String, why: &'static str },
    /// The WebSocket library failed or the peer broke its rules.
    #[error("WebSocket: {0}")]
    WebSocket(#[from] tokio_websockets::Error),
    /// The server sent what the protocol does not know.
    #[error("the server sent a frame that cannot be read: {0}")]
    Malformed(&'static str),
    #[error("the server sent a frame that cannot be read: {0}")]
    Decode(#[from] prost::DecodeError),
    /// The server answered, and the answer is no.
    #[error("code {code}{}", .reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Refused { code: i32, reason: Option<String> },
    /// The answer to a request that was carried out lacks what belongs to it.
    #[error("the answer lacks its data")]
    NoData,
    /// No answer came in time; the request may or may not have been carried out.
    #[error("no answer came in time")]
    Timeout,
    /// The connection has ended; what was not answered may or may not have been carried out.
    #[error("{0}")]
    Closed(Closed),
}

/// How a connection ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closed {
    /// The server ended the session and said why.
    ByServer {
        /// A close status of the protocol, such as 501 for a newer login of the same device type.
        status: i32,
        code: Option<i32>,
        reason: Option<String>,
    },
    /// The peer hung up without a word, or the network did.
    Disconnected,
    /// This side closed it.
    ByClient,
    /// Reading or writing failed.
    Failed(String),
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByServer { status, code, reason } => {
                write!(f, "the server closed the session with status {status}")?;
                if let Some(code) = code {
                    write!(f, ", code {code}")?;
                }
                if let Some(reason) = reason {
                    write!(f, ": {reason}")?;
                }
                Ok(())
            }
            Self::Disconnected => f.write_str("the connection is gone"),
            Self::ByClient => f.write_str("the connection was closed"),
            Self::Failed(error) => write!(f, "the connection failed: {error}"),
        }
    }
}
