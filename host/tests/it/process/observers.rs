//! Who observes misses nothing, whatever happens to the server.

use std::{collections::HashSet, fs, net::SocketAddr, path::Path};

use serde_json::json;
use talaria_client::{Target, proto::DeviceType};
use tokio::{sync::mpsc, task::JoinSet};

use crate::support::{Admin, Transport, User, component, eventually, process::Server};

const SENDERS: [i64; 3] = [11, 12, 13];
const RECIPIENT: i64 = 20;
/// Few, as the fixture writes to the disk for each.
const BEFORE_THE_KILL: usize = 40;

fn administer(server: &Server, data: &Path) -> Admin {
    let token = fs::read_to_string(data.join("admin.token")).expect("the server writes it");
    Admin::new(server.admin, Some(token.trim()))
}

/// Sends one message after the other until the server is gone; reports the id of each that was acknowledged.
async fn send_until_the_end(server: SocketAddr, user: i64, sent: mpsc::UnboundedSender<i64>) {
    let sender = User::log_in(server, Transport::Tcp, user, DeviceType::Desktop).await;
    while let Ok(id) = sender.client().send_message(Target::User(RECIPIENT), "x").await {
        sent.send(id).expect("the test still listens");
    }
}

/// The id of the `n`th message that the fixture was told of. It answers who asks by what the other hears.
async fn told(asker: &User, hearer: &mut User, n: usize) -> Option<i64> {
    asker.send(Target::User(hearer.id), &format!("!get seen/message.persisted/{n}")).await;
    let text = hearer.next_message().await.1.text?;
    text.split(' ').next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_is_told_of_all_that_was_acknowledged_before_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start(directory.path());
    let admin = administer(&server, directory.path());
    admin.install_plugin_with(component("fixture"), &json!({"record": true})).await.success();
    let (sender, mut acknowledgements) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for user in SENDERS {
        tasks.spawn(send_until_the_end(server.tcp, user, sender.clone()));
    }
    drop(sender);
    let mut acknowledged = HashSet::new();
    while let Some(id) = acknowledgements.recv().await {
        acknowledged.insert(id);
        if acknowledged.len() == BEFORE_THE_KILL {
            tokio::task::block_in_place(|| server.process.kill());
        }
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }

    let server = Server::start(directory.path());
    let asker = User::log_in(server.tcp, Transport::Tcp, 1, DeviceType::Desktop).await;
    let mut hearer = User::log_in(server.ws, Transport::Ws, 2, DeviceType::Desktop).await;
    for n in 0.. {
        let mut id = None;
        eventually(&format!("the observer is told of message {n}, {} left", acknowledged.len()), async || {
            id = told(&asker, &mut hearer, n).await;
            // The fixture counts before it writes: when it was killed in between, there is a number without an entry.
            id.is_some() || told(&asker, &mut hearer, n + 1).await.is_some()
        })
        .await;
        acknowledged.remove(&id.unwrap_or_default());
        if acknowledged.is_empty() {
            break;
        }
    }
}
