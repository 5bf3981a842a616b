//! Sending messages: the one way into the store and to the recipients, whoever sends.

use super::{Bus, Envelope, News, views::messages_in};
use crate::{
    dispatch::{Error, MessagesError, Outcome, Passage, Verdict, wasm::Hook},
    model::{
        Context, MessageId, Reply, UserId,
        command::{Command, CreateMessage, UpdateMessage},
        message::{Draft, Message},
        notification::Recipients,
    },
    services::messages::{Sending, Sent},
};

impl Bus {
    /// Sends a message for a user: durable when it returns, with the recipients told. For the administrator and
    /// plugins, who may name any user that is active.
    pub async fn send(&self, context: &Context, sender: UserId, draft: Draft) -> Result<MessageId, Error> {
        self.check_size(context.origin, draft.text.as_deref(), &draft.records)?;
        self.check_active(sender).await?;
        self.post(context, Envelope { id: 0, attributes: Vec::new() }, sender, draft, None).await
    }

    pub(super) async fn create_message(
        &self,
        context: &Context,
        envelope: Envelope,
        command: CreateMessage,
    ) -> Result<Reply, Error> {
        if command.is_system {
            return Err(MessagesError::System.into());
        }
        let draft = command.draft.ok_or(MessagesError::NoTarget)?;
        Ok(Reply::MessageId(self.post(context, envelope, context.actor, draft, command.idempotency_key).await?))
    }

    /// What a query found, without the profiles that the reader may not see, and after noting that it was read where
    /// the operator wants that.
    pub(super) async fn found(&self, context: &Context, mut reply: Reply) -> Result<Reply, Error> {
        let reader = context.actor;
        let mut messages = messages_in(&mut reply);
        for reaction in messages.iter_mut().flat_map(|message| &mut message.reactions) {
            reaction.users = self.services.users.visible(reader, std::mem::take(&mut reaction.users)).await?;
        }
        self.services.conversations.read_found(reader, messages.iter().map(|message| &**message)).await?;
        Ok(self.shown(context, reply).await)
    }

    /// Edits or recalls a message. Filters see a new text like one that is sent, or an edit would be the way around
    /// them.
    pub(super) async fn update_message(
        &self,
        context: &Context,
        envelope: Envelope,
        mut command: Box<UpdateMessage>,
    ) -> Result<Reply, Error> {
        self.check_size(context.origin, command.text.as_deref(), &command.records)?;
        let (user, messages) = (context.actor, &self.services.messages);
        let mut message = match messages.check_update(user, &command).await {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(Reply::Done),
            // To its sender, one that is held passes for sent.
            Err(MessagesError::NotSenderToRecall | MessagesError::NotSenderToEdit)
                if command.recall_date.is_some() && self.take_back(user, command.message).await? =>
            {
                return Ok(Reply::Done);
            }
            Err(error) => return Err(error.into()),
        };
        // Those who observe the change may answer it by another.
        message.hop = message.hop.max(context.hop);
        if command.recall_date.is_some() {
            // What is recalled has no content to change.
            command.text = None;
            command.records.clear();
        }
        let verdict = if command.is_edit() {
            self.hooks.message_before_edit(context, &message, &mut command).await
        } else {
            self.hooks.message_before_recall(context, &message).await
        };
        match verdict {
            Verdict::Continue => {}
            Verdict::Deny(denial) => return Err(Error::Denied(denial)),
            Verdict::Drop => return Ok(Reply::Done),
        }
        if command.is_edit() {
            let mut draft = edited(&message, &command);
            match self.hooks.message_before_send(context, user, &mut draft, None).await {
                Passage::Continue => {}
                Passage::Deny(denial) => return Err(Error::Denied(denial)),
                Passage::Drop => return Ok(Reply::Done),
                // The message is there already, and two contents of one would not be kept apart.
                Passage::Hold(_) => return Err(MessagesError::EditHeld.into()),
            }
            take_edit(&message, draft, &mut command);
        }
        let Some(updated) = messages.update(&message, &mut command).await? else { return Ok(Reply::Done) };
        if let Some(recipients) = updated.recipients {
            self.relay_update(context, envelope, (&message, command), recipients).await;
        }
        if let Some(mut notice) = updated.notice {
            if let Some(recipients) = &mut notice.recipients {
                self.hooks.message_before_fanout(context, &notice.message, recipients).await;
            }
            let relayed = CreateMessage {
                id: Some(notice.message.id),
                sequence: Some(notice.message.sequence),
                is_system: true,
                draft: Some(drafted(&notice.message)),
                idempotency_key: None,
            };
            let envelope = Envelope { id: 0, attributes: Vec::new() };
            self.relay(context, envelope, Command::CreateMessage(Box::new(relayed)), notice.recipients);
        }
        Ok(Reply::Done)
    }

