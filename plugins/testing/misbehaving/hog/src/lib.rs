//! Takes more than its share, without a call that fails: the server must bound it, and others must notice nothing.

use std::time::{Duration, Instant};

use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Context, Message, kv, log};

struct Hog;

#[talaria_sdk::plugin]
impl Hog {
    /// | Text | What happens |
    /// | --- | --- |
    /// | `hoard` | 64 KiB more are kept until the store refuses, at most 100 times; sent with how often as its text |
    /// | `babble` | 50 lines of a kilobyte in the log |
    /// | `burn` | ten milliseconds of work |
    fn message_before_send(_ctx: &Context, draft: &Draft) -> Verdict {
        match draft.text.as_deref() {
            Some("hoard") => Verdict::replace_text(hoard().to_string()),
            Some("babble") => {
                (0..50).for_each(|_| log::warn("x".repeat(1024)));
                Verdict::replace_text("babbled")
            }
            Some("burn") => {
                burn();
                Verdict::replace_text("burnt")
            }
            _ => Verdict::Continue,
        }
    }

    fn message_persisted(_ctx: &Context, messages: &[Message]) -> Result<(), String> {
        messages.iter().filter(|message| message.text.as_deref() == Some("later")).for_each(|_| burn());
        Ok(())
    }
}

fn hoard() -> usize {
    let value = vec![0; 64 << 10];
    (0..100).take_while(|n| kv::set(&format!("hoard/{n}"), &value).is_ok()).count()
}

fn burn() {
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(10) {
        std::hint::black_box(());
    }
}
