//! Rules of users: who may log in, profiles and passwords.

mod batch;
mod error;
mod login;
mod password;
mod profile;
#[cfg(test)]
mod tests;

pub use error::Error;

use std::sync::Arc;

use self::password::Passwords;
use crate::{
    clock::Clock,
    config,
    model::{UserId, user::User},
    store::{self, Store},
};

/// The rules of users over a store.
pub struct Users {
    store: Arc<dyn Store>,
    clock: Clock,
    config: config::Users,
    notifications: Arc<config::Notifications>,
    passwords: Passwords,
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
        Ok(Self { store, clock, config, notifications, passwords })
    }

    /// The user when it exists, is active and not deleted.
    pub async fn find_active(&self, id: UserId) -> Result<Option<Arc<User>>, store::Error> {
        Ok(self.store.find_user(id).await?.filter(|user| user.is_active()))
    }
}
