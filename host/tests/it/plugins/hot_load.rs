//! Replacing plugins while people talk.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use serde_json::json;
use talaria_client::Target;
use tokio::task::JoinSet;

use super::relay;
use crate::support::{TestServer, component, eventually};

const SWAPS: u64 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_swaps_under_load_fail_no_request_and_close_no_session() {
    let server = TestServer::builder().plugin("fixture").start().await;
    let stop = Arc::new(AtomicBool::new(false));
    let sent = Arc::new(AtomicU64::new(0));
    let mut load = JoinSet::new();
    for user in 10..18 {
        let sender = server.ws(user).await;
        let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
        load.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                sender.send(Target::User(1), "under load").await;
                sent.fetch_add(1, Ordering::Relaxed);
            }
            sender
        });
    }
    let (one, mut two) = (server.tcp(3).await, server.ws(2).await);
    for swap in 0..SWAPS {
        let config = json!({"tag": format!(" v{swap}")});
        server.admin().configure_plugin("fixture", &config).await.success();
        assert_eq!(relay(&one, &mut two, "which").await, format!("which v{swap}"), "the new rule holds at once");
    }
    stop.store(true, Ordering::Relaxed);
    for sender in load.join_all().await {
        sender.send(Target::User(2), "still connected").await;
    }
    assert!(sent.load(Ordering::Relaxed) > SWAPS, "there was load: {sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_dropped_in_replaced_or_deleted_takes_effect() {
    let server = TestServer::start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let file = server.data().join("plugins/anything.wasm");
    fs::write(&file, component("antispam")).expect("the directory is writable");
    eventually("the plugin runs", async || one.try_send(Target::User(2), "spamword").await.code == 5010).await;

    fs::write(&file, b"half a file").expect("the directory is writable");
    eventually("the failure is shown", async || server.admin().plugin("antispam").await.json()["error"].is_string())
        .await;
    assert_eq!(one.try_send(Target::User(2), "spamword").await.code, 5010, "the old version goes on");

    fs::remove_file(&file).expect("the file is there");
    eventually("the plugin is gone", async || one.try_send(Target::User(2), "spamword").await.code == 1000).await;
    while two.next_message().await.1.text.as_deref() != Some("spamword") {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_fails_leaves_the_one_before_it_running() {
    let server = TestServer::builder().plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    server.admin().configure_plugin("fixture", &json!({"tag": " one"})).await.success();
    for broken in
        [json!({"fail_start": true}), json!({"unhealthy": "feeling ill"}), json!({"no_such_key": 1}), json!([])]
    {
        let refused = server.admin().configure_plugin("fixture", &broken).await;
        assert!(refused.status.is_client_error(), "{broken}: {} {}", refused.status, refused.text);
        assert_eq!(relay(&one, &mut two, "version").await, "version one", "{broken}");
    }
}
