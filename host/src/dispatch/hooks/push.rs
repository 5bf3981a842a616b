//! Telling users who are offline: whom, and what they are shown.

use std::collections::HashSet;

use super::{Hooks, Verdict, chain::failed, exposure::ask, table::Table};
use crate::{
    dispatch::wasm::{Hook, Traits},
    model::{Context, UserId, message::Message},
};

/// A message for users who are offline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dispatch) struct Push {
    pub(in crate::dispatch) text: Option<String>,
    pub(in crate::dispatch) recipients: Vec<UserId>,
}

/// What a plugin decided about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dispatch) enum BeforePush {
    Continue,
    /// Another text, if any.
    Show(Option<String>),
    /// Not these.
    Skip(Vec<UserId>),
    Drop,
}

impl Hooks {
    /// Filter: before users who are offline are told of a message. Each plugin sees whom those before it have left.
    pub(in crate::dispatch) async fn notification_before_push(
        &self,
        context: &Context,
        message: &Message,
        push: &mut Push,
    ) {
        let Some(plugins) = Table::on(&self.table, Hook::NotificationBeforePush) else { return };
        for plugin in &*plugins {
            if push.recipients.is_empty() {
                return;
            }
            let (route, decided) = ask!(
                plugin,
                Hook::NotificationBeforePush,
                context,
                Traits::of_message(context, message),
                notification_before_push(context, message, push)
            );
            match decided {
                Ok(BeforePush::Continue) => {}
                Ok(BeforePush::Show(text)) => push.text = text.or(push.text.take()),
                Ok(BeforePush::Skip(users)) => {
                    let skipped: HashSet<_> = users.into_iter().collect();
                    push.recipients.retain(|user| !skipped.contains(user));
                }
                Ok(BeforePush::Drop) => push.recipients.clear(),
                Err(_) => {
                    if failed(route.decider(), Hook::NotificationBeforePush) != Verdict::Continue {
                        push.recipients.clear();
                    }
                }
            }
        }
    }
}
