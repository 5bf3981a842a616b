//! What the server leaves to plugins.

use bytes::Bytes;

/// A request that a plugin carries out, which gets it as it came over the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Provided {
    pub provider: Provider,
    pub ask: Ask,
}

/// What a plugin has to provide for the request to be served.
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

/// Whether there is anything to carry out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    Something,
    /// A change that changes nothing.
    Nothing,
    /// A value is missing or makes no sense.
    Wrong(&'static str),
}
