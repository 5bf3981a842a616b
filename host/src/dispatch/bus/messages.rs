//! Sending messages: the one way into the store and to the recipients, whoever sends.

use super::{Bus, Envelope};
use crate::{
    dispatch::{Error, MessagesError, UsersError, Verdict},
    model::{
        Context, MessageId, Reply, UserId,
        command::{Command, CreateMessage},
        message::Draft,
    },
};

impl Bus {
    /// Sends a message for a user: durable when it returns, with the recipients told. For the administrator and plugins,
    /// who may name any user that is active.
    pub async fn send(&self, context: &Context, sender: UserId, draft: Draft) -> Result<MessageId, Error> {
        let sender_is_active = self.services.users.find_active(sender).await.map_err(UsersError::Store)?.is_some();
        if !sender_is_active {
            return Err(UsersError::Unknown(sender).into());
        }
        self.post(context, Envelope { id: 0, attributes: Vec::new() }, sender, draft).await
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
        Ok(Reply::MessageId(self.post(context, envelope, context.actor, draft).await?))
    }

    async fn post(
        &self,
        context: &Context,
        envelope: Envelope,
        sender: UserId,
        mut draft: Draft,
    ) -> Result<MessageId, Error> {
        let messages = &self.services.messages;
        messages.copy_source(sender, &mut draft).await?;
        match self.hooks.message_before_send(context, sender, &mut draft).await {
            Verdict::Continue => {}
            Verdict::Deny(denial) => return Err(Error::Denied(denial)),
            Verdict::Drop => return Ok(messages.next_id()),
        }
        let sent = messages.send(sender, &draft).await?;
        self.hooks.message_persisted(&sent.message);
        draft.delivery_date = Some(sent.message.delivery_date);
        let (id, turn) = (sent.message.id, sent.turn);
        let relayed = CreateMessage { id: Some(id), is_system: false, draft: Some(draft) };
        if let Some(recipients) = sent.recipients {
            self.relay_of(context, sender, envelope, Command::CreateMessage(Box::new(relayed)), recipients);
        }
        drop(turn);
        Ok(id)
    }
}
