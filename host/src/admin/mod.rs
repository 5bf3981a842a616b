//! The HTTP interface for operators: plugins, users, groups, metrics. Every write goes through dispatch, so that
//! plugins see it. A folder per resource, a file per verb; errors have one shape, made in `error.rs`.

mod access;
mod error;
mod group_types;
mod groups;
mod health;
mod held_messages;
mod json;
mod messages;
mod metrics;
mod plugins;
mod router;
#[cfg(test)]
mod tests;
mod token;
mod users;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use token::{Token, TokenError};

use crate::{
    config,
    dispatch::{Bus, plugins::Plugins},
    http::Routes,
    services::Services,
    telemetry::Metrics,
};

/// What the interface works on.
pub struct Rooms {
    pub bus: Arc<Bus>,
    /// For reading; what changes something goes through the bus.
    pub services: Arc<Services>,
    pub plugins: Arc<Plugins>,
    /// Plugins' own answers, for the operator.
    pub routes: Arc<Routes>,
    pub metrics: Metrics,
    pub token: Token,
    /// Whether the server takes clients: true once everything has started, false again when it stops.
    pub ready: watch::Receiver<bool>,
    /// Where what changes something comes to its end, whoever waits for it.
    pub tasks: TaskTracker,
}

/// Limits on what is sent here, in bytes.
#[derive(Clone, Copy, Debug)]
struct Limits {
    json: usize,
    component: usize,
}

/// The interface, listening.
pub struct Admin {
    listener: TcpListener,
    limits: Limits,
}

impl Admin {
    /// Takes the address. Requests that come before [`Self::run`] wait.
    pub async fn bind(admin: &config::Admin, plugins: &config::Plugins) -> io::Result<Self> {
        let limits = Limits { json: admin.max_body_bytes, component: plugins.max_file_bytes };
        Ok(Self { listener: TcpListener::bind(admin.listen).await?, limits })
    }

    /// The address, with the port that the system chose.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers requests until `stop`, then ends those under way.
    pub async fn run(self, rooms: Rooms, stop: CancellationToken) -> io::Result<()> {
        let service = router::router(rooms, self.limits).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
    }
}
