//! Changing what a group is, and deleting it.

use super::{Error, Groups};
use crate::model::{
    GroupTypeId, UserId,
    command::{DeleteGroup, UpdateGroup},
    group::{Group, GroupPatch, Permitted, Role},
    notification::Recipients,
    settings::SettingsPatch,
};

impl Groups {
    /// Changes what is given, or hands the group over when a successor is named. Tells nobody when nothing is given.
    pub async fn update(&self, requester: UserId, request: &UpdateGroup) -> Result<Option<Recipients>, Error> {
        if let Some(successor) = request.successor {
            return self.transfer(requester, request.group, successor, request.quit_after_transfer).await;
        }
        let now = self.clock.now();
        let mut patch = GroupPatch {
            type_id: request.type_id,
            name: request.name.clone(),
            intro: request.intro.clone(),
            announcement: request.announcement.clone(),
            min_score: request.min_score,
            mute_end_date: request.mute_end_date.map(|end| (end > now).then_some(end)),
            attributes: SettingsPatch::default(),
        };
        self.check_patch(&patch)?;
        let (group, group_type) = self.find_active(request.group).await?.ok_or(Error::UpdateInactive)?;
        let role = self.role(group.id, requester).await?;
        if !group_type.update_info.permits(role) {
            return Err(match group_type.update_info {
                Permitted::Anyone | Permitted::Members => Error::NotMemberToUpdate,
                Permitted::Managers => Error::NotManagerToUpdate,
                Permitted::Owner => Error::NotOwnerToUpdate,
            });
        }
        if let Some(type_id) = patch.type_id {
            self.check_new_type(&group, role, type_id).await?;
        }
        patch.attributes = self.attributes.check(&request.user_defined_attributes, &group.attributes)?;
        if patch.is_empty() {
            return Ok(None);
        }
        if !self.store.update_group(group.id, patch, now).await? {
            return Err(Error::UpdateInactive);
        }
        let told = &self.notifications.group_updated;
        Ok(self.audience(group.id, told.members, (&[], true), told.own_devices).await?)
    }

    fn check_patch(&self, patch: &GroupPatch) -> Result<(), Error> {
        if patch.min_score.is_some_and(|score| score < 0) {
            return Err(Error::NegativeScore);
        }
        if patch.type_id.is_some() && !self.config.allow_type_change {
            return Err(Error::TypeChangeDisabled);
        }
        self.check_texts(patch.name.as_deref(), patch.intro.as_deref(), patch.announcement.as_deref())
    }

    /// The type decides who may do what, so only the owner chooses it, among those that they might have founded it
    /// with.
    async fn check_new_type(&self, group: &Group, role: Option<Role>, type_id: GroupTypeId) -> Result<(), Error> {
        if role != Some(Role::Owner) {
            return Err(Error::NotOwnerToChangeType);
        }
        self.store.find_group_type(type_id).await?.ok_or(Error::UnknownNewType)?;
        let limits = self.ownership_limits(group.owner, type_id).await.map_err(|error| match error {
            Error::ForbiddenType => Error::ForbiddenNewType,
            other => other,
        })?;
        let (_, groups_of_type) = self.store.count_owned_groups(group.owner, type_id).await?;
        let is_new = type_id != group.type_id;
        if is_new && limits.groups_of_type.is_some_and(|max| groups_of_type >= max) {
            return Err(Error::TooManyOwned);
        }
        Ok(())
    }

    /// Deletes a group. Those who were members are told.
    pub async fn delete_group(&self, requester: UserId, request: &DeleteGroup) -> Result<Option<Recipients>, Error> {
        let members = self.store.delete_group(request.group, requester, self.clock.now()).await?;
        let members = members.ok_or(Error::NotOwnerToDelete)?;
        let told = &self.notifications.group_deleted;
        Ok(Recipients::among(if told.members { &members } else { &[] }, told.own_devices))
    }
}
