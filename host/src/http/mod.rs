//! The routes of plugins over HTTP: who may come, how much may be brought, and what a client is told when there is no answer.
//! The public listener is here; the admin interface uses the same for the operator.

mod credentials;
mod logins;
mod reply;
mod routes;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::routes::Routes;
pub(crate) use self::routes::{Door, PREFIX};

/// How long requests under way may take at the stop; who has sent half of one would keep the server for ever.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// The public listener.
pub struct Http {
    listener: TcpListener,
}

impl Http {
    /// Takes the address. Requests that come before [`Self::run`] wait.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await? })
    }

    /// The address, with the port that the system chose.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers requests until `stop`, then ends those under way.
    pub async fn run(self, routes: Arc<Routes>, stop: CancellationToken) -> io::Result<()> {
        let answer = async |State(routes): State<Arc<Routes>>, peer: ConnectInfo<SocketAddr>, request: Request| {
            routes.answer(Door::Public, peer.0.ip(), request).await
        };
        let service = Router::new().fallback(answer).with_state(routes);
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::select! {
            ended = serving => ended,
            () = async { stop.cancelled().await; tokio::time::sleep(LAST_ANSWERS).await } => Ok(()),
        }
    }
}
