//! Where clients connect. Placeholder: it listens and answers nobody.

#[cfg(test)]
mod reply;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::GatewayConfig,
    dispatch::{Bus, Deliver},
    model::{
        Notification, UserId,
        session::{CloseStatus, DeviceType, Presence, UserStatus},
    },
};

pub struct Registry;

impl Registry {
    pub fn new(_: &GatewayConfig, _: Clock) -> Arc<Self> {
        Arc::new(Self)
    }
}

impl Deliver for Registry {
    fn deliver(&self, _: &Notification) {}

    fn presence(&self, user: UserId) -> Presence {
        Presence::offline(user)
    }

    fn set_status(&self, _: UserId, _: UserStatus) -> bool {
        false
    }

    fn close(&self, _: UserId, _: Option<&[DeviceType]>, _: CloseStatus) -> usize {
        0
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
}

pub struct Gateway;

pub struct BoundGateway {
    ws: Option<TcpListener>,
    tcp: Option<TcpListener>,
}

impl Gateway {
    pub fn bind(config: GatewayConfig, _: Arc<Bus>, _: Arc<Registry>, _: Clock) -> Result<BoundGateway, Error> {
        Ok(BoundGateway { ws: bind(config.ws.get())?, tcp: bind(config.tcp.get())? })
    }
}

impl BoundGateway {
    pub fn websocket_address(&self) -> Option<SocketAddr> {
        self.ws.as_ref()?.local_addr().ok()
    }

    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp.as_ref()?.local_addr().ok()
    }

    pub async fn run(self, stop: CancellationToken) {
        stop.cancelled().await;
    }
}

fn bind(address: Option<SocketAddr>) -> Result<Option<TcpListener>, Error> {
    let Some(address) = address else { return Ok(None) };
    let listen = || {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    };
    listen().map(Some).map_err(|source| Error::Listen { address, source })
}
