//! What the gateway needs of the rest of the server.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    dispatch::{Bus, Error},
    model::{
        Context, Reply,
        command::Request,
        session::{CloseStatus, Login, Position, SessionInfo},
    },
};

/// Carries out what clients ask for. The bus does; tests put something simple in its place.
pub trait Handler: Send + Sync + 'static {
    /// Decides whether a login is accepted.
    fn login(self: Arc<Self>, context: Context, login: Arc<Login>) -> BoxFuture<'static, Result<(), Error>>;

    /// A session was opened, at a place if the login said so. Must not wait.
    fn session_opened(&self, session: &SessionInfo, position: Option<Position>);

    /// A session ended; called once for each that was opened. Must not wait.
    fn session_closed(&self, session: &SessionInfo, status: CloseStatus);

    /// Carries out one request of a session. Always runs to its end, even when the client has gone.
    fn handle(self: Arc<Self>, context: Context, request: Request) -> BoxFuture<'static, Result<Reply, Error>>;
}

impl Handler for Bus {
    fn login(self: Arc<Self>, context: Context, login: Arc<Login>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move { Self::login(&self, &context, &login).await })
    }

    fn session_opened(&self, session: &SessionInfo, position: Option<Position>) {
        Self::session_opened(self, session, position);
    }

    fn session_closed(&self, session: &SessionInfo, status: CloseStatus) {
        Self::session_closed(self, session, status);
    }

    fn handle(self: Arc<Self>, context: Context, request: Request) -> BoxFuture<'static, Result<Reply, Error>> {
        Box::pin(async move { Self::handle(&self, &context, request).await })
    }
}
