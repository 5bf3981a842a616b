//! A client of Talaria and of every server that speaks the Turms client protocol, over WebSocket or TCP, and with the
//! feature `tls` over TLS.
//!
//! [`Client`] is the comfortable one: it answers each request with its response, sends heartbeats and hands over what
//! happens meanwhile as [`Event`]s. [`Connection`] below it moves frames and nothing else, for programs that drive many
//! connections or measure a server.
//!
//! ```no_run
//! use talaria_client::{Client, Event, Target, proto::DeviceType};
//!
//! # async fn example() -> Result<(), talaria_client::Error> {
//! let (client, mut events) = Client::connect_ws("127.0.0.1:10510").await?;
//! client.login(1, "secret", DeviceType::Desktop).await?;
//! let id = client.send_message(Target::User(2), "Hello").await?;
//! println!("stored as {id}");
//! while let Some(event) = events.next().await {
//!     match event {
//!         Event::Notification(notification) => println!("{notification:?}"),
//!         Event::Missed(count) => println!("{count} notifications came faster than they were taken"),
//!         Event::Closed(closed) => println!("the end: {closed}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Requests may be pipelined: a [`Client`] is cheap to clone, and each clone may wait for requests of its own. Nothing
//! reconnects by itself.

mod address;
mod client;
mod connection;
mod driver;
mod error;
#[cfg(feature = "files")]
pub mod files;
mod frame;
mod options;
mod requests;
mod resources;
mod response;
mod stream;
#[cfg(feature = "tls")]
mod tls;

pub use client::Client;
pub use connection::{Connection, Frame, Reader, Writer};
pub use driver::{Event, Events};
pub use error::{Closed, Error};
pub use options::Options;
pub use requests::{MessageQuery, Target};
pub use resources::UploadForm;
pub use response::Response;
/// The messages of the protocol.
pub use talaria_proto::client as proto;
