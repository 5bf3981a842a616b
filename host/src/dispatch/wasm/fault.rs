//! How a guest fails.

use std::time::Duration;

use wasmtime::Trap;

/// A failure of a guest. It is the guest's, never the session's: the caller goes on by the hook's failure policy.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    #[error("the call took longer than {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("the guest wanted more than its {} MiB of memory", .limit >> 20)]
    OutOfMemory { limit: usize },
    /// With what the guest wrote to its standard error (a panic's text) and the frames it was in.
    #[error("{message}")]
    Trap { message: String },
    /// The guest, or what it was given, broke a rule of the interface.
    #[error("{0}")]
    Interface(String),
    /// The guest answered an error.
    #[error("{0}")]
    Refused(String),
    /// All instances were busy until the deadline.
    #[error("all instances of the plugin were busy")]
    Saturated,
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
            Self::Saturated => "saturated",
        }
    }

    /// Reads what wasmtime reports, with the limit that was hit and the guest's last words.
    pub(super) fn from_error(
        error: &wasmtime::Error,
        deadline: Duration,
        memory: Option<usize>,
        last_words: &str,
    ) -> Self {
        if let Some(limit) = memory {
            return Self::OutOfMemory { limit };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::Timeout(deadline),
            Some(trap) => {
                let mut message = trap.to_string();
                if !last_words.is_empty() {
                    message = format!("{message}: {}", last_words.trim_end());
                }
                if let Some(backtrace) = error.downcast_ref::<wasmtime::WasmBacktrace>() {
                    message = format!("{message}\n{backtrace}");
                }
                Self::Trap { message }
            }
            None => Self::Interface(format!("{error:#}")),
        }
    }
}
