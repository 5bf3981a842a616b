//! Bytes: frames over TCP and WebSocket, in and out, and the upgrade from HTTP. Nothing here knows what a payload
//! means.

mod frame;
mod input;
mod stream;
mod tcp;
mod upgrade;
mod ws;

pub(super) use frame::Shared;
pub(super) use input::{Input, Item, Violation};
pub(super) use stream::Stream;
pub(super) use upgrade::upgrade;
pub(super) use ws::{CLOSE_NORMAL, CLOSE_PROTOCOL_ERROR, pong};

pub(super) use crate::model::session::Transport;
