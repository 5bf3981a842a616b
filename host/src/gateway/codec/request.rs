//! A frame of a client becomes a request.

use bytes::Bytes;
use prost::Message;
use talaria_proto::client as proto;

use super::{command, kind, value};
use crate::model::{command::Request, context::WireRequest};

/// Why a frame is no request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rejected {
    /// Not a message of the protocol.
    Unreadable,
    /// The id is missing (-1 here) or not positive.
    InvalidId(i64),
    /// A request for nothing.
    NoKind(i64),
    /// The schema has no such kind.
    UnknownKind(i64),
}

/// Reads a payload. The order of its fields means nothing.
pub fn request(payload: Bytes) -> Result<(Request, WireRequest), Rejected> {
    // Bytes that are cut out of the payload share its memory.
    let envelope = proto::TurmsRequest::decode(payload.clone()).map_err(|_| Rejected::Unreadable)?;
    let id = envelope.request_id.unwrap_or(-1);
    if id <= 0 {
        return Err(Rejected::InvalidId(id));
    }
    let number = kind::find(&payload[..]).ok_or(Rejected::NoKind(id))?;
    let (Some(kind), Some(name)) = (envelope.kind, kind::name(number)) else { return Err(Rejected::UnknownKind(id)) };
    let attributes = value::decode(envelope.custom_attributes);
    let request = Request { id, attributes, command: command::decode(kind) };
    Ok((request, WireRequest { kind: number, name, payload }))
}
