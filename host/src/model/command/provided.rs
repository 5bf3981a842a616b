//! What the server leaves to plugins.

use bytes::Bytes;

/// What a plugin has to provide for a request to be served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provider {
    Conference,
    Storage,
    /// Whatever clients and plugins have agreed on.
    Custom,
}

/// A request that only plugins understand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomRequest {
    pub name: String,
    pub payload: Bytes,
}
