//! Running the plugins of a hook one after the other. A plugin that fails is skipped or refuses, by its policy.

use std::{collections::HashSet, sync::Arc};

use bytes::Bytes;
use prost::Message as _;
use talaria_proto::client::turms_notification;

use super::{Authentication, Denial, Outcome, Passage, Verdict, exposure::ask};
use crate::{
    dispatch::wasm::{BeforeFanout, BeforeSend, FailurePolicy, Fault, Hook, Plugin, Traits},
    model::{
        Code, Context, UserId,
        held::Hold,
        message::{Draft, Message},
        notification::Recipients,
        session::Login,
    },
};

pub(super) async fn request_before(plugins: &[Arc<Plugin>], context: &Context, id: i64) -> Verdict {
    for plugin in plugins {
        let (route, verdict) =
            ask!(plugin, Hook::RequestBefore, context, Traits::of(context), request_before(context, id));
        match verdict.unwrap_or_else(|_| failed(route.decider(), Hook::RequestBefore)) {
            Verdict::Continue => {}
            decided => return decided,
        }
    }
    Verdict::Continue
}

/// The first plugin that does not pass decides.
pub(super) async fn request_handle(plugins: &[Arc<Plugin>], context: &Context, id: i64) -> Outcome<Option<Bytes>> {
    for plugin in plugins {
        let (route, outcome) =
            ask!(plugin, Hook::RequestHandle, context, Traits::of(context), request_handle(context, id));
        match settled(route.decider(), Hook::RequestHandle, outcome, |answer| match answer {
            Some(data) if !is_data(data) => Err("the answer holds no data of the client protocol"),
            Some(_) | None => Ok(()),
        }) {
            Outcome::Pass => {}
            decided => return decided,
        }
    }
    Outcome::Pass
}

/// Later plugins see the patches of earlier ones; the last patch of a field wins. Who drops it is told with that.
pub(super) async fn message_before_send(
    plugins: &[Arc<Plugin>],
    context: &Context,
    sender: UserId,
    draft: &mut Draft,
) -> (Passage, Option<Arc<Plugin>>) {
    for plugin in plugins {
        let (route, decided) = ask!(
            plugin,
            Hook::MessageBeforeSend,
            context,
            Traits::of(context).by(sender).at(draft.target).with_text(draft.text.as_deref()),
            message_before_send(context, sender, draft)
        );
        match decided {
            Ok(BeforeSend::Continue) => {}
            Ok(BeforeSend::Patch { text, records, burn_after }) => {
                draft.text = text.or(draft.text.take());
                draft.burn_after = burn_after.or(draft.burn_after);
                if let Some(records) = records {
                    draft.records = records;
                }
            }
            Ok(BeforeSend::Deny(denial)) => return (Passage::Deny(denial), None),
            Ok(BeforeSend::Drop) => return (Passage::Drop, Some(Arc::clone(plugin))),
            Ok(BeforeSend::Hold { until, reason }) => {
                let hold = Hold { plugin: plugin.name().to_owned(), reason, until };
                return (Passage::Hold(Box::new(hold)), None);
            }
            Err(_) => {
                if let Verdict::Deny(denial) = failed(route.decider(), Hook::MessageBeforeSend) {
                    return (Passage::Deny(denial), None);
                }
            }
        }
    }
    (Passage::Continue, None)
}

/// Each plugin sees whom those before it have left.
pub(super) async fn message_before_fanout(
    plugins: &[Arc<Plugin>],
    context: &Context,
    message: &Message,
    recipients: &mut Recipients,
) {
    for plugin in plugins {
        if recipients.users().is_empty() {
            return;
        }
        let (route, decided) = ask!(
            plugin,
            Hook::MessageBeforeFanout,
            context,
            Traits::of_message(context, message),
            message_before_fanout(context, message, recipients.users())
        );
        match decided {
            Ok(BeforeFanout::Continue) => {}
            Ok(BeforeFanout::Skip(users)) => {
                let skipped: HashSet<_> = users.into_iter().collect();
                recipients.retain(|user| !skipped.contains(&user));
            }
            Ok(BeforeFanout::Only(users)) => {
                let kept: HashSet<_> = users.into_iter().collect();
                recipients.retain(|user| kept.contains(&user));
            }
            // It is stored, so there is nothing to refuse but telling.
            Err(_) => match route.decider().settings(Hook::MessageBeforeFanout).on_failure {
                FailurePolicy::Open => {}
                FailurePolicy::Closed => recipients.retain(|_| false),
            },
        }
    }
}

/// The first plugin that does not leave it to the others decides.
pub(super) async fn authenticate(plugins: &[Arc<Plugin>], context: &Context, login: &Login) -> Authentication {
    for plugin in plugins {
        let (route, decided) =
            ask!(plugin, Hook::AuthAuthenticate, context, Traits::of(context), authenticate(context, login));
        match decided {
            Ok(Authentication::BuiltIn) => {}
            Ok(decided) => return decided,
            Err(_) => match failed(route.decider(), Hook::AuthAuthenticate) {
                Verdict::Deny(denial) => return Authentication::Deny(denial),
                Verdict::Continue | Verdict::Drop => {}
            },
        }
    }
    Authentication::BuiltIn
}

pub(super) async fn before_login(plugins: &[Arc<Plugin>], context: &Context, login: &Login) -> Verdict {
    for plugin in plugins {
        let (route, verdict) =
            ask!(plugin, Hook::AuthBeforeLogin, context, Traits::of(context), before_login(context, login));
        match verdict.unwrap_or_else(|_| failed(route.decider(), Hook::AuthBeforeLogin)) {
            Verdict::Continue => {}
            decided => return decided,
        }
    }
    Verdict::Continue
}

/// What a failure of the plugin means for the operation; the failure itself has been logged and counted.
pub(super) fn failed(plugin: &Plugin, hook: Hook) -> Verdict {
    match plugin.settings(hook).on_failure {
        FailurePolicy::Open => Verdict::Continue,
        FailurePolicy::Closed => Verdict::Deny(out_of_order(plugin)),
    }
}

/// What a provider has answered, or its failure by its policy. An answer that `check` finds fault with is the plugin's
/// failure, and refuses.
pub(super) fn settled<T>(
    plugin: &Plugin,
    hook: Hook,
    outcome: Result<Outcome<T>, Fault>,
    check: impl FnOnce(&T) -> Result<(), &'static str>,
) -> Outcome<T> {
    match outcome {
        Ok(Outcome::Answer(answer)) => match check(&answer) {
            Ok(()) => Outcome::Answer(answer),
            Err(cause) => {
                plugin.refuse_answer(hook, cause);
                Outcome::Deny(out_of_order(plugin))
            }
        },
        Ok(outcome) => outcome,
        Err(_) => match failed(plugin, hook) {
            Verdict::Deny(denial) => Outcome::Deny(denial),
            Verdict::Continue | Verdict::Drop => Outcome::Pass,
        },
    }
}

fn out_of_order(plugin: &Plugin) -> Denial {
    Denial {
        code: Code::ServerUnavailable.number(),
        text: format!("The plugin `{}` that has to decide this is out of order; try again later", plugin.name()),
    }
}

/// Clients could make nothing of anything else.
fn is_data(data: &[u8]) -> bool {
    turms_notification::Data::decode(data).is_ok_and(|data| data.kind.is_some())
}
