//! Profiles and presence.

use super::{Bus, Envelope};
use crate::{
    dispatch::{Error, UsersError, wasm::Hook},
    model::{
        Context, Reply, UserId,
        command::{Command, DeleteUserSettings, UpdateUser, UpdateUserOnlineStatus, UpdateUserSettings},
        happened::{Happened, PresenceChange},
        session::{CloseStatus, DeviceType, Presence, UserStatus},
    },
};

impl Bus {
    pub(super) async fn update_user(
        &self,
        context: &Context,
        envelope: Envelope,
        mut command: Box<UpdateUser>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.users.update(context.actor, &command).await?;
        // Other devices have no use for it, and a plugin or proxy on their way even less.
        command.password = None;
        self.relay(context, envelope, Command::UpdateUser(command), recipients);
        Ok(Reply::Done)
    }

    /// The same with those profiles only that the requester may see.
    pub(super) async fn visible(&self, requester: UserId, reply: Reply) -> Result<Reply, Error> {
        match reply {
            Reply::Profiles { users, version } => {
                let users = self.services.users.visible(requester, users).await?;
                Ok(Reply::Profiles { users, version })
            }
            other => Ok(other),
        }
    }

    pub(super) async fn update_user_settings(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateUserSettings>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.users.update_settings(context.actor, &command).await?;
        self.relay(context, envelope, Command::UpdateUserSettings(command), recipients);
        Ok(Reply::Done)
    }

    pub(super) async fn delete_user_settings(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<DeleteUserSettings>,
    ) -> Result<Reply, Error> {
        let recipients = self.services.users.delete_settings(context.actor, &command).await?;
        self.relay(context, envelope, Command::DeleteUserSettings(command), recipients);
        Ok(Reply::Done)
    }

    /// A user whom nobody knows is offline.
    pub(super) fn query_online_statuses(&self, asker: UserId, mut users: Vec<UserId>) -> Result<Reply, Error> {
        if users.is_empty() {
            return Ok(Reply::NoContent);
        }
        self.services.users.check_count(&users)?;
        users.sort_unstable();
        users.dedup();
        Ok(Reply::Presences(users.into_iter().map(|user| self.presence(user, asker)).collect()))
    }

    /// What `asker` sees of a user's presence.
    pub(super) fn presence(&self, user: UserId, asker: UserId) -> Presence {
        self.services.users.shown(self.deliver.presence(user), asker)
    }

    pub(super) async fn update_online_status(
        &self,
        context: &Context,
        envelope: Envelope,
        command: Box<UpdateUserOnlineStatus>,
    ) -> Result<Reply, Error> {
        let user = context.actor;
        let status = command.status.ok_or(UsersError::UnknownStatus)?;
        // Before the change, so that nothing is awaited between it and its news: of two changes the last is told last.
        let watchers = self.services.watchers(user).await.map_err(UsersError::Store)?;
        let change = if status == UserStatus::Offline {
            self.end_sessions(user, &command.devices)
        } else {
            self.deliver.set_status(user, status).filter(|before| *before != status).map(|before| (before, status))
        };
        if let Some((from, to)) = change {
            self.hooks
                .happened(Hook::PresenceChanged, || Happened::PresenceChanged(PresenceChange { user, status: to }));
            let news = self.services.told_of_status(&watchers, from, to);
            let offline = Envelope { id: envelope.id, attributes: Vec::new() };
            self.relay(context, offline, going_offline(), news.as_offline);
            self.relay(context, envelope, Command::UpdateUserOnlineStatus(command), news.plain);
        }
        Ok(Reply::Done)
    }

    /// Ends a user's sessions on these devices, or all. Answers the status before and after, when there were any.
    fn end_sessions(&self, user: UserId, devices: &[DeviceType]) -> Option<(UserStatus, UserStatus)> {
        let before = self.deliver.presence(user);
        let named = (!devices.is_empty()).then_some(devices);
        let ended = self.deliver.close(user, named, CloseStatus::DisconnectedByOtherDevice);
        let remains = named.is_some_and(|devices| before.devices.iter().any(|device| !devices.contains(device)));
        (ended > 0).then_some((before.status, if remains { before.status } else { UserStatus::Offline }))
    }
}

/// What others are told of a user who becomes invisible: just what they would be told of one who leaves.
fn going_offline() -> Command {
    let status = Some(UserStatus::Offline);
    Command::UpdateUserOnlineStatus(Box::new(UpdateUserOnlineStatus {
        devices: Vec::new(),
        status,
        attributes: Vec::new(),
    }))
}
