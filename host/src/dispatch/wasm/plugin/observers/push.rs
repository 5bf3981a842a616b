//! Users who are offline are told of messages by a plugin.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{push_result, push_send},
        call::Call,
        convert,
        fault::excerpt,
        plugin::hooks::borrow_records,
    },
    model::{
        Context, MessageId, UserId,
        happened::{Happened, PushOutcome},
    },
};

impl Plugin {
    pub(super) async fn observe_push(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::PushSend => self.push(context, events).await,
            _ => tell!(self, context, events, PushResult, push_result.call_told,
                Event::Happened(Happened::Pushed(outcome), date) => push_result::Outcome {
                    plugin: outcome.plugin.as_str(),
                    message_id: outcome.message.0,
                    user_id: outcome.user.0,
                    failure: outcome.failure.as_deref(),
                    date: date.0,
                }
            ),
        }
    }

    async fn push(&self, context: &Context, events: &[Event]) -> Result<(), Fault> {
        let services = &self.runtime.services;
        let bus = services.deeds.bus().ok_or_else(|| Fault::refused("the server stops"))?;
        let mut found = Vec::new();
        for event in events {
            let Event::Message(message) = event else { continue };
            match bus.push_of(message).await {
                Ok(Some(push)) => found.push((message, borrow_records(&message.records), push)),
                Ok(None) => {}
                Err(error) => return Err(Fault::refused(&format!("the recipients cannot be found: {error}"))),
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let recipients: Vec<Vec<i64>> =
            found.iter().map(|(_, _, push)| push.recipients.iter().map(|user| user.0).collect()).collect();
        let pushes: Vec<_> = found
            .iter()
            .zip(&recipients)
            .map(|((message, records, push), recipients)| push_send::Push {
                message: convert::message(message, records),
                text: push.text.as_deref(),
                recipients,
            })
            .collect();
        let mut call = Call::begin(self, Hook::PushSend, context).await?;
        let context = convert::context(context, services.node, call.limit());
        let result = call!(call, push_send.call_send(context, &pushes));
        let outcomes = call.finish_fallible(result)?;
        let most = recipients.iter().map(Vec::len).sum();
        for outcome in outcomes.into_iter().take(most) {
            bus.pushed(PushOutcome {
                plugin: self.name().to_owned(),
                message: MessageId(outcome.message_id),
                user: UserId(outcome.user_id),
                failure: outcome.failure.as_deref().map(|cause| excerpt(cause).to_owned()),
            });
        }
        Ok(())
    }
}
