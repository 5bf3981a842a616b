//! Allocates and touches memory until it is refused: the server's limit must end the call.

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

struct MemoryBomb;

#[talaria_sdk::plugin]
impl MemoryBomb {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        let mut blocks = Vec::new();
        loop {
            blocks.push(vec![1_u8; 1024 * 1024]);
            std::hint::black_box(&blocks);
        }
    }
}
