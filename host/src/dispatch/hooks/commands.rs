//! Texts that are commands of plugins, and requests that only plugins understand.

use std::sync::Arc;

use bytes::Bytes;

use super::{Outcome, chain::settled, exposure::ask};
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
    let outcome = plugin.command_run(context, sender, draft.target, invocation).await;
    settled(plugin, Hook::CommandRun, outcome, |answer| match answer {
        Some(text) if text.len() > ANSWER => Err("the answer to the command is longer than 16 KiB"),
        Some(_) | None => Ok(()),
    })
}

/// The first plugin that does not pass decides.
pub(super) async fn custom(
    plugins: &[Arc<Plugin>],
    context: &Context,
    id: i64,
    request: &CustomRequest,
) -> Outcome<Bytes> {
    for plugin in plugins {
        let (route, outcome) =
            ask!(plugin, Hook::RequestCustom, context, Traits::of(context), request_custom(context, id, request));
        match settled(route.decider(), Hook::RequestCustom, outcome, |_| Ok(())) {
            Outcome::Pass => {}
            decided => return decided,
        }
    }
    Outcome::Pass
}
