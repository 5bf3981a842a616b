//! Wants little of what happens, and marks what it is called for.

use std::time::Duration;

use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::{
    Context, Description, FailurePolicy, HookSettings, Message, Scope, kv, message_persisted, request_before,
};

/// The group whose messages it wants to judge.
const GROUP: i64 = 1;
/// The number of requests for the ids of related users.
const KIND: u32 = 207;
/// Those whose messages it wants to be told of.
const USERS: std::ops::RangeInclusive<i64> = 3..=5;

struct Narrow;

#[talaria_sdk::plugin]
impl Narrow {
    /// Last of all, so that it sees what others made of a message. Nothing passes that it could not judge.
    fn describe() -> Description {
        let judge = HookSettings::new(message_before_send::HOOK).priority(-100).deadline(Duration::from_millis(500));
        let judge = judge.on_failure(FailurePolicy::Closed);
        let narrow = Scope { text_prefixes: vec!["?".into(), "!".into()], ..Scope::groups([GROUP]) };
        Description::default()
            .hook(judge.scope(narrow))
            .hook(HookSettings::new(request_before::HOOK).scope(Scope::request_kinds([KIND])))
            .hook(HookSettings::new(message_persisted::HOOK).scope(Scope::users([USERS])))
    }

    /// Texts that end so are held or dropped, or it fails at them.
    fn message_before_send(_ctx: &Context, draft: &Draft) -> Verdict {
        let text = draft.text.as_deref().unwrap_or_default();
        match text.rsplit(' ').next() {
            Some("twice") => Verdict::hold(60, "once more"),
            Some("away") => Verdict::Drop,
            Some("broken") => panic!("no judgement is found"),
            _ => Verdict::replace_text(format!("{text} (judged)")),
        }
    }

    fn request_before(_ctx: &Context, request: &request_before::Request) -> request_before::Verdict {
        request_before::Verdict::deny(20_000, &request.name)
    }

    fn message_persisted(_ctx: &Context, messages: &[Message]) -> Result<(), String> {
        for message in messages {
            kv::set(&format!("told/{}", message.sender), "").map_err(|error| format!("{error:?}"))?;
        }
        Ok(())
    }
}
