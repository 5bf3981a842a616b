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

#[derive(Debug, Default)]
pub struct Registry;

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

pub struct Gateway {
    ws: Option<TcpListener>,
    tcp: Option<TcpListener>,
}

#[derive(Debug)]
pub struct BindError {
    pub listener: &'static str,
    pub address: SocketAddr,
    pub source: io::Error,
}

impl Gateway {
    pub async fn bind(config: &GatewayConfig) -> Result<Self, BindError> {
        Ok(Self { ws: bind("ws", config.ws.get()).await?, tcp: bind("tcp", config.tcp.get()).await? })
    }

    pub fn ws_address(&self) -> Option<SocketAddr> {
        self.ws.as_ref()?.local_addr().ok()
    }

    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp.as_ref()?.local_addr().ok()
    }

    pub async fn run(self, _bus: Arc<Bus>, _registry: Arc<Registry>, _clock: Clock, stop: CancellationToken) {
        stop.cancelled().await;
    }
}

async fn bind(listener: &'static str, address: Option<SocketAddr>) -> Result<Option<TcpListener>, BindError> {
    let Some(address) = address else { return Ok(None) };
    let bound = TcpListener::bind(address).await;
    bound.map(Some).map_err(|source| BindError { listener, address, source })
}
