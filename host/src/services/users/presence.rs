//! What others see of a user's status.

use super::Users;
use crate::model::{
    UserId,
    session::{Presence, UserStatus},
};

impl Users {
    /// Whether others may see that a user has this status.
    #[must_use]
    pub fn shows(&self, status: UserStatus) -> bool {
        !(self.config.respond_offline_if_invisible && status == UserStatus::Invisible)
    }

    /// What others see of a status.
    #[must_use]
    pub(in crate::services) fn seen(&self, status: UserStatus) -> UserStatus {
        if self.shows(status) { status } else { UserStatus::Offline }
    }

    /// What `asker` sees of a user's presence: the own one as it is.
    #[must_use]
    pub fn shown(&self, presence: Presence, asker: UserId) -> Presence {
        if presence.user == asker || self.shows(presence.status) { presence } else { Presence::offline(presence.user) }
    }
}
