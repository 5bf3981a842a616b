//! The login: the rules in the protocol's order, with the plugins in between.

use super::Bus;
use crate::{
    dispatch::{Authentication, Error, UsersError, Verdict},
    model::{Context, session::Login},
};

impl Bus {
    /// Decides whether a login is accepted; the caller opens the session then and reports it.
    pub async fn login(&self, context: &Context, login: &Login) -> Result<(), Error> {
        let users = &self.services.users;
        users.check_client(login)?;
        match self.hooks.authenticate(context, login).await {
            Authentication::Accept => users.check_active(login).await?,
            Authentication::Deny(denial) => return Err(Error::Denied(denial)),
            Authentication::BuiltIn => users.check_password(login).await?,
        }
        users.check_presence(login)?;
        match self.hooks.before_login(context, login).await {
            Verdict::Continue => Ok(()),
            Verdict::Deny(denial) => Err(Error::Denied(denial)),
            // A session cannot be made to look open, so this refuses without a reason of its own.
            Verdict::Drop => Err(UsersError::WrongCredentials.into()),
        }
    }
}
