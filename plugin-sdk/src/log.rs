//! Capability: lines in the server's log, marked with the plugin's name and the hook that wrote them.
//!
//! A line longer than 8 KiB is cut, and a plugin that floods the log is throttled. In a native unit test the lines go
//! to standard error.

pub use crate::bindings::capabilities::talaria::plugin::log::Level;

/// Writes one line.
pub fn write(level: Level, text: impl AsRef<str>) {
    #[cfg(target_family = "wasm")]
    crate::bindings::capabilities::talaria::plugin::log::write(level, text.as_ref());
    #[cfg(not(target_family = "wasm"))]
    eprintln!("{level:?}: {}", text.as_ref());
}

/// For following a single call.
pub fn trace(text: impl AsRef<str>) {
    write(Level::Trace, text);
}

/// For finding an error in the plugin.
pub fn debug(text: impl AsRef<str>) {
    write(Level::Debug, text);
}

/// What the operator may want to know.
pub fn info(text: impl AsRef<str>) {
    write(Level::Info, text);
}

/// What the operator should look at.
pub fn warn(text: impl AsRef<str>) {
    write(Level::Warn, text);
}

/// What has failed.
pub fn error(text: impl AsRef<str>) {
    write(Level::Error, text);
}
