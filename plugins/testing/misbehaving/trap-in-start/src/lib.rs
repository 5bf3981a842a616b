//! Traps while it starts: the server must not load it, and must keep the version before it.

use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Config, Context};

struct TrapInStart;

#[talaria_sdk::plugin]
impl TrapInStart {
    fn start(_config: Config) -> Result<Self, String> {
        // Not a panic: there is no text on standard error, only the trap.
        #[cfg(target_arch = "wasm32")]
        core::arch::wasm32::unreachable();
        #[cfg(not(target_arch = "wasm32"))]
        std::process::abort();
    }

    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        Verdict::Continue
    }
}
