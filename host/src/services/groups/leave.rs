//! Leaving a group, being removed from it, and handing it over.

use super::{Error, Groups};
use crate::model::{
    GroupId, UserId,
    command::DeleteGroupMembers,
    group::{Member, Role},
    notification::Recipients,
};

/// What came of a request to remove members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Removal {
    /// These are told that somebody left or that the group has a new owner; nobody when nothing has changed.
    Done(Option<Recipients>),
    /// The requester wanted to leave a group that they are not in.
    NotIn,
}

impl Groups {
    /// Removes members, lets the requester quit, or hands the group over.
    pub async fn remove_members(&self, requester: UserId, request: &DeleteGroupMembers) -> Result<Removal, Error> {
        self.check_request_size(&request.members)?;
        let mut members = request.members.clone();
        members.sort_unstable();
        members.dedup();
        let quits = members == [requester];
        match request.successor {
            Some(successor) if members.is_empty() => {
                let quits = request.quit_after_transfer;
                self.transfer(requester, request.group, successor, quits).await.map(Removal::Done)
            }
            // What clients send for an owner who quits; the reference refuses it.
            Some(successor) if quits && successor != requester => {
                self.transfer(requester, request.group, successor, true).await.map(Removal::Done)
            }
            Some(_) if quits => Err(Error::OwnerWithoutSuccessor),
            Some(_) => Err(Error::SuccessorWithMembers),
            None if quits => self.quit(requester, request.group).await,
            None if members.contains(&requester) => Err(Error::SelfWithOthers),
            None => self.expel(requester, request.group, &members).await,
        }
    }

    async fn quit(&self, requester: UserId, group: GroupId) -> Result<Removal, Error> {
        match self.store.find_member(group, requester).await? {
            None => Ok(Removal::NotIn),
            Some(member) if member.role == Role::Owner => Err(Error::OwnerWithoutSuccessor),
            Some(_) => self.delete(group, &[requester]).await,
        }
    }

    async fn expel(&self, requester: UserId, group: GroupId, members: &[UserId]) -> Result<Removal, Error> {
        if members.is_empty() {
            return Ok(Removal::Done(None));
        }
        let rank = self.role(group, requester).await?.filter(|role| role.manages());
        let Some(rank) = rank else {
            return Err(Error::NotManagerToRemove);
        };
        let targets: Vec<Member> = self.store.list_members(group, Some(members)).await?;
        if targets.iter().any(|target| target.role <= rank) {
            return Err(Error::NotOwnerToRemove);
        }
        self.delete(group, members).await
    }

    async fn delete(&self, group: GroupId, members: &[UserId]) -> Result<Removal, Error> {
        let removed = self.store.delete_members(group, members, self.clock.now()).await?;
        if removed.is_empty() {
            return Ok(Removal::Done(None));
        }
        let told = &self.notifications.member_removed;
        let recipients = self.audience(group, told.members, (&removed, told.removed), told.own_devices).await?;
        Ok(Removal::Done(recipients))
    }
}
