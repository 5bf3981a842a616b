//! Waits for a day in a function of the server: no instruction of the guest runs meanwhile, and the deadline must hold
//! all the same.

use std::time::Duration;

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

struct SlowHostCall;

#[talaria_sdk::plugin]
impl SlowHostCall {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        #[expect(clippy::disallowed_methods, reason = "what this plugin is about")]
        std::thread::sleep(Duration::from_secs(86_400));
        Verdict::Drop
    }
}
