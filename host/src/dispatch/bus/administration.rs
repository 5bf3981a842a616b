//! What the administrator does, through the same door as everybody.

use super::Bus;
use crate::{
    dispatch::{
        Error, Verdict,
        hooks::{Founding, Joining, ProfileChange},
    },
    model::{
        Context, GroupId, GroupTypeId, MessageId, UserId, UserRoleId,
        group::{GroupType, NewGroup, Role},
        session::CloseStatus,
        user::NewUser,
    },
};

impl Bus {
    /// Adds users, all or none. One that a filter refuses is the end of all, and one that it drops is passed over.
    pub async fn create_users(&self, context: &Context, users: Vec<NewUser>) -> Result<(), Error> {
        let mut passed = Vec::with_capacity(users.len());
        for mut user in users {
            if goes_on(self.hooks.user_before_create(context, &mut user).await)? {
                passed.push(user);
            }
        }
        let count = passed.len();
        self.services.users.create(passed).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, count, "users created");
        Ok(())
    }

    /// Deletes users, ends their sessions and answers those that were there; one that a filter drops is among them, as
    /// it is to look deleted.
    pub async fn delete_users(&self, context: &Context, users: &[UserId]) -> Result<Vec<UserId>, Error> {
        let (mut passed, mut dropped) = (Vec::with_capacity(users.len()), Vec::new());
        for user in users {
            let goes_on = goes_on(self.hooks.user_before_delete(context, *user).await)?;
            if goes_on { &mut passed } else { &mut dropped }.push(*user);
        }
        let mut deleted = self.services.users.delete(&passed).await?;
        for &user in &deleted {
            self.deliver.close(user, None, CloseStatus::UserDeletedOrInactivated);
        }
        tracing::info!(origin = ?context.origin, actor = %context.actor, count = deleted.len(), "users deleted");
        deleted.append(&mut dropped);
        Ok(deleted)
    }

    /// Deletes messages, all or none, and answers those that were there; one that a filter drops is among them, as it
    /// is to look deleted.
    pub async fn delete_messages(&self, context: &Context, ids: &[MessageId]) -> Result<Vec<MessageId>, Error> {
        let messages = &self.services.messages;
        let (mut passed, mut dropped) = (Vec::new(), Vec::new());
        for message in messages.find_undeleted(ids).await? {
            let goes_on = goes_on(self.hooks.message_before_delete(context, &message).await)?;
            if goes_on { &mut passed } else { &mut dropped }.push(message.id);
        }
        let mut deleted = messages.delete(&passed).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, count = deleted.len(), "messages deleted");
        deleted.append(&mut dropped);
        Ok(deleted)
    }

    /// Sets a user's password and ends their sessions, as whoever knew the old one may hold them.
    pub async fn set_password(&self, context: &Context, user: UserId, password: String) -> Result<(), Error> {
        if !self.may_change(context, user, true, None, None).await? {
            return Ok(());
        }
        self.services.users.set_password(user, password).await?;
        self.deliver.close(user, None, CloseStatus::DisconnectedByAdmin);
        tracing::info!(origin = ?context.origin, actor = %context.actor, %user, "password set");
        Ok(())
    }

    /// Activates a user, or deactivates it and ends its sessions.
    pub async fn set_active(&self, context: &Context, user: UserId, active: bool) -> Result<(), Error> {
        if !self.may_change(context, user, false, Some(active), None).await? {
            return Ok(());
        }
        self.services.users.set_active(user, active).await?;
        if !active {
            self.deliver.close(user, None, CloseStatus::UserDeletedOrInactivated);
        }
        tracing::info!(origin = ?context.origin, actor = %context.actor, %user, active, "user activated or deactivated");
        Ok(())
    }

    /// Gives a user another role.
    pub async fn set_role(&self, context: &Context, user: UserId, role: UserRoleId) -> Result<(), Error> {
        if !self.may_change(context, user, false, None, Some(role)).await? {
            return Ok(());
        }
        self.services.users.set_role(user, role).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, %user, %role, "role given");
        Ok(())
    }

    /// Adds a group type or changes it.
    pub async fn put_group_type(&self, context: &Context, group_type: GroupType) -> Result<(), Error> {
        let id = group_type.id;
        self.services.groups.put_type(group_type).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, group_type = %id, "group type set");
        Ok(())
    }

    /// Removes a group type that no group is of.
    pub async fn delete_group_type(&self, context: &Context, id: GroupTypeId) -> Result<(), Error> {
        self.services.groups.delete_type(id).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, group_type = %id, "group type removed");
        Ok(())
    }

    /// Adds groups with their members and answers their ids. Nobody is told: the lists' versions are. A filter's
    /// refusal of one is the end of all; one that it drops has an id and is not there.
    pub async fn create_groups(&self, context: &Context, groups: Vec<NewGroup>) -> Result<Vec<GroupId>, Error> {
        let (mut passed, mut ids) = (Vec::with_capacity(groups.len()), Vec::with_capacity(groups.len()));
        for mut group in groups {
            let id = *group.id.get_or_insert_with(|| self.services.groups.next_id());
            if self.may_found(context, id, &mut group).await? {
                passed.push(group);
                ids.push(None);
            } else {
                ids.push(Some(id));
            }
        }
        let created = self.services.groups.create_batch(passed).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, count = created.len(), "groups created");
        let mut created = created.into_iter();
        Ok(ids.into_iter().filter_map(|dropped| dropped.or_else(|| created.next())).collect())
    }

    async fn may_found(&self, context: &Context, id: GroupId, group: &mut NewGroup) -> Result<bool, Error> {
        let founding = &mut Founding {
            owner: group.owner,
            type_id: Some(group.type_id),
            name: &mut group.name,
            intro: &mut group.intro,
            announcement: &mut group.announcement,
        };
        if !goes_on(self.hooks.group_before_create(context, founding).await)? {
            return Ok(false);
        }
        if group.members.is_empty() {
            return Ok(true);
        }
        let joining = &mut Joining { group: id, users: &group.members, role: Role::Member, name: &mut None };
        goes_on(self.hooks.member_before_join(context, joining).await)
    }

    async fn may_change(
        &self,
        context: &Context,
        user: UserId,
        has_password: bool,
        active: Option<bool>,
        role: Option<UserRoleId>,
    ) -> Result<bool, Error> {
        let (name, intro, profile_picture) = (&mut None, &mut None, &mut None);
        let change = &mut ProfileChange { user, name, intro, profile_picture, has_password, active, role };
        goes_on(self.hooks.user_before_update(context, change).await)
    }
}

/// False when it is to look done.
fn goes_on(verdict: Verdict) -> Result<bool, Error> {
    match verdict {
        Verdict::Continue => Ok(true),
        Verdict::Deny(denial) => Err(Error::Denied(denial)),
        Verdict::Drop => Ok(false),
    }
}
