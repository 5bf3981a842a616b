//! What the gateway needs of the rest of the server.

use std::{net::IpAddr, sync::Arc};

use futures_util::{FutureExt as _, future::BoxFuture};

use crate::{
    dispatch::{Bus, Error},
    model::{
        Context, Reply,
        command::Request,
        happened::{EndedConnection, OpenedConnection},
        session::{Admission, CloseStatus, Login, Position, SessionInfo},
    },
};

/// Carries out what clients ask for. The bus does; tests put something simple in its place.
pub trait Handler: Send + Sync + 'static {
    /// A connection came; `None`: it is served, else as the future says.
    fn connecting(self: Arc<Self>, connection: OpenedConnection) -> Option<BoxFuture<'static, bool>>;

    /// A connection is served. True when its end is to be told too. Must not wait.
    fn connection_opened(&self, connection: OpenedConnection) -> bool;

    /// A connection has ended. Must not wait.
    fn connection_closed(&self, connection: EndedConnection);

    /// Decides whether a login is accepted, and what its session may ask for.
    fn login(self: Arc<Self>, context: Context, login: Arc<Login>) -> BoxFuture<'static, Result<Admission, Error>>;

    /// A login was refused with a code, whoever did so. Must not wait.
    fn login_failed(&self, login: &Login, ip: IpAddr, code: i32);

    /// A session was opened, at a place if the login said so. Must not wait.
    fn session_opened(&self, session: &SessionInfo, position: Option<Position>);

    /// A session ended; called once for each that was opened. Must not wait.
    fn session_closed(&self, session: &SessionInfo, status: CloseStatus);

    /// Carries out one request of a session. Always runs to its end, even when the client has gone.
    fn handle(self: Arc<Self>, context: Context, request: Request) -> BoxFuture<'static, Result<Reply, Error>>;
}

impl Handler for Bus {
    fn connecting(self: Arc<Self>, connection: OpenedConnection) -> Option<BoxFuture<'static, bool>> {
        let is_judged = self.judges_connections();
        is_judged.then(|| async move { Self::admits(&self, connection).await }.boxed())
    }

    fn connection_opened(&self, connection: OpenedConnection) -> bool {
        Self::connection_opened(self, connection)
    }

    fn connection_closed(&self, connection: EndedConnection) {
        Self::connection_closed(self, connection);
    }

    fn login(self: Arc<Self>, context: Context, login: Arc<Login>) -> BoxFuture<'static, Result<Admission, Error>> {
        Box::pin(async move { Self::login(&self, &context, &login).await })
    }

    fn login_failed(&self, login: &Login, ip: IpAddr, code: i32) {
        Self::login_failed(self, login, ip, code);
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
