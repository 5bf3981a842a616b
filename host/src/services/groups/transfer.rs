//! Handing a group over.

use super::{Error, Groups};
use crate::model::{GroupId, UserId, group::Role, notification::Recipients};

impl Groups {
    /// Makes another member the owner; the former owner becomes a member or leaves. Tells nobody when the requester
    /// names themselves.
    pub(super) async fn transfer(
        &self,
        requester: UserId,
        group: GroupId,
        successor: UserId,
        quits: bool,
    ) -> Result<Option<Recipients>, Error> {
        if successor == requester {
            return Ok(None);
        }
        if self.role(group, requester).await? != Some(Role::Owner) {
            return Err(Error::NotOwnerToTransfer);
        }
        if self.role(group, successor).await?.is_none() {
            return Err(Error::SuccessorNotMember);
        }
        self.check_ownership(successor, group).await?;
        if !self.store.transfer_group(group, requester, successor, quits, self.clock.now()).await? {
            // Somebody left meanwhile.
            return Err(Error::SuccessorNotMember);
        }
        // The former owner's devices are told though they may be no member any more.
        let told = &self.notifications.group_updated;
        Ok(self.audience(group, told.members, (&[], true), told.own_devices).await?)
    }

    /// Whether a user may own one group more, of the type of this one.
    async fn check_ownership(&self, user: UserId, group: GroupId) -> Result<(), Error> {
        let Some(group) = self.store.find_group(group).await? else {
            return Err(Error::NotOwnerToTransfer);
        };
        let limits = self.ownership_limits(user, group.type_id).await?;
        let (groups, groups_of_type) = self.store.count_owned_groups(user, group.type_id).await?;
        if limits.allow(groups, groups_of_type) { Ok(()) } else { Err(Error::TooManyOwned) }
    }
}
