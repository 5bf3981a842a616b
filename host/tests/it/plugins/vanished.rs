//! A plugin directory that is gone, replaced or emptied as a whole while the server runs: nobody has removed what was
//! in it.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::Value;
use talaria_client::Target;

use crate::support::{TestServer, component, component_as, eventually};

async fn spam(server: &TestServer) -> i32 {
    server.ws(1).await.try_send(Target::User(2), "spamword").await.code
}

async fn shown(server: &TestServer, plugin: &str) -> Value {
    server.admin().plugin(plugin).await.success().json()
}

async fn is_lost(server: &TestServer, plugin: &str) -> bool {
    let shown = shown(server, plugin).await;
    assert_eq!(shown["state"], "running", "it goes on: {shown}");
    shown["error"].as_str().is_some_and(|error| error.contains("went with the plugin directory"))
}

fn mark(server: &TestServer, plugin: &str) -> PathBuf {
    server.data().join("versions").join(plugin).join("removed")
}

/// Takes the directory away, and lets the server notice.
async fn move_away(server: &TestServer, directory: &Path, away: &Path) {
    fs::rename(directory, away).expect("it can be moved");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(spam(server).await, 5010, "it goes on without the directory");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_a_directory_that_was_away_was_not_removed() {
    let server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    let (directory, away) = (server.data().join("plugins"), server.data().join("away"));
    move_away(&server, &directory, &away).await;
    fs::remove_file(away.join("antispam.wasm")).expect("it was there");
    fs::rename(&away, &directory).expect("it can be moved");
    eventually("it is lost", async || is_lost(&server, "antispam").await).await;
    assert!(!mark(&server, "antispam").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_replaced_removes_nobody_and_goes_on_when_it_is_back() {
    let server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    let (directory, away) = (server.data().join("plugins"), server.data().join("away"));
    move_away(&server, &directory, &away).await;
    // As where a file system is mounted no longer.
    fs::create_dir(&directory).expect("it can be made");
    eventually("it is lost", async || is_lost(&server, "antispam").await).await;
    assert!(!mark(&server, "antispam").exists());

    let file = directory.join("antispam.wasm");
    fs::rename(away.join("antispam.wasm"), &file).expect("it can be moved");
    eventually("it is back", async || !is_lost(&server, "antispam").await).await;
    let version = async || shown(&server, "antispam").await["running_version"].clone();
    let upgrade = async |to: &str| {
        fs::write(&file, component_as("antispam", to)).expect("it is writable");
        eventually("it is loaded", async || version().await == to).await;
    };
    upgrade("0.2.0").await;
    // Two in a row come sooner than the directory is read without an event.
    let start = Instant::now();
    upgrade("0.3.0").await;
    assert!(start.elapsed().as_secs() < 5, "the new directory is watched: {:?}", start.elapsed());

    fs::remove_file(&file).expect("it is there");
    eventually("it is removed", async || spam(&server).await == 1000).await;
    assert!(mark(&server, "antispam").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_emptied_removes_nobody() {
    let mut server = TestServer::start().await;
    let directory = server.data().join("plugins");
    for plugin in ["antispam", "noop", "panics"] {
        server.admin().install_plugin(component(plugin)).await.success();
    }
    for plugin in ["antispam", "noop", "panics"] {
        fs::remove_file(directory.join(plugin).with_extension("wasm")).expect("it was there");
    }
    eventually("they are lost", async || is_lost(&server, "noop").await).await;
    assert!(is_lost(&server, "antispam").await);

    // What comes back one by one takes nobody else for removed, under whatever name.
    fs::write(directory.join("other-name.wasm"), component("antispam")).expect("it is writable");
    eventually("it is back", async || !is_lost(&server, "antispam").await).await;
    assert!(is_lost(&server, "noop").await, "the other is not");

    server.admin().remove_plugin("panics").await.success();
    server.restart().await;
    assert_eq!(server.admin().plugins().await, ["antispam", "noop"], "what was removed is not missed");
    assert_eq!(shown(&server, "noop").await["state"], "missing", "and what was lost is");
}
