//! The routes of plugins over HTTP: who may come, how much may be brought, and what a client is told when there is no
//! answer. The public listener is here, with the objects on the disk; the admin interface uses the routes for the
//! operator.

mod connection;
mod credentials;
mod lane;
mod listener;
mod logins;
mod objects;
mod pace;
mod proxies;
mod reply;
mod routes;
mod turns;

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::Request,
    response::{IntoResponse as _, Response},
};
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;

use self::reply::Refusal;
pub(crate) use self::routes::{Door, PREFIX};
pub use self::{listener::Http, objects::Objects, pace::Patience, proxies::Proxies, routes::Routes};
use crate::dispatch::RouteError;

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
                // A client that goes away ends it, as if it were no task of its own; but for what a plugin has begun.
                AbortOnDropHandle::new(answer)
                    .await
                    .unwrap_or_else(|_| Refusal::Plugin(RouteError::Failed).into_response())
            }
        }
    }
}
