//! Refuses to start: the operator must see the reason.

use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Config, Context, StartError};

struct FailStart;

#[talaria_sdk::plugin]
impl FailStart {
    fn start(_config: Config) -> Result<Self, StartError> {
        Err("this plugin refuses to start on purpose".into())
    }

    fn message_before_send(_ctx: Context, _draft: Draft) -> Verdict {
        Verdict::Continue
    }
}
