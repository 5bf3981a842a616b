//! The routes of plugins over HTTP: who may come, how much may be brought, and what a client is told when there is no answer.
//! The public listener is here, with the objects on the disk; the admin interface uses the routes for the operator.

mod credentials;
mod lane;
mod listener;
mod logins;
mod objects;
mod pace;
mod proxies;
mod reply;
mod routes;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse as _, Response},
};
use tokio::{net::TcpListener, runtime::Handle};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

pub(crate) use self::routes::{Door, PREFIX};
use self::{
    listener::{Patient, Peer},
    reply::Refusal,
};
pub use self::{objects::Objects, pace::Patience, proxies::Proxies, routes::Routes};
use crate::dispatch::RouteError;

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
    pub async fn run(self, doors: Doors, workers: usize, stop: CancellationToken) -> io::Result<()> {
        let listener = self.listener.into_std()?;
        lane::open(workers)?.spawn(serve(listener, doors, stop)).await?
    }
}

async fn serve(listener: std::net::TcpListener, doors: Doors, stop: CancellationToken) -> io::Result<()> {
    let listener = Patient { listener: TcpListener::from_std(listener)?, patience: doors.patience };
    let answer = async |State(doors): State<Arc<Doors>>, peer: ConnectInfo<Peer>, request: Request| {
        doors.answer(peer.0.0.ip(), request).await
    };
    let service = Router::new().fallback(answer).with_state(Arc::new(doors));
    let service = service.into_make_service_with_connect_info::<Peer>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        ended = serving => ended,
        () = async { stop.cancelled().await; tokio::time::sleep(LAST_ANSWERS).await } => Ok(()),
    }
}

/// What is behind the public listener.
pub struct Doors {
    pub routes: Arc<Routes>,
    /// Absent when they are not on the disk.
    pub objects: Option<Objects>,
    /// How slowly a client may take what is sent to it.
    pub patience: Patience,
    pub proxies: Proxies,
    /// Where plugins answer: not on the threads of the listener.
    pub plugins: Handle,
}

impl Doors {
    async fn answer(&self, peer: IpAddr, request: Request) -> Response {
        let peer = self.proxies.client(peer, request.headers());
        match &self.objects {
            Some(objects) if Objects::is_for(request.uri().path()) => objects.answer(peer, request).await,
            Some(_) | None => {
                let routes = Arc::clone(&self.routes);
                let answer = self.plugins.spawn(async move { routes.answer(Door::Public, peer, request).await });
                // A client that goes away ends it, as if it were no task of its own.
                AbortOnDropHandle::new(answer)
                    .await
                    .unwrap_or_else(|_| Refusal::Plugin(RouteError::Failed).into_response())
            }
        }
    }
}
