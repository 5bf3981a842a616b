//! Rules of users: who may log in, profiles and passwords.

mod batch;
mod error;
mod location;
mod login;
mod password;
mod positions;
mod presence;
mod profile;
mod settings;
#[cfg(test)]
mod tests;

pub use error::Error;

use std::sync::Arc;

use self::{password::Passwords, positions::Positions};
use crate::{
    clock::Clock,
    config,
    model::{UserId, user::User},
    services::settings::Schema,
    store::{self, Store},
};

/// The rules of users over a store.
pub struct Users {
    store: Arc<dyn Store>,
    clock: Clock,
    config: config::Users,
    notifications: Arc<config::Notifications>,
    passwords: Passwords,
    settings: Schema,
    /// What may be in a profile beside the rest.
    attributes: Schema,
    positions: Positions,
}

impl Users {
    /// The service over a store. Fails when a password hash cannot have the configured cost.
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        config: config::Users,
        notifications: Arc<config::Notifications>,
    ) -> Result<Self, Error> {
        let passwords = Passwords::new(&config.password_hashing)?;
        let settings = Schema::new(&config.settings, config.ignore_unknown_settings);
        let attributes = Schema::new(&config.attributes, config.ignore_unknown_attributes);
        let positions = Positions::new(config.location.by_device);
        Ok(Self { store, clock, config, notifications, passwords, settings, attributes, positions })
    }

    /// The user when it exists, is active and not deleted.
    pub async fn find_active(&self, id: UserId) -> Result<Option<Arc<User>>, store::Error> {
        Ok(self.store.find_user(id).await?.filter(|user| user.is_active()))
    }
}
