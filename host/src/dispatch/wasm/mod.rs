//! The WebAssembly side of plugins.

mod inspect;

pub use inspect::{Error, Manifest, inspect};
