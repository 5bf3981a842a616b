//! Replacing plugins while people talk.

use std::{
    fs,
    io::Write,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use talaria::config::Config;
use talaria_client::Target;
use tokio::task::JoinSet;

use super::relay;
use crate::support::{TestServer, User, component, eventually};

const SWAPS: u64 = 100;

/// Swaps the fixture for one that tags texts with ` v` and the number: by a new configuration, or by the whole
/// component.
async fn swap(server: &TestServer, number: u64) {
    let config = json!({"tag": format!(" v{number}")});
    if number.is_multiple_of(2) {
        server.admin().configure_plugin("fixture", &config).await.success();
    } else {
        server.admin().install_plugin_with(component("fixture"), &config).await.success();
    }
}

/// The number of the version that has tagged the text.
fn version(text: &str) -> u64 {
    let version = text.rsplit_once(" v").and_then(|(_, version)| version.parse().ok());
    version.unwrap_or_else(|| panic!("`{text}` passed the plugin by"))
}

/// Takes messages that say which version they expect, until one says `the end`; how many.
async fn heard_in_time(mut user: User) -> u64 {
    for heard in 0.. {
        let text = user.next_message().await.1.text.unwrap_or_default();
        let Some(rest) = text.strip_prefix("at least ") else {
            assert!(text.starts_with("the end"), "{text}");
            return heard;
        };
        let expected: u64 = rest.split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
        assert!(version(&text) >= expected, "`{text}` met a version that had been replaced");
    }
    unreachable!("the numbers do not end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_swaps_under_load_fail_no_request_and_close_no_session() {
    // At the same priority plugins are called by name, so that messages come to the fixture from another plugin.
    let server = TestServer::builder().plugin("antispam").plugin("fixture").plugin("noop").start().await;
    swap(&server, 0).await;
    let stop = Arc::new(AtomicBool::new(false));
    let installed = Arc::new(AtomicU64::new(0));
    let mut listener = JoinSet::new();
    listener.spawn(heard_in_time(server.tcp(1).await));
    let mut load = JoinSet::new();
    for user in 10..18 {
        let sender = server.ws(user).await;
        let (stop, installed) = (Arc::clone(&stop), Arc::clone(&installed));
        load.spawn(async move {
            let mut sent = 0;
            while !stop.load(Ordering::Relaxed) {
                let text = format!("at least {}", installed.load(Ordering::SeqCst));
                sender.send(Target::User(1), &text).await;
                sent += 1;
            }
            (sender, sent)
        });
    }
    let (one, mut two) = (server.tcp(3).await, server.ws(2).await);
    for number in 1..=SWAPS {
        swap(&server, number).await;
        installed.store(number, Ordering::SeqCst);
        assert_eq!(relay(&one, &mut two, "which").await, format!("which v{number}"), "the new rule holds at once");
    }
    stop.store(true, Ordering::Relaxed);
    let mut sent = 0;
    for (sender, count) in load.join_all().await {
        sender.send(Target::User(2), "still connected").await;
        sent += count;
    }
    assert!(sent > SWAPS, "there was load: {sent}");
    one.send(Target::User(1), "the end").await;
    assert_eq!(listener.join_all().await, [sent], "every message arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_under_way_meet_a_version_that_is_swapped_meanwhile() {
    // Called first, by its name: it keeps every message until its deadline, so that each swap finds one on its way.
    let keep_calling = |config: &mut Config| config.plugins.breaker_failures = usize::MAX;
    let server = TestServer::builder().config(keep_calling).plugin("endless-loop").plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    swap(&server, 0).await;
    let swaps = async {
        for number in 1..=20 {
            swap(&server, number).await;
        }
    };
    let mut swaps = pin!(swaps);
    let mut last = 0;
    loop {
        tokio::select! {
            biased;
            text = relay(&one, &mut two, "on my way") => {
                let met = version(&text);
                assert!(met >= last, "{met} came after {last}");
                last = met;
            }
            () = &mut swaps => break,
        }
    }
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

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_file_takes_effect_and_when_it_leads_elsewhere() {
    let server = TestServer::start().await;
    let one = server.ws(1).await;
    let kept = tempfile::tempdir().expect("there is room");
    let link = server.data().join("plugins/linked.wasm");
    for (version, code) in [("antispam", 5010), ("noop", 1000)] {
        let (file, next) = (kept.path().join(version), server.data().join("plugins/.next"));
        fs::write(&file, component(version)).expect("the directory is writable");
        std::os::unix::fs::symlink(&file, &next).expect("the directory is writable");
        fs::rename(&next, &link).expect("it takes the place of the other");
        eventually("it runs", async || server.admin().plugin(version).await.status.is_success()).await;
        assert_eq!(one.try_send(Target::User(2), "spamword").await.code, code);
    }
    fs::remove_file(kept.path().join("noop")).expect("it is there");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let shown = server.admin().plugin("noop").await.success().json();
    assert_eq!(shown["state"], "running", "what a link leads to is away, and nobody has removed it");

    fs::write(server.data().join("plugins/counter-1.wasm"), component("counter")).expect("the directory is writable");
    std::os::unix::fs::symlink("counter-1.wasm", server.data().join("plugins/a.wasm")).expect("it is writable");
    eventually("it runs", async || server.admin().plugin("counter").await.status.is_success()).await;
    server.admin().remove_plugin("counter").await.success();
    assert!(!server.data().join("plugins/counter-1.wasm").exists(), "the link is not the file");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_copied_slowly_is_loaded_once_it_is_whole() {
    let server = TestServer::start().await;
    let one = server.ws(1).await;
    let mut file = fs::File::create(server.data().join("plugins/slow.wasm")).expect("the directory is writable");
    let bytes = component("antispam");
    for piece in bytes.chunks(bytes.len().div_ceil(4)) {
        file.write_all(piece).expect("the file is writable");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    eventually("the plugin runs", async || one.try_send(Target::User(2), "spamword").await.code == 5010).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_may_come_to_hold_another_plugin() {
    let server = TestServer::start().await;
    let one = server.ws(1).await;
    let file = server.data().join("plugins/changing.wasm");
    fs::write(&file, component("antispam")).expect("the directory is writable");
    eventually("the first runs", async || one.try_send(Target::User(2), "spamword").await.code == 5010).await;
    fs::write(&file, component("noop")).expect("the directory is writable");
    eventually("the second runs", async || server.admin().plugin("noop").await.status.is_success()).await;
    assert_eq!(server.admin().plugin("antispam").await.status.as_u16(), 404, "the first is gone with its file");
    assert_eq!(one.try_send(Target::User(2), "spamword").await.code, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_files_with_one_plugin_the_second_has_its_turn_when_the_first_is_gone() {
    let server = TestServer::start().await;
    let one = server.ws(1).await;
    let (first, second) = (server.data().join("plugins/a.wasm"), server.data().join("plugins/b.wasm"));
    fs::write(&first, component("antispam")).expect("the directory is writable");
    eventually("the first runs", async || server.admin().plugin("antispam").await.status.is_success()).await;
    fs::write(&second, component("antispam")).expect("the directory is writable");
    tokio::time::sleep(Duration::from_millis(400)).await;
    fs::remove_file(&first).expect("the file is there");
    eventually("the second runs", async || {
        let status = server.admin().plugin("antispam").await;
        status.status.is_success() && status.json()["file"].as_str().is_some_and(|file| file.ends_with("b.wasm"))
    })
    .await;
    assert_eq!(one.try_send(Target::User(2), "spamword").await.code, 5010);
}
