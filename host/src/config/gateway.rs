//! Settings of the listeners for clients.

use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where clients connect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Gateway {
    /// Address of the WebSocket listener.
    pub ws: SocketAddr,
    /// Address of the TCP listener.
    pub tcp: SocketAddr,
}

impl Default for Gateway {
    fn default() -> Self {
        Self { ws: (Ipv4Addr::UNSPECIFIED, 10510).into(), tcp: (Ipv4Addr::UNSPECIFIED, 11510).into() }
    }
}

impl Gateway {
    /// On the loopback.
    #[must_use]
    pub fn dev() -> Self {
        Self { ws: (Ipv4Addr::LOCALHOST, 10510).into(), tcp: (Ipv4Addr::LOCALHOST, 11510).into() }
    }

    /// On ports that the system chooses.
    #[must_use]
    pub fn for_test() -> Self {
        Self { ws: (Ipv4Addr::LOCALHOST, 0).into(), tcp: (Ipv4Addr::LOCALHOST, 0).into() }
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        Ok(())
    }
}
