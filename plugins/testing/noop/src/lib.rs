//! Lets every message pass: what a call costs when the plugin does nothing.

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

struct Noop;

#[talaria_sdk::plugin]
impl Noop {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        Verdict::Continue
    }
}
