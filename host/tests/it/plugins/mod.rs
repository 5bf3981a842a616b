//! Plugins, as they change what happens between clients.

mod auth_jwt;
mod breaker;
mod commands;
mod custom;
mod directory;
mod fanout;
mod filters;
mod hot_load;
mod http;
mod installing;
mod jobs;
mod messages;
mod metrics;
mod misbehaving;
mod observers;
mod routes;
mod secrets;
mod sessions;
mod timers;
mod traps;
mod versions;
mod wasi_http;

use talaria_client::Target;

use crate::support::{TestServer, User};

/// What the recipient gets for a text of the sender.
async fn relay(one: &User, two: &mut User, text: &str) -> String {
    one.send(Target::User(two.id), text).await;
    two.next_message().await.1.text.unwrap_or_default()
}

/// A server with the fixture, and two users who talk.
async fn with_fixture() -> (TestServer, User, User) {
    let server = TestServer::builder().plugin("fixture").start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}
