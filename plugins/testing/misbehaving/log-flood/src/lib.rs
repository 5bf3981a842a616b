//! Writes 100,000 lines for every message: the server must throttle them and stay responsive.

use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Context, log};

struct LogFlood;

const LINES: u32 = 100_000;

#[talaria_sdk::plugin]
impl LogFlood {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        for line in 0..LINES {
            log::warn(format!("line {line} of a flood"));
        }
        Verdict::Continue
    }
}
