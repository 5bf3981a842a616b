//! Answers with a huge text: the server must refuse it before it copies it.

use serde::Deserialize;
use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Config, Context, StartError};

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HugeReturn {
    /// Below the server's memory limit the text itself is what must be refused.
    mebibytes: usize,
}

impl Default for HugeReturn {
    fn default() -> Self {
        Self { mebibytes: 64 }
    }
}

#[talaria_sdk::plugin]
impl HugeReturn {
    fn start(config: Config) -> Result<Self, StartError> {
        Ok(config.parse()?)
    }

    fn message_before_send(&self, _ctx: Context, _draft: Draft) -> Verdict {
        Verdict::replace_text("x".repeat(self.mebibytes * 1024 * 1024))
    }
}
