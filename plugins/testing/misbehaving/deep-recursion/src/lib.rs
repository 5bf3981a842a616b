//! Runs out of stack on every message: that must trap the guest and leave the server's stack alone.

use std::hint::black_box;

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

struct DeepRecursion;

/// Ends in theory, so that the compiler accepts it. It keeps nothing in linear memory, so that it is the stack of the
/// machine that ends; of its two calls at most one can be made a loop.
#[inline(never)]
fn descend(depth: u64) -> u64 {
    if depth > u64::MAX / 2 {
        return depth;
    }
    descend(depth + 1) ^ descend(depth + 2)
}

#[talaria_sdk::plugin]
impl DeepRecursion {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        if descend(black_box(0)) == 0 {
            return Verdict::Drop;
        }
        Verdict::Continue
    }
}
