//! The harness: a server of one's own for each test, and actors that talk to it.
//!
//! Tests need `#[tokio::test(flavor = "multi_thread")]`, because a dropped server is stopped, and its end waited for.

mod admin;
mod guest;
pub(crate) mod minio;
pub(crate) mod process;
mod requests;
mod server;
mod user;

pub(crate) use admin::{Admin, Answer};
pub(crate) use guest::{BINARY, Guest, Received, ws_frame};
pub(crate) use requests::request;
pub(crate) use server::{TestServer, aged, component, component_as, component_named, is_built};
pub(crate) use user::User;

use std::time::Duration;

use tokio::time::timeout;

/// The password of the users 1 to 100, who exist in every test server. 1 and 2 are friends; 1 (the owner), 2 and 3 are
/// in group 1.
pub(crate) const PASSWORD: &str = "123";

/// How long anything may take that should happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// How long nothing must happen for it to count as nothing.
pub(crate) const SILENCE: Duration = Duration::from_millis(150);

/// How a client connects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Transport {
    Ws,
    Tcp,
}

impl Transport {
    pub(crate) const ALL: [Self; 2] = [Self::Ws, Self::Tcp];
}

/// Waits for what should come, and panics when it does not.
pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => panic!("{what}: not within {PATIENCE:?}"),
    }
}

/// Looks every few milliseconds whether something has become so.
pub(crate) async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    soon(what, async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

/// Says what was not tested and why. `cargo xtask test` counts such lines of standard output, so a test says it and
/// ends.
pub(crate) fn skipped(reason: &str) {
    println!("SKIPPED: {reason}");
}
