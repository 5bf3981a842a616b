//! Who may log in. The order of the checks is the protocol's: a plugin may take the place of the password check only.

use super::{Error, Users};
use crate::{
    model::{
        UserId,
        hidden::Hidden,
        session::{Login, UserStatus},
    },
    services::text::is_longer,
};

impl Users {
    /// What is checked before anybody looks at the credentials.
    pub fn check_client(&self, login: &Login) -> Result<(), Error> {
        if login.version != 1 {
            return Err(Error::UnsupportedVersion(login.version));
        }
        if self.config.forbidden_device_types.contains(&login.device) {
            return Err(Error::ForbiddenDevice);
        }
        if login.user == UserId::ADMIN {
            return Err(Error::WrongCredentials);
        }
        Ok(())
    }

    /// The built-in check of credentials. A user without a password is refused here: only a plugin can let it in.
    ///
    /// An unknown user costs no hash computation: the protocol's codes tell unknown users from wrong passwords anyway,
    /// so equal times would hide nothing and only make guessing at ids expensive for the server.
    pub async fn check_password(&self, login: &Login) -> Result<(), Error> {
        let user = self.find_active(login.user).await?.ok_or(Error::NotActive)?;
        let (Some(Hidden(password)), Some(hash)) = (&login.password, &user.password_hash) else {
            return Err(Error::WrongCredentials);
        };
        if is_longer(password, self.config.max_password_length) {
            return Err(Error::WrongCredentials);
        }
        if self.passwords.verify(password.clone(), hash.clone()).await? { Ok(()) } else { Err(Error::WrongCredentials) }
    }

    /// What is checked when a plugin has accepted the credentials: the user must exist here too, as others write to it.
    pub async fn check_active(&self, login: &Login) -> Result<(), Error> {
        self.find_active(login.user).await?.map(|_| ()).ok_or(Error::NotActive)
    }

    /// What is checked once the credentials are accepted.
    pub fn check_presence(&self, login: &Login) -> Result<(), Error> {
        if login.status == Some(UserStatus::Offline) {
            return Err(Error::LoginAsOffline);
        }
        if login.position.as_ref().is_some_and(|position| !position.location.is_valid()) {
            return Err(Error::InvalidLocation);
        }
        Ok(())
    }
}
