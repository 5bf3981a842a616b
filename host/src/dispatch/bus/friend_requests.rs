//! Friend requests. What is relayed of a new one has no id, as in the reference: recipients find it by asking.

use super::{Bus, Envelope};
use crate::{
    dispatch::Error,
    model::{
        Context, Reply,
        command::{Command, CreateFriendRequest, DeleteFriendRequest, UpdateFriendRequest},
    },
};

impl Bus {
    pub(super) async fn create_friend_request(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<CreateFriendRequest>,
    ) -> Result<Reply, Error> {
        let (id, recipients) = self.services.relationships.request_friend(context.actor, &command).await?;
        self.relay(context, envelope, Command::CreateFriendRequest(command), recipients);
        Ok(Reply::Id(id.0))
    }

    pub(super) async fn delete_friend_request(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteFriendRequest>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.recall_friend_request(context.actor, command.id).await?;
        self.relay(context, envelope, Command::DeleteFriendRequest(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_friend_request(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateFriendRequest>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.answer_friend_request(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateFriendRequest(command), recipients);
        Ok(Reply::Done)
    }
}
