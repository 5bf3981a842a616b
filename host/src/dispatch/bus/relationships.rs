//! Relationships. What is relayed names the group that was used when the request left it out.

use super::{Bus, Envelope};
use crate::{
    dispatch::Error,
    model::{
        Context, RelationshipGroupIndex, Reply,
        command::{
            Command, CreateRelationship, DeleteRelationship, DeleteRelationshipGroup, UpdateRelationship,
            UpdateRelationshipGroup,
        },
    },
};

impl Bus {
    pub(super) async fn create_relationship(
        &self,
        context: &Context,
        envelope: Envelope,
        mut command: Box<CreateRelationship>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.create(context.actor, &command).await?;
        command.group.get_or_insert(RelationshipGroupIndex::DEFAULT);
        self.relay(context, envelope, Command::CreateRelationship(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_relationship(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateRelationship>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.update(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateRelationship(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_relationship(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteRelationship>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.delete(context.actor, &command).await?;
        self.relay(context, envelope, Command::DeleteRelationship(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_relationship_group(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateRelationshipGroup>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.rename_group(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateRelationshipGroup(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_relationship_group(
        &self,
        context: &Context,
        envelope: Envelope,
        mut command: Box<DeleteRelationshipGroup>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.relationships.delete_group(context.actor, &command).await?;
        command.target.get_or_insert(RelationshipGroupIndex::DEFAULT);
        self.relay(context, envelope, Command::DeleteRelationshipGroup(command), recipients);
        Ok(Reply::Done)
    }
}
