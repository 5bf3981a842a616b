//! What plugins keep under keys.

/// What became of a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    Done,
    /// The entry is not what it was expected to be.
    Differs,
    /// The plugin would keep more than it may.
    Full,
}