    /// Gives a draft that forwards a message the content of that message, as the sender is shown it. Done before
    /// plugins look at the draft, so that they judge what will be sent.
    async fn copy_source(&self, context: &Context, sender: UserId, draft: &mut Draft) -> Result<(), Error> {
        let Some(mut source) = self.services.messages.find_source(sender, draft).await? else { return Ok(()) };
        if self.hooks.uses(Hook::MessageBeforeHistory) {
            let hidden = Box::pin(self.hooks.message_before_history(context, sender, &mut [&mut source])).await;
            if !hidden.is_empty() {
                return Err(MessagesError::SourceNotVisible.into());
            }
        }
        draft.text = source.text;
        draft.records = source.records;
        draft.burn_after = source.burn_after;
        Ok(())
    }

    /// Tells of an edit or a recall.
    async fn relay_update(
        &self,
        context: &Context,
        envelope: Envelope,
        (message, command): (&Message, Box<UpdateMessage>),
        mut recipients: Recipients,
    ) {
        let is_asked = self.hooks.uses(Hook::MessageBeforeDeliver) || self.hooks.uses(Hook::MessageBeforeFanout);
        if !command.is_edit() || !is_asked {
            return self.relay(context, envelope, Command::UpdateMessage(command), Some(recipients));
        }
        let Draft { text, records, .. } = edited(message, &command);
        let message = Message { text, records, ..message.clone() };
        self.hooks.message_before_fanout(context, &message, &mut recipients).await;
        self.relay_message(context, &message, (envelope, Command::UpdateMessage(command)), recipients).await;
    }

    async fn post(
        &self,
        context: &Context,
        envelope: Envelope,
        sender: UserId,
        mut draft: Draft,
        key: Option<String>,
    ) -> Result<MessageId, Error> {
        let messages = &self.services.messages;
        if let Some(key) = &key
            && let Some(id) = messages.find_sent(sender, key).await?
        {
            return Ok(id);
        }
        // A copy of a text is no order.
        if draft.forwarded_from.is_none() {
            match self.hooks.command_run(context, sender, &draft).await {
                Outcome::Pass => {}
                Outcome::Deny(denial) => return Err(Error::Denied(denial)),
                Outcome::Answer(text) => {
                    if text.is_some() {
                        self.push(&[sender].into(), News { text, records: Vec::new() });
                    }
                    return Ok(messages.next_id());
                }
            }
        }
        self.copy_source(context, sender, &mut draft).await?;
        draft.hop = context.hop;
        match self.hooks.message_before_send(context, sender, &mut draft, None).await {
            Passage::Continue => {}
            Passage::Deny(denial) => return Err(Error::Denied(denial)),
            Passage::Drop => return Ok(messages.next_id()),
            // Boxed: it is rare, and would make every request's future larger.
            Passage::Hold(hold) => return Box::pin(self.hold(sender, draft, key, *hold)).await,
        }
        let sent = match key {
            None => messages.send(sender, &draft).await?,
            Some(key) => match messages.send_once(sender, &draft, key).await? {
                Sending::New(sent) => sent,
                Sending::Repeated(id) => return Ok(id),
            },
        };
        let id = sent.message.id;
        let command = announced(draft, &sent.message);
        self.tell(context, (envelope, command), sent).await;
        Ok(id)
    }

    /// Tells those concerned of a message that is stored; later messages of the conversation wait meanwhile.
    pub(super) async fn tell(&self, context: &Context, told: (Envelope, Command), sent: Sent) {
        if let Some(mut recipients) = sent.recipients {
            self.hooks.message_before_fanout(context, &sent.message, &mut recipients).await;
            self.relay_message(context, &sent.message, told, recipients).await;
        }
        drop(sent.turn);
    }
}

/// How a draft that was sent is told of.
pub(super) fn announced(mut draft: Draft, message: &Message) -> Command {
    draft.delivery_date = Some(message.delivery_date);
    Command::CreateMessage(Box::new(CreateMessage {
        id: Some(message.id),
        sequence: Some(message.sequence),
        is_system: false,
        draft: Some(draft),
        idempotency_key: None,
    }))
}

/// What a message would be with the edit, for filters to judge.
fn edited(message: &Message, edit: &UpdateMessage) -> Draft {
    let text = edit.text.clone().or_else(|| message.text.clone());
    let records = if edit.records.is_empty() { message.records.clone() } else { edit.records.clone() };
    Draft { text, records, attributes: edit.attributes.clone(), ..drafted(message) }
}

/// What the filters made of an edit. A part that nobody changed is left out: another edit may be changing it now.
fn take_edit(message: &Message, draft: Draft, edit: &mut UpdateMessage) {
    if edit.text.is_some() || draft.text != message.text {
        edit.text = draft.text;
    }
    if !edit.records.is_empty() || draft.records != message.records {
        edit.records = draft.records;
    }
    edit.attributes = draft.attributes;
}

/// A stored message as others are told of it.
fn drafted(message: &Message) -> Draft {
    Draft {
        target: message.target,
        text: message.text.clone(),
        records: message.records.clone(),
        burn_after: message.burn_after,
        delivery_date: Some(message.delivery_date),
        previous: message.previous,
        forwarded_from: message.forwarded_from,
        attributes: Vec::new(),
        hop: message.hop,
    }
}
