//! Where users are. What the gateway knows of a user's sessions decides how long a position is kept.

use super::Bus;
use crate::{
    dispatch::Error,
    model::{
        Context, Reply, UserId,
        command::QueryNearbyUsers,
        session::{DeviceType, Position, SessionInfo},
    },
};

impl Bus {
    /// A login may say where it is; where positions are switched off, nothing is made of it.
    pub(super) fn note_position(&self, session: &SessionInfo, position: Position) {
        let whose = (session.user, session.device);
        if let Err(error) = self.services.users.locate(whose, position, || self.devices(session.user)) {
            tracing::debug!(user = session.user.0, %error, "the position of a login is not kept");
        }
    }

    pub(super) fn forget_location(&self, session: &SessionInfo) {
        self.services.users.forget_location((session.user, session.device), || self.devices(session.user));
    }

    pub(super) fn update_location(&self, context: &Context, position: Position) -> Result<Reply, Error> {
        self.services.users.locate(whose(context), position, || self.devices(context.actor))?;
        Ok(Reply::Done)
    }

    /// Users who do not show that they are online are near nobody.
    pub(super) async fn query_nearby_users(&self, context: &Context, query: &QueryNearbyUsers) -> Result<Reply, Error> {
        let online = || self.devices(context.actor);
        let is_shown = |user| self.services.users.shows(self.deliver.presence(user).status);
        Ok(self.services.users.query_nearby(whose(context), query, online, is_shown).await?)
    }

    fn devices(&self, user: UserId) -> Vec<DeviceType> {
        self.deliver.presence(user).devices
    }
}

fn whose(context: &Context) -> (UserId, DeviceType) {
    (context.actor, context.device.unwrap_or(DeviceType::Unknown))
}
