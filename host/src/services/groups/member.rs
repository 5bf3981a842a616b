//! Changing a member: role, name and muting, each with its own rule. A request that asks for several must pass all.

use super::{Error, Groups};
use crate::model::{
    UserId,
    command::UpdateGroupMember,
    group::{GroupType, MemberPatch, Permitted, Role},
    notification::Recipients,
};

impl Groups {
    /// Changes what is given. Tells nobody when nothing is given.
    pub async fn update_member(
        &self,
        requester: UserId,
        request: &UpdateGroupMember,
    ) -> Result<Option<Recipients>, Error> {
        let now = self.clock.now();
        let patch = MemberPatch {
            name: request.name.clone(),
            role: wanted_role(request.role)?,
            mute_end_date: request.mute_end_date.map(|end| (end > now).then_some(end)),
        };
        if patch.mute_end_date.is_some() && request.member == requester {
            return Err(Error::MuteOneself);
        }
        self.check_texts(patch.name.as_deref(), None, None)?;
        if patch.is_empty() {
            return Ok(None);
        }
        let (group, group_type) = self.find_active(request.group).await?.ok_or(inactive(&patch))?;
        let role = self.role(group.id, requester).await?;
        let target = self.role(group.id, request.member).await?;
        if patch.role.is_some() {
            check_role(role, target)?;
        }
        if patch.mute_end_date.is_some() {
            check_mute(role, target)?;
        }
        if patch.name.is_some() {
            check_name(&group_type, role, target, request.member == requester)?;
        }
        if !self.store.update_member(group.id, request.member, patch, now).await? {
            return Err(Error::UnknownMember);
        }
        let told = &self.notifications.member_updated;
        Ok(self.audience(group.id, told.members, (&[request.member], told.updated), told.own_devices).await?)
    }
}

/// The owner's role is handed over, not given.
fn wanted_role(given: Option<Option<Role>>) -> Result<Option<Role>, Error> {
    match given {
        None => Ok(None),
        Some(None | Some(Role::Owner)) => Err(Error::RoleNotGiven),
        Some(role) => Ok(role),
    }
}

/// How it is said that there is no such group depends on what was wanted of it.
fn inactive(patch: &MemberPatch) -> Error {
    if patch.role.is_some() {
        Error::RoleInInactive
    } else if patch.mute_end_date.is_some() {
        Error::MuteInInactive
    } else {
        Error::MemberOfInactive
    }
}

fn check_role(role: Option<Role>, target: Option<Role>) -> Result<(), Error> {
    if role != Some(Role::Owner) {
        return Err(Error::NotOwnerToSetRole);
    }
    match target {
        None => Err(Error::UnknownMember),
        Some(Role::Owner) => Err(Error::RoleNotGiven),
        Some(_) => Ok(()),
    }
}

fn check_mute(role: Option<Role>, target: Option<Role>) -> Result<(), Error> {
    let role = role.ok_or(Error::NotManagerToMute)?;
    let target = target.ok_or(Error::MuteUnknown)?;
    if role < target { Ok(()) } else { Err(Error::MuteOfEqual) }
}

fn check_name(group_type: &GroupType, role: Option<Role>, target: Option<Role>, is_own: bool) -> Result<(), Error> {
    if target.is_none() {
        return Err(Error::UnknownMember);
    }
    if (is_own && group_type.members_name_themselves) || group_type.update_members.permits(role) {
        return Ok(());
    }
    Err(match group_type.update_members {
        Permitted::Anyone | Permitted::Members => Error::NotMemberToUpdateMember,
        Permitted::Managers => Error::NotManagerToUpdateMember,
        Permitted::Owner => Error::NotOwnerToUpdateMember,
    })
}
