//! Groups and their members.

use super::{Bus, Envelope};
use crate::{
    dispatch::Error,
    model::{
        Context, Reply,
        command::{Command, CreateGroup, CreateGroupMembers, DeleteGroupMembers, QueryGroupMembers},
        notification::Recipients,
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
        self.relay(context, envelope, Command::CreateGroup(command), Some(Recipients::Own));
        Ok(Reply::Id(id.0))
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
            Removal::Changed(recipients) => {
                self.relay(context, envelope, Command::DeleteGroupMembers(command), recipients);
                Ok(Reply::Done)
            }
            Removal::Unchanged => Ok(Reply::Done),
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
                    let presence = self.deliver.presence(member.user);
                    (member, presence)
                });
                Ok(Reply::MemberPresences(with_presence.collect()))
            }
            FoundMembers::Members(members, version) => Ok(Reply::Members { members, version }),
        }
    }
}
