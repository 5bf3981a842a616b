//! Never comes back from a message: the server's deadline must end the call.

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

struct EndlessLoop;

#[talaria_sdk::plugin]
impl EndlessLoop {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        let mut turns: u64 = 0;
        loop {
            // The optimiser must not take the loop away.
            turns = std::hint::black_box(turns.wrapping_add(1));
        }
    }
}
