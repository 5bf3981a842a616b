//! Texts that are commands of plugins, and requests that only plugins understand.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    Outcome, Verdict,
    chain::{failed, out_of_order},
    exposure::ask,
};
use crate::{
    dispatch::wasm::{Hook, Invocation, Plugin, Traits},
    model::{Context, UserId, command::CustomRequest, message::Draft},
};

/// Bytes of text that the sender is told.
const ANSWER: usize = 16 << 10;

pub(super) async fn run(
    plugin: &Plugin,
    context: &Context,
    sender: UserId,
    draft: &Draft,
    invocation: Invocation<'_>,
) -> Outcome<Option<String>> {
    match plugin.command_run(context, sender, draft.target, invocation).await {
        Ok(Outcome::Answer(Some(text))) if text.len() > ANSWER => {
            plugin.refuse_answer(Hook::CommandRun, "the answer to the command is longer than 16 KiB");
            Outcome::Deny(out_of_order(plugin))
        }
        Ok(outcome) => outcome,
        Err(_) => out_of(failed(plugin, Hook::CommandRun)),
    }
}

/// The first plugin that does not pass decides.
pub(super) async fn custom(
    plugins: &[Arc<Plugin>],
    context: &Context,
    id: i64,
    request: &CustomRequest,
) -> Outcome<Bytes> {
    for plugin in plugins {
        let outcome =
            match ask!(plugin, Hook::RequestCustom, context, Traits::of(context), request_custom(context, id, request))
            {
                Ok(outcome) => outcome,
                Err(_) => out_of(failed(plugin, Hook::RequestCustom)),
            };
        if outcome != Outcome::Pass {
            return outcome;
        }
    }
    Outcome::Pass
}

fn out_of<T>(verdict: Verdict) -> Outcome<T> {
    match verdict {
        Verdict::Deny(denial) => Outcome::Deny(denial),
        Verdict::Continue | Verdict::Drop => Outcome::Pass,
    }
}
