//! What users see of messages, by the filters that decide it: it differs from what is stored.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use super::{Hooks, exposure::ask, table::Table};
use crate::{
    dispatch::wasm::{FailurePolicy, Hook, Traits},
    model::{Context, MessageId, UserId, message::Message, notification::Recipients},
};

/// Content that is shown in place of a message's; what is `None` is shown as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::dispatch) struct View {
    pub(in crate::dispatch) text: Option<String>,
    pub(in crate::dispatch) records: Option<Vec<Bytes>>,
}

impl View {
    /// Puts it in place of a content.
    pub(in crate::dispatch) fn apply(&self, text: &mut Option<String>, records: &mut Vec<Bytes>) {
        if let Some(shown) = &self.text {
            *text = Some(shown.clone());
        }
        if let Some(shown) = &self.records {
            records.clone_from(shown);
        }
    }
}

/// What some recipients see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dispatch) struct RecipientsView {
    pub(in crate::dispatch) recipients: Vec<UserId>,
    pub(in crate::dispatch) view: View,
}

/// What a reader sees of a stored message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dispatch) enum HistoryView {
    Hidden,
    Shown(View),
}

impl Hooks {
    /// Filter: what the recipients of a message see of it. Each plugin is asked about those of whom none before it has
    /// decided; they are in none of the answer's views and stay in `recipients`.
    pub(in crate::dispatch) async fn message_before_deliver(
        &self,
        context: &Context,
        message: &Message,
        recipients: &mut Recipients,
    ) -> Vec<RecipientsView> {
        let Some(plugins) = Table::on(&self.table, Hook::MessageBeforeDeliver) else { return Vec::new() };
        let mut views = Vec::new();
        for plugin in &*plugins {
            if recipients.users().is_empty() {
                break;
            }
            let (route, decided) = ask!(
                plugin,
                Hook::MessageBeforeDeliver,
                context,
                Traits::of_message(context, message),
                message_before_deliver(context, message, recipients.users())
            );
            match decided {
                Ok(decided) => {
                    for RecipientsView { recipients: wanted, view } in decided {
                        let wanted: HashSet<_> = wanted.into_iter().collect();
                        // Only those who are concerned: a plugin cannot tell others of a message.
                        let seen: Vec<_> = recipients
                            .users()
                            .iter()
                            .copied()
                            .filter(|user| *user != message.sender && wanted.contains(user))
                            .collect();
                        if !seen.is_empty() {
                            recipients.retain(|user| user == message.sender || !wanted.contains(&user));
                            views.push(RecipientsView { recipients: seen, view });
                        }
                    }
                }
                // Nobody is shown what a plugin that has to decide did not pass.
                Err(_) if route.decider().settings(Hook::MessageBeforeDeliver).on_failure == FailurePolicy::Closed => {
                    recipients.retain(|_| false);
                    views.clear();
                }
                Err(_) => {}
            }
        }
        views
    }

    /// Filter: what a reader sees of stored messages. Each plugin sees them as those before it have left them.
    pub(in crate::dispatch) async fn message_before_history(
        &self,
        context: &Context,
        reader: UserId,
        messages: &mut [&mut Message],
    ) -> Vec<MessageId> {
        let Some(plugins) = Table::on(&self.table, Hook::MessageBeforeHistory) else { return Vec::new() };
        let mut hidden = Vec::new();
        for plugin in &*plugins {
            let shown: Vec<&Message> = messages
                .iter()
                .map(|message| &**message)
                .filter(|message| message.recall_date.is_none() && !hidden.contains(&message.id))
                .collect();
            if shown.is_empty() {
                break;
            }
            let (route, decided) = ask!(
                plugin,
                Hook::MessageBeforeHistory,
                context,
                Traits::of(context).by(reader),
                message_before_history(context, reader, &shown)
            );
            let views = match decided {
                Ok(views) => views,
                Err(_) if route.decider().settings(Hook::MessageBeforeHistory).on_failure == FailurePolicy::Closed => {
                    shown.iter().map(|message| (message.id, HistoryView::Hidden)).collect()
                }
                Err(_) => Vec::new(),
            };
            let views: HashMap<_, _> = views.into_iter().collect();
            for message in messages.iter_mut() {
                match views.get(&message.id) {
                    Some(HistoryView::Hidden) => hidden.push(message.id),
                    Some(HistoryView::Shown(view)) => view.apply(&mut message.text, &mut message.records),
                    None => {}
                }
            }
        }
        hidden
    }

    /// Filter: whether messages with lesser ids may be deleted for their age.
    pub(in crate::dispatch) async fn message_before_expire(&self, context: &Context, below: MessageId) -> bool {
        let Some(plugins) = Table::on(&self.table, Hook::MessageBeforeExpire) else { return true };
        for plugin in &*plugins {
            let (route, may_go) = ask!(
                plugin,
                Hook::MessageBeforeExpire,
                context,
                Traits::default(),
                message_before_expire(context, below)
            );
            let if_failed = route.decider().settings(Hook::MessageBeforeExpire).on_failure == FailurePolicy::Open;
            if !may_go.unwrap_or(if_failed) {
                return false;
            }
        }
        true
    }
}
