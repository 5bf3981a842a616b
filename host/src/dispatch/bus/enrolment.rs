//! Invitations, requests to join, and questions. What is relayed of a new one has no id, as in the reference: those
//! concerned find it by asking.

use super::{Bus, Envelope};
use crate::{
    dispatch::Error,
    model::{
        Context, Notification, Reply,
        command::{
            CheckGroupJoinQuestionsAnswers, Command, CreateGroupInvitation, CreateGroupJoinRequest, CreateGroupMembers,
            DeleteGroupInvitation, DeleteGroupJoinRequest, Request, UpdateGroupInvitation, UpdateGroupJoinRequest,
        },
        group::Role,
    },
    services::enrolment::Joined,
};

impl Bus {
    pub(super) async fn create_group_invitation(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<CreateGroupInvitation>,
    ) -> Result<Reply, Error> {
        let (id, recipients) = self.services.enrolments.invite(context.actor, &command).await?;
        self.relay(context, envelope, Command::CreateGroupInvitation(command), recipients);
        Ok(Reply::Id(id.0))
    }

    pub(super) async fn delete_group_invitation(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteGroupInvitation>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.enrolments.recall_invitation(context.actor, command.id).await?;
        self.relay(context, envelope, Command::DeleteGroupInvitation(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_group_invitation(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateGroupInvitation>,
    ) -> Result<Reply, Error> {
        let answered = self.services.enrolments.answer_invitation(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateGroupInvitation(command), answered.recipients);
        self.announce(context, answered.joined);
        Ok(Reply::Done)
    }

    pub(super) async fn create_group_join_request(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<CreateGroupJoinRequest>,
    ) -> Result<Reply, Error> {
        let (id, recipients) = self.services.enrolments.request_to_join(context.actor, &command).await?;
        self.relay(context, envelope, Command::CreateGroupJoinRequest(command), recipients);
        Ok(Reply::Id(id.0))
    }

    pub(super) async fn delete_group_join_request(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteGroupJoinRequest>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.enrolments.recall_join_request(context.actor, command.id).await?;
        self.relay(context, envelope, Command::DeleteGroupJoinRequest(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_group_join_request(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateGroupJoinRequest>,
    ) -> Result<Reply, Error> {
        let answered = self.services.enrolments.answer_join_request(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateGroupJoinRequest(command), answered.recipients);
        self.announce(context, answered.joined);
        Ok(Reply::Done)
    }

    pub(super) async fn check_group_join_questions_answers(
        &self,
        context: &Context,
        command: &CheckGroupJoinQuestionsAnswers,
    ) -> Result<Reply, Error> {
        let Some((result, joined)) = self.services.enrolments.check_answers(context.actor, command).await? else {
            return Ok(Reply::NoContent);
        };
        self.announce(context, joined);
        Ok(Reply::AnswerResult(result))
    }

    /// Tells that a user came into a group by consent, as if somebody had added them. The session that acted is told
    /// too: it asked for something else.
    fn announce(&self, context: &Context, joined: Option<Joined>) {
        let Some(Joined { group, user, recipients: Some(recipients) }) = joined else { return };
        let command = Command::CreateGroupMembers(Box::new(CreateGroupMembers {
            group,
            users: vec![user],
            name: None,
            role: Some(Some(Role::Member)),
            mute_end_date: None,
            attributes: Vec::new(),
        }));
        let relayed = Request { id: 0, attributes: Vec::new(), command };
        self.deliver.deliver(&Notification { requester: context.actor, relayed, recipients, except: None });
    }
}
