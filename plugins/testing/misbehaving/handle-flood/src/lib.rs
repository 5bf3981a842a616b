//! Takes one resource of the server after the other and gives none back: the server must set a limit to them.

use talaria_sdk::Context;
use talaria_sdk::message_before_send::{Draft, Verdict};

mod clocks {
    wit_bindgen::generate!({
        inline: "
            package talaria:handle-flood;

            world flood {
                import wasi:clocks/monotonic-clock@0.2.3;
            }

            package wasi:clocks@0.2.3 {
                interface monotonic-clock {
                    use wasi:io/poll@0.2.3.{pollable};
                    type duration = u64;
                    subscribe-duration: func(when: duration) -> pollable;
                }
            }

            package wasi:io@0.2.3 {
                interface poll {
                    resource pollable;
                }
            }
        ",
        generate_all,
    });
}

struct HandleFlood;

#[talaria_sdk::plugin]
impl HandleFlood {
    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        loop {
            std::mem::forget(clocks::wasi::clocks::monotonic_clock::subscribe_duration(u64::MAX));
        }
    }
}
