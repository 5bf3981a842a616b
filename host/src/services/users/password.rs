//! Password hashes: argon2id, computed off the threads that serve connections and a few at a time.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task};

use super::Error;
use crate::{config::PasswordHashing, model::hidden::Hidden};

/// Makes and checks hashes. Each computation takes megabytes and tens of milliseconds of a core, so a storm of logins
/// waits here instead of eating all memory.
pub(super) struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(config: &PasswordHashing) -> Result<Self, Error> {
        let params = Params::new(config.memory_kib, config.iterations, config.parallelism, None).map_err(failed)?;
        let permits = match config.max_concurrent {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            limit => limit,
        };
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            permits: Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS))),
        })
    }

    /// A hash with a salt of its own, in PHC form.
    pub(super) async fn hash(&self, password: String) -> Result<Hidden, Error> {
        self.compute(move |argon2| {
            let hash: PasswordHash = argon2.hash_password(password.as_bytes()).map_err(failed)?;
            Ok(Hidden(hash.to_string()))
        })
        .await
    }

    /// Whether the hash was made of this password, at whatever cost it was made.
    pub(super) async fn verify(&self, password: String, hash: Hidden) -> Result<bool, Error> {
        self.compute(move |argon2| {
            let hash = PasswordHash::new(&hash.0).map_err(failed)?;
            match argon2.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(true),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(failed(error)),
            }
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // The permit goes with the work, which runs on even when its login gave up.
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(failed)?;
        let argon2 = self.argon2.clone();
        let computed = task::spawn_blocking(move || {
            let result = work(&argon2);
            drop(permit);
            result
        });
        computed.await.map_err(failed)?
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Hashing(error.to_string())
}
