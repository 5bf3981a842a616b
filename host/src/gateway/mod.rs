//! The edge that clients connect to: WebSocket and TCP, frames, sessions, limits. It knows the protocol's messages and
//! what they mean in the model's words; what a request does is the bus's business.
//!
//! Each connection is one task that reads, waits for the request in flight, and writes. See `connection`.

pub mod codec;
mod connection;
mod handler;
mod limits;
mod listener;
mod metrics;
mod outbound;
mod registry;
mod reply;
mod session;
mod shared;
#[cfg(test)]
mod tests;
mod tls;
mod wire;

pub use handler::Handler;
pub use listener::{Error, Gateway};
pub use registry::Registry;
pub use tls::Error as TlsError;
