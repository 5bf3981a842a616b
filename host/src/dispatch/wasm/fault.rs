//! How a guest fails.

use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap};

/// Bytes of a guest's own error that are kept.
const REFUSAL: usize = 2_048;

/// A failure of a guest. It is the guest's, never the session's: the caller goes on by the hook's failure policy.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    #[error("the call took longer than {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("the guest wanted more than its {} MiB of memory", .limit >> 20)]
    OutOfMemory { limit: usize },
    /// With what the guest wrote to its standard error last, which is a panic's text and place.
    #[error("{message}")]
    Trap { message: String, frames: String },
    /// The guest, or what it was given, broke a rule of the interface.
    #[error("{0}")]
    Interface(String),
    /// The guest answered an error.
    #[error("{0}")]
    Refused(String),
    /// No call was made, because too many failed before it.
    #[error("the plugin failed too often and is not called for another {} ms", .retry.as_millis())]
    Open { retry: Duration },
    /// No call was made, because those before it took too much time.
    #[error("the plugin has used up its time (plugins.cpu_percent) and is not called for another {} ms", .retry.as_millis())]
    OverTime { retry: Duration },
    /// While the call waited for its turn, a version took over that does not handle the hook.
    #[error("the version was replaced by one that does not handle this")]
    Replaced,
    /// All instances were busy until the deadline.
    #[error("all instances of the plugin were busy")]
    Saturated,
    /// No call was made, because the instances of all plugins together leave no room for another one.
    #[error("the server has no room for another instance: {0}")]
    NoRoom(String),
}

impl Fault {
    /// The word used in metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Timeout(_) => "timeout",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::Trap { .. } => "trap",
            Self::Interface(_) => "interface",
            Self::Refused(_) => "refused",
            Self::Open { .. } => "open",
            Self::OverTime { .. } => "over_time",
            Self::Replaced => "replaced",
            Self::Saturated => "saturated",
            Self::NoRoom(_) => "no_room",
        }
    }

    pub(super) fn refused(cause: &str) -> Self {
        Self::Refused(excerpt(cause).to_owned())
    }

    /// Reads what wasmtime reports, with the limit that was hit and the guest's last words.
    pub(super) fn from_error(
        error: &wasmtime::Error,
        deadline: Duration,
        memory: Option<usize>,
        last_words: &str,
    ) -> Self {
        if let Some(full) = error.downcast_ref::<PoolConcurrencyLimitError>() {
            return Self::NoRoom(full.to_string());
        }
        if let Some(limit) = memory {
            return Self::OutOfMemory { limit };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::Timeout(deadline),
            Some(trap) => {
                let said = said(last_words);
                let message = if said.is_empty() { trap.to_string() } else { format!("{said} ({trap})") };
                let frames = error.downcast_ref::<wasmtime::WasmBacktrace>().map(ToString::to_string);
                Self::Trap { message, frames: frames.unwrap_or_default() }
            }
            None => Self::Interface(format!("{error:#}")),
        }
    }
}

/// Of what the guest answered, as much as a line of the log takes: the guest chose the length.
pub(super) fn excerpt(cause: &str) -> &str {
    &cause[..cause.floor_char_boundary(REFUSAL)]
}

/// A panic's text on one line, without the advice that is meant for programs with an environment.
fn said(last_words: &str) -> String {
    let lines =
        last_words.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("note: run with"));
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_panic_is_told_in_one_line() {
        let words =
            "\nthread '<unnamed>' (1) panicked at src/lib.rs:44:52:\noh no\nnote: run with `RUST_BACKTRACE=1`\n";
        assert_eq!(said(words), "thread '<unnamed>' (1) panicked at src/lib.rs:44:52: oh no");
    }
}
