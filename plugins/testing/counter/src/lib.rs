//! Numbers messages, and remembers how far it is across swaps: the tests of the server look whether it forgets
//! anything.

use std::time::Duration;

use serde::Deserialize;
use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::{Config, Context, Description, HookSettings, StartError};
use wasi::wasi::http::types::Fields;

mod wasi {
    wit_bindgen::generate!({
        inline: "
            package talaria:counter;

            world copies {
                import wasi:http/types@0.2.3;
            }

            package wasi:http@0.2.3 {
                interface types {
                    variant header-error {
                        invalid-syntax,
                        forbidden,
                        immutable,
                    }
                    resource fields {
                        from-list: static func(entries: list<tuple<string, list<u8>>>) -> result<fields, header-error>;
                    }
                }
            }
        ",
        generate_all,
        // So that entries of a list may be the same memory.
        ownership: Borrowing { duplicate_if_necessary: false },
    });
}

/// Bytes of what is copied in `snapshot`.
const COPIED: usize = 1 << 20;
/// Leaked by `!grow`.
const GROWTH: usize = 5 << 20;

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// `restore` fails.
    fail_restore: bool,
    /// `snapshot` panics.
    panic_in_snapshot: bool,
    /// Bytes that the snapshot has besides the count.
    padding: usize,
    /// Mebibytes that the server copies for an import in `snapshot`, all of which are the same one in memory.
    copies_in_snapshot: usize,
}

struct Counter {
    settings: Settings,
    count: u64,
}

#[talaria_sdk::plugin]
impl Counter {
    fn describe() -> Description {
        // A busy machine is no reason for a message to pass without a number.
        Description::default()
            .hook(HookSettings::new(message_before_send::HOOK).deadline(Duration::from_millis(500)))
            .serial()
    }

    fn start(config: Config) -> Result<Self, StartError> {
        Ok(Self { settings: config.parse()?, count: 0 })
    }

    fn snapshot(&self) -> Vec<u8> {
        assert!(!self.settings.panic_in_snapshot, "no snapshot for you");
        if self.settings.copies_in_snapshot > 0 {
            let block = vec![0; COPIED];
            let _ = Fields::from_list(&vec![("x", &*block); self.settings.copies_in_snapshot]);
        }
        let mut state = self.count.to_be_bytes().to_vec();
        state.resize(state.len() + self.settings.padding, 0);
        state
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), String> {
        if self.settings.fail_restore {
            return Err("this state is not for me".into());
        }
        let count = state.first_chunk().ok_or("too short a state")?;
        self.count = u64::from_be_bytes(*count);
        Ok(())
    }

    fn message_before_send(&mut self, _ctx: Context, draft: Draft) -> Verdict {
        match draft.text.as_deref() {
            Some("!panic") => panic!("the counter panics"),
            Some("!grow") => std::mem::forget(std::hint::black_box(vec![1_u8; GROWTH])),
            _ => {}
        }
        self.count += 1;
        Verdict::replace_text(self.count.to_string())
    }
}
