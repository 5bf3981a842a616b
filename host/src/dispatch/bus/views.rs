//! What users see of messages: filters may show some of them something else than what is stored.

use super::{Bus, Envelope};
use crate::{
    dispatch::{hooks::View, wasm::Hook},
    model::{
        Context, Reply, UserId,
        command::Command,
        happened::{Delivery, Happened},
        message::Message,
        notification::Recipients,
    },
};

impl Bus {
    /// Tells of a message or its edit, each recipient as the filters want it seen.
    pub(super) async fn relay_message(
        &self,
        context: &Context,
        message: &Message,
        (envelope, command): (Envelope, Command),
        mut recipients: Recipients,
    ) {
        let views = if self.hooks.uses(Hook::MessageBeforeDeliver) {
            Box::pin(self.hooks.message_before_deliver(context, message, &mut recipients)).await
        } else {
            Vec::new()
        };
        self.hooks.happened(Hook::MessageDelivered, || {
            let seen = views.iter().flat_map(|seen| &seen.recipients);
            Happened::MessageDelivered(self.delivery(message, recipients.users().iter().chain(seen)))
        });
        for seen in views {
            let envelope = Envelope { id: envelope.id, attributes: envelope.attributes.clone() };
            let mut command = command.clone();
            show(&mut command, &seen.view);
            self.relay_of(context, message.sender, envelope, command, Recipients::Others(seen.recipients.into()));
        }
        self.relay_of(context, message.sender, envelope, command, recipients);
    }

    fn delivery<'a>(&self, message: &Message, recipients: impl Iterator<Item = &'a UserId>) -> Delivery {
        let (mut online, mut offline) = (0, 0);
        for user in recipients.filter(|user| **user != message.sender) {
            let count = if self.deliver.presence(*user).devices.is_empty() { &mut offline } else { &mut online };
            *count += 1;
        }
        let Message { id, sender, target, hop, .. } = *message;
        Delivery { message: id, sender, target, online, offline, hop }
    }

    /// The same answer, as the filters want it shown to the reader.
    pub(super) async fn shown(&self, context: &Context, mut reply: Reply) -> Reply {
        if !self.hooks.uses(Hook::MessageBeforeHistory) {
            return reply;
        }
        let mut messages = messages_in(&mut reply);
        let hidden = Box::pin(self.hooks.message_before_history(context, context.actor, &mut messages)).await;
        if hidden.is_empty() {
            return reply;
        }
        let is_shown = |message: &Message| !hidden.contains(&message.id);
        match &mut reply {
            Reply::Messages(messages) => messages.retain(is_shown),
            Reply::SyncedMessages(page) => page.messages.retain(is_shown),
            Reply::FoundMessages(page) => page.messages.retain(is_shown),
            Reply::MessagesWithTotal(parts) => parts.iter_mut().for_each(|part| part.messages.retain(is_shown)),
            Reply::Inbox(entries) => {
                for entry in entries.iter_mut().filter(|entry| !is_shown(&entry.last)) {
                    entry.last.text = None;
                    entry.last.records.clear();
                }
            }
            _ => {}
        }
        reply
    }
}

fn show(command: &mut Command, view: &View) {
    match command {
        Command::CreateMessage(create) => {
            if let Some(draft) = &mut create.draft {
                view.apply(&mut draft.text, &mut draft.records);
            }
        }
        Command::UpdateMessage(update) => view.apply(&mut update.text, &mut update.records),
        _ => {}
    }
}

/// The messages that an answer shows.
pub(super) fn messages_in(reply: &mut Reply) -> Vec<&mut Message> {
    match reply {
        Reply::Messages(messages) => messages.iter_mut().collect(),
        Reply::SyncedMessages(page) => page.messages.iter_mut().collect(),
        Reply::FoundMessages(page) => page.messages.iter_mut().collect(),
        Reply::MessagesWithTotal(parts) => parts.iter_mut().flat_map(|part| &mut part.messages).collect(),
        Reply::Inbox(entries) => entries.iter_mut().map(|entry| &mut entry.last).collect(),
        _ => Vec::new(),
    }
}
