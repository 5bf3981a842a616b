//! Coming into a group.

use super::{Error, Groups};
use crate::{
    model::{
        UserId,
        command::CreateGroupMembers,
        group::{Admission, Group, GroupType, InvitationPolicy, JoinPolicy, Member, Permitted, Role},
        notification::Recipients,
    },
    store,
};

impl Groups {
    /// Adds users to a group, or the requester alone when it names itself. Tells all members, the new ones too.
    pub async fn add_members(
        &self,
        requester: UserId,
        request: &CreateGroupMembers,
    ) -> Result<Option<Recipients>, Error> {
        self.check_request_size(&request.users)?;
        self.check_texts(request.name.as_deref(), None, None)?;
        if let Some(invalid) = request.users.iter().find(|user| user.0 <= 0) {
            return Err(Error::InvalidUser(*invalid));
        }
        let mut users = request.users.clone();
        users.sort_unstable();
        users.dedup();
        let joins = users.contains(&requester);
        if joins && users.len() > 1 {
            return Err(Error::SelfWithOthers);
        }
        let role = wanted_role(request.role, joins)?;
        if users.is_empty() {
            return Ok(None);
        }

        let (group, group_type) = self.find_active(request.group).await?.ok_or(Error::Inactive)?;
        if joins {
            check_join(group_type.join)?;
        } else {
            let rank = self.role(group.id, requester).await?;
            check_adder(group_type.invitation, rank, role)?;
        }
        self.check_newcomers(&group, &users).await?;
        self.insert_members(&group, &group_type, &users, role, request).await?;
        let told = &self.notifications.member_added;
        Ok(self.audience(group.id, told.members, (&users, told.added), told.own_devices).await?)
    }

    pub(super) async fn insert_members(
        &self,
        group: &Group,
        group_type: &GroupType,
        users: &[UserId],
        role: Role,
        request: &CreateGroupMembers,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let members = users.iter().map(|&user| Member {
            group: group.id,
            user,
            name: request.name.clone(),
            role,
            join_date: now,
            mute_end_date: request.mute_end_date,
        });
        let limits = self.member_limits(group_type);
        match self.store.insert_members(group.id, members.collect(), limits, now).await {
            Ok(Admission::Done) => Ok(()),
            Ok(Admission::Refused) => Err(Error::Full),
            Ok(Admission::TooManyJoined(user)) => Err(Error::TooManyJoined { user, max: limits.joined }),
            Err(store::Error::Conflict) => Err(Error::AlreadyMember),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the users exist and the group blocks none of them.
    pub(super) async fn check_newcomers(&self, group: &Group, users: &[UserId]) -> Result<(), Error> {
        self.check_users(users).await?;
        for &user in users {
            if self.store.is_blocked_from_group(group.id, user).await? {
                return Err(Error::Blocked);
            }
        }
        Ok(())
    }

    /// Whether all users exist and are active. `users` is sorted.
    pub(in crate::services) async fn check_users(&self, users: &[UserId]) -> Result<(), Error> {
        let mut found: Vec<UserId> =
            self.store.list_users(users).await?.iter().filter(|user| user.is_active()).map(|user| user.id).collect();
        found.sort_unstable();
        match users.iter().find(|user| found.binary_search(user).is_err()) {
            Some(missing) => Err(Error::UnknownUser(*missing)),
            None => Ok(()),
        }
    }
}

/// The role that the newcomers get.
fn wanted_role(given: Option<Option<Role>>, joins: bool) -> Result<Role, Error> {
    match (given, joins) {
        (None | Some(Some(Role::Member)), true) => Ok(Role::Member),
        (Some(_), true) => Err(Error::JoinWithRole),
        (None, false) => Err(Error::RoleMissing),
        (Some(Some(role @ (Role::Manager | Role::Member))), false) => Ok(role),
        (Some(None | Some(Role::Owner | Role::Guest | Role::AnonymousGuest)), false) => Err(Error::RoleNotAllowed),
    }
}

/// Whether one of this rank (`None`: an outsider) may bring others in with this role.
pub(super) fn check_adder(policy: InvitationPolicy, rank: Option<Role>, role: Role) -> Result<(), Error> {
    if policy.needs_approval {
        return Err(Error::NeedsApproval);
    }
    if !policy.who.permits(rank) {
        return Err(match policy.who {
            Permitted::Anyone | Permitted::Members => Error::NotMemberToAdd,
            Permitted::Managers => Error::NotManagerToAdd,
            Permitted::Owner => Error::NotOwnerToAdd,
        });
    }
    if role == Role::Manager && rank != Some(Role::Owner) {
        return Err(Error::NotOwnerToAddManager);
    }
    Ok(())
}

/// Whether a user may join by their own wish.
pub(super) fn check_join(policy: JoinPolicy) -> Result<(), Error> {
    match policy {
        JoinPolicy::Membership => Ok(()),
        JoinPolicy::Invitation => Err(Error::JoinByInvitation),
        JoinPolicy::Question => Err(Error::JoinByQuestions),
        JoinPolicy::Request => Err(Error::JoinByRequest),
    }
}
