//! Panics on every message: the server's report must carry the text and this file's name.

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

struct Panics;

#[talaria_sdk::plugin]
impl Panics {
    fn message_before_send(_ctx: Context, draft: Draft) -> Verdict {
        panic!("this plugin panics on purpose: {:?}", draft.text);
    }
}
