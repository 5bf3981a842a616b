//! From the connection to the session: the rules in the protocol's order, with the plugins in between.

use std::net::IpAddr;

use super::Bus;
use crate::{
    dispatch::{Authentication, Error, UsersError, Verdict, wasm::Hook},
    model::{
        Context, Origin,
        happened::{EndedConnection, FailedLogin, Happened, OpenedConnection},
        session::{Admission, DeviceType, Login},
    },
};

impl Bus {
    /// Whether a plugin decides which connections are served.
    #[must_use]
    pub fn judges_connections(&self) -> bool {
        self.hooks.uses(Hook::ConnectionBeforeOpen)
    }

    /// Whether a connection is served.
    pub async fn admits(&self, connection: OpenedConnection) -> bool {
        let context = Context { origin: Origin::Client, ip: Some(connection.ip), ..Context::admin() };
        self.hooks.connection_before_open(&context, connection.transport).await
    }

    /// A connection is served. True when somebody wants to know of its end.
    pub fn connection_opened(&self, connection: OpenedConnection) -> bool {
        self.hooks.happened(Hook::ConnectionOpened, || Happened::ConnectionOpened(connection));
        self.hooks.uses(Hook::ConnectionClosed)
    }

    /// A connection has ended.
    pub fn connection_closed(&self, connection: EndedConnection) {
        self.hooks.happened(Hook::ConnectionClosed, || Happened::ConnectionClosed(connection));
    }

    /// Decides whether a login is accepted, what its session may ask for, and which others it may end; the caller opens
    /// the session then and reports it.
    pub async fn login(&self, context: &Context, login: &Login) -> Result<Admission, Error> {
        self.check_login(context, login).await?;
        let ends = self.judge_takeover(context, login).await?;
        let access = self.hooks.authorize(context, login).await.map_err(Error::Denied)?;
        Ok(Admission { access, ends })
    }

    /// Decides whether these are a user who may come in; no session need open.
    pub async fn check_login(&self, context: &Context, login: &Login) -> Result<(), Error> {
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

    /// A login was refused.
    pub fn login_failed(&self, login: &Login, ip: IpAddr, code: i32) {
        let failed = || FailedLogin { user: login.user, device: login.device, ip: Some(ip), code };
        self.hooks.happened(Hook::AuthLoginFailed, || Happened::LoginFailed(failed()));
    }

    /// Answers the sessions that may be ended: those that a plugin was asked about, if one is asked.
    async fn judge_takeover(&self, context: &Context, login: &Login) -> Result<Option<Vec<DeviceType>>, Error> {
        if !self.hooks.uses(Hook::SessionBeforeTakeover) {
            return Ok(None);
        }
        let ended = self.deliver.taken_over_by(login.user, login.device);
        let is_decided = self.hooks.decides(Hook::SessionBeforeTakeover, context);
        if ended.is_empty() {
            return Ok(is_decided.then_some(ended));
        }
        match self.hooks.session_before_takeover(context, login, &ended).await {
            Verdict::Continue => Ok(is_decided.then_some(ended)),
            Verdict::Deny(denial) => Err(Error::Denied(denial)),
            Verdict::Drop => Err(UsersError::WrongCredentials.into()),
        }
    }
}
