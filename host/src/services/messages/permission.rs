//! Who may send to whom. Runs for every message: each lookup is one that the store answers from memory when it can.

use super::{Error, Messages};
use crate::{
    model::{GroupId, Timestamp, UserId, group::Group},
    store,
};

impl Messages {
    /// Whether `sender` may send to `recipient`. What counts is what the recipient holds of the sender.
    pub(super) async fn check_private(&self, sender: UserId, recipient: UserId) -> Result<(), Error> {
        if sender == recipient {
            return if self.config.allow_oneself { Ok(()) } else { Err(Error::ToOneself) };
        }
        let user = self.store.find_user(recipient).await?;
        if !user.is_some_and(|user| user.is_active() || !self.config.require_active_target) {
            return Err(Error::RecipientNotActive);
        }
        let relationship = self.store.find_relationship(recipient, sender).await?;
        match relationship {
            Some(relationship) if relationship.is_blocked() => Err(Error::BlockedByRecipient),
            Some(_) => Ok(()),
            None if self.config.allow_strangers => Ok(()),
            None => Err(Error::NotFriend),
        }
    }

    /// Whether `sender` may send to `group` now.
    pub(super) async fn check_group(&self, sender: UserId, group: GroupId, now: Timestamp) -> Result<(), Error> {
        let group = self.store.find_group(group).await?;
        let group = group.filter(|group| group.is_active() || !self.config.require_active_target);
        let group = group.ok_or(Error::GroupInactive)?;
        let Some(member) = self.store.find_member(group.id, sender).await? else {
            return self.check_guest(sender, &group, now).await;
        };
        if group.is_muted(now) {
            return Err(Error::GroupMuted);
        }
        if member.is_muted(now) {
            return Err(Error::MemberMuted);
        }
        Ok(())
    }

    async fn check_guest(&self, sender: UserId, group: &Group, now: Timestamp) -> Result<(), Error> {
        let group_type = self.store.find_group_type(group.type_id).await?;
        let group_type = group_type.ok_or_else(|| store::Error::Corrupt(format!("group {} has no type", group.id)))?;
        if !group_type.guests_may_speak {
            return Err(Error::NotMemberToSend);
        }
        if group.is_muted(now) {
            return Err(Error::GroupMuted);
        }
        if self.store.is_blocked_from_group(group.id, sender).await? {
            return Err(Error::BlockedByGroup);
        }
        Ok(())
    }
}
