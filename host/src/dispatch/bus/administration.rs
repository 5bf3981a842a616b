//! What the administrator does, through the same door as everybody.

use super::Bus;
use crate::{
    dispatch::Error,
    model::{
        Context, GroupId, GroupTypeId, UserId, UserRoleId,
        group::{GroupType, NewGroup},
        session::CloseStatus,
        user::NewUser,
    },
};

impl Bus {
    /// Adds users, all or none.
    pub async fn create_users(&self, context: &Context, users: Vec<NewUser>) -> Result<(), Error> {
        let count = users.len();
        self.services.users.create(users).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, count, "users created");
        Ok(())
    }

    /// Deletes users, ends their sessions and answers those that were there.
    pub async fn delete_users(&self, context: &Context, users: &[UserId]) -> Result<Vec<UserId>, Error> {
        let deleted = self.services.users.delete(users).await?;
        for &user in &deleted {
            self.deliver.close(user, None, CloseStatus::UserDeletedOrInactivated);
        }
        tracing::info!(origin = ?context.origin, actor = %context.actor, count = deleted.len(), "users deleted");
        Ok(deleted)
    }

    /// Sets a user's password and ends their sessions, as whoever knew the old one may hold them.
    pub async fn set_password(&self, context: &Context, user: UserId, password: String) -> Result<(), Error> {
        self.services.users.set_password(user, password).await?;
        self.deliver.close(user, None, CloseStatus::DisconnectedByAdmin);
        tracing::info!(origin = ?context.origin, actor = %context.actor, %user, "password set");
        Ok(())
    }

    /// Activates a user, or deactivates it and ends its sessions.
    pub async fn set_active(&self, context: &Context, user: UserId, active: bool) -> Result<(), Error> {
        self.services.users.set_active(user, active).await?;
        if !active {
            self.deliver.close(user, None, CloseStatus::UserDeletedOrInactivated);
        }
        tracing::info!(origin = ?context.origin, actor = %context.actor, %user, active, "user activated or deactivated");
        Ok(())
    }

    /// Gives a user another role.
    pub async fn set_role(&self, context: &Context, user: UserId, role: UserRoleId) -> Result<(), Error> {
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

    /// Adds groups with their members and answers their ids. Nobody is told: the lists' versions are.
    pub async fn create_groups(&self, context: &Context, groups: Vec<NewGroup>) -> Result<Vec<GroupId>, Error> {
        let ids = self.services.groups.create_batch(groups).await?;
        tracing::info!(origin = ?context.origin, actor = %context.actor, count = ids.len(), "groups created");
        Ok(ids)
    }
}
