//! Plugins, as they change what happens between clients.

mod absent;
mod antispam;
mod auth_http;
mod auth_jwt;
mod breaker;
mod chatbot;
mod commands;
mod custom;
mod directory;
mod fanout;
mod filters;
mod gates;
mod held;
mod hot_load;
mod http;
mod installing;
mod jobs;
mod languages;
mod logs;
mod meetings;
mod messages;
mod metrics;
mod misbehaving;
mod modes;
mod observers;
pub(crate) mod outside;
mod push;
mod push_gateways;
mod ratelimit;
mod recordings;
mod resources;
mod routes;
mod scopes;
mod secrets;
mod serial;
mod sessions;
mod steps;
mod timers;
mod told;
mod traps;
mod vanished;
mod versions;
mod wasi_http;
mod webhook;

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

#[test]
fn every_hook_has_a_test() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    let mut folders = vec![here.join("tests/it/plugins")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of tests") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                tests += &std::fs::read_to_string(path).expect("a readable file");
            }
        }
    }
    let hooks = std::fs::read_to_string(here.join("../docs/HOOKS.md")).expect("the table of hooks");
    let named = hooks.lines().filter_map(|line| line.strip_prefix("| [`")?.split_once('`')).map(|(name, _)| name);
    let forgotten: Vec<_> = named.filter(|name| !tests.contains(name)).collect();
    assert!(forgotten.is_empty(), "no test names {forgotten:?}");
}
