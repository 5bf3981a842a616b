//! Read dates, typing notices and the settings of conversations.

use super::{Bus, Envelope};
use crate::{
    dispatch::Error,
    model::{
        Context, Reply,
        command::{
            Command, DeleteConversationSettings, UpdateConversation, UpdateConversationSettings, UpdateTypingStatus,
        },
    },
};

impl Bus {
    /// What is relayed has the date that counts, which is not the client's by default.
    pub(super) async fn update_conversation(
        &self,
        context: &Context,
        envelope: Envelope,
        mut command: Box<UpdateConversation>,
    ) -> Result<Reply, Error> {
        let (read_date, recipients) = self.services.conversations.read(context.actor, &command).await?;
        command.read_date = read_date;
        self.relay(context, envelope, Command::UpdateConversation(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_typing_status(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateTypingStatus>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.conversations.type_in(context.actor, command.conversation).await?;
        self.relay(context, envelope, Command::UpdateTypingStatus(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_conversation_settings(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateConversationSettings>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.conversations.update_settings(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateConversationSettings(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_conversation_settings(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteConversationSettings>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.conversations.delete_settings(context.actor, &command).await?;
        self.relay(context, envelope, Command::DeleteConversationSettings(command), recipients);
        Ok(Reply::Done)
    }
}
