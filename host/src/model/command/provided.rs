//! What the server leaves to plugins.

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
