//! The circumstances of one operation: who does it, from where, and how it came to the server.

use std::net::IpAddr;

use bytes::Bytes;

use super::{SessionId, UserId, session::DeviceType};

/// Who set an operation off. Every origin passes the same hooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Client,
    Admin,
    Plugin,
    Import,
    Timer,
}

/// What is known about the circumstances of one operation.
#[derive(Clone, Debug)]
pub struct Context {
    pub origin: Origin,
    /// [`UserId::ADMIN`] when no user acts.
    pub actor: UserId,
    pub session: Option<SessionId>,
    pub device: Option<DeviceType>,
    pub ip: Option<IpAddr>,
    /// The request as it came over the wire, for plugins that want to see all of it.
    pub wire: Option<WireRequest>,
    /// How many plugins the operation has come through.
    pub hop: u8,
}

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub struct WireRequest {
    /// The number of the request's kind: its field in the protocol's envelope.
    pub kind: u32,
    /// The name of that field, such as `create_message_request`.
    pub name: &'static str,
    /// The whole envelope.
    pub payload: Bytes,
}

impl Context {
    /// An operation of the administrator.
    #[must_use]
    pub fn admin() -> Self {
        Self { origin: Origin::Admin, actor: UserId::ADMIN, session: None, device: None, ip: None, wire: None, hop: 0 }
    }
}
