//! Groups and their members.

use super::{Bus, Envelope};
use crate::{
    dispatch::Error,
    model::{
        Context, Reply,
        command::{
            Command, CreateGroup, CreateGroupBlockedUser, CreateGroupMembers, DeleteGroup, DeleteGroupBlockedUser,
            DeleteGroupMembers, QueryGroupMembers, UpdateGroup, UpdateGroupMember,
        },
    },
    services::groups::{FoundMembers, Removal},
};

impl Bus {
    pub(super) async fn create_group(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<CreateGroup>,
    ) -> Result<Reply, Error> {
        let id = self.services.groups.create(context.actor, &command).await?;
        let recipients = self.services.groups.told_of_creation();
        self.relay(context, envelope, Command::CreateGroup(command), recipients);
        Ok(Reply::Id(id.0))
    }

    pub(super) async fn update_group(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateGroup>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.groups.update(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateGroup(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_group(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteGroup>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.groups.delete_group(context.actor, &command).await?;
        self.relay(context, envelope, Command::DeleteGroup(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn update_group_member(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateGroupMember>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.groups.update_member(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateGroupMember(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn create_group_blocked_user(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<CreateGroupBlockedUser>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.groups.block(context.actor, &command).await?;
        self.relay(context, envelope, Command::CreateGroupBlockedUser(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_group_blocked_user(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteGroupBlockedUser>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.groups.unblock(context.actor, &command).await?;
        self.relay(context, envelope, Command::DeleteGroupBlockedUser(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn create_group_members(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<CreateGroupMembers>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.groups.add_members(context.actor, &command).await?;
        self.relay(context, envelope, Command::CreateGroupMembers(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_group_members(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteGroupMembers>,
    ) -> Result<Reply, Error> {
        match self.services.groups.remove_members(context.actor, &command).await? {
            Removal::Done(recipients) => {
                self.relay(context, envelope, Command::DeleteGroupMembers(command), recipients);
                Ok(Reply::Done)
            }
            Removal::NotIn => Ok(Reply::NoContent),
        }
    }

    pub(super) async fn query_group_members(
        &self,
        context: &Context,
        query: &QueryGroupMembers,
    ) -> Result<Reply, Error> {
        match self.services.groups.query_members(context.actor, query).await? {
            FoundMembers::UpToDate => Ok(Reply::UpToDate),
            FoundMembers::Members(members, _) if members.is_empty() => Ok(Reply::NoContent),
            FoundMembers::Members(members, _) if query.with_status => {
                let with_presence = members.into_iter().map(|member| {
                    let presence = self.presence(member.user, context.actor);
                    (member, presence)
                });
                Ok(Reply::MemberPresences(with_presence.collect()))
            }
            FoundMembers::Members(members, version) => Ok(Reply::Members { members, version }),
        }
    }
}
