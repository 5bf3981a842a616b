//! What plugins do at times of their choice.

use std::{
    path::Path,
    sync::{Arc, Weak},
    time::Duration,
};

use serde_json::json;
use talaria::{
    clock::Clock,
    config,
    dispatch::{
        Deeds, Hooks,
        hostcalls::HostServices,
        plugins::{InstallOptions, Plugins, PluginsSettings},
        wasm::{Runtime, RuntimeSettings},
    },
    store::{
        Store,
        embedded::{EmbeddedStore, Options},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::relay;
use crate::support::{TestServer, User, component, eventually};

/// What the plugin has noted of its timer, a line each time.
async fn ticks(one: &User, two: &mut User) -> Vec<i64> {
    let notes = relay(one, two, "!notes ticks").await;
    let due = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        assert_eq!(
            words[..2],
            ["tick", "Origin::Timer"],
            "the other one is not due, and the server's clock sets it off"
        );
        words[2].parse().expect("a date")
    };
    notes.lines().map(due).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_fires_once_for_each_of_its_moments() {
    let server = TestServer::builder().plugin("errands").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let mut seen = Vec::new();
    eventually("the timer has fired three times", async || {
        seen = ticks(&one, &mut two).await;
        seen.len() >= 3
    })
    .await;
    for pair in seen.windows(2) {
        assert!(pair[0] < pair[1] && pair[1] % 1000 == 0, "on the second, and no second twice: {seen:?}");
    }
    let status = server.admin().plugin("errands").await.success().json();
    assert_eq!(status["timers"], json!({"tick": "* * * * * *", "new-year": "0 0 1 1 *"}));
    assert!(status["hooks"].as_array().unwrap().contains(&json!("timer.fired")), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_in_a_stop_fires_once() {
    let mut server = TestServer::builder().plugin("errands").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    eventually("the timer has fired", async || !ticks(&one, &mut two).await.is_empty()).await;
    server.admin().disable_plugin("errands").await.success();
    server.admin().enable_plugin("errands").await.success();
    let before = ticks(&one, &mut two).await;
    drop((one, two));
    server.admin().disable_plugin("errands").await.success();
    tokio::time::sleep(Duration::from_millis(3500)).await;
    server.restart().await;
    server.admin().enable_plugin("errands").await.success();
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let mut after = Vec::new();
    eventually("the timer fires again", async || {
        after = ticks(&one, &mut two).await;
        after.len() > before.len() + 1
    })
    .await;
    let gap = after.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert!(gap >= 3000, "the seconds of the stop are one: {after:?}");
    assert!(after.windows(2).all(|pair| pair[0] < pair[1]), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_plugin_begins_anew() {
    let server = TestServer::builder().plugin("errands").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    eventually("the timer has fired", async || !ticks(&one, &mut two).await.is_empty()).await;
    server.admin().delete("/v1/plugins/errands?purge=true").await.success();
    server.admin().install_plugin(component("errands")).await.success();
    eventually("the timer fires again", async || !ticks(&one, &mut two).await.is_empty()).await;
}

/// A node with the plugin, which has its files in `data` and all that it remembers in the store.
async fn node(data: &Path, number: u16, store: &Arc<dyn Store>, stop: &CancellationToken) -> Arc<Plugins> {
    let (clock, tasks, store) = (Clock::system(), TaskTracker::new(), Arc::clone(store));
    let deeds = Deeds::new(Weak::new(), tasks.clone(), stop.clone());
    let services = HostServices::new(Arc::clone(&store), clock.clone(), number, deeds, &config::Plugins::default());
    let runtime = Arc::new(Runtime::new(RuntimeSettings::default(), services).expect("the engine starts"));
    let hooks = Hooks::open(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone());
    let hooks = Arc::new(hooks.await.expect("the outbox is readable"));
    let settings = PluginsSettings {
        directory: data.join(format!("plugins-{number}")),
        grant_all: true,
        max_file_bytes: 64 << 20,
        drain: Duration::from_secs(1),
        versions: data.join(format!("versions-{number}")),
        versions_kept: 1,
        probation: Duration::ZERO,
        ..PluginsSettings::default()
    };
    let plugins = Plugins::start(settings, runtime, hooks, store, clock, tasks, stop.clone());
    let plugins = plugins.await.expect("the plugins start");
    let installed = plugins.install(component("errands").into(), InstallOptions::default()).await;
    installed.expect("it is installed");
    plugins
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_nodes_one_fires() {
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    let clock = Clock::system();
    let store = EmbeddedStore::open(data.path(), Options::default(), clock.clone()).expect("the store opens");
    let store: Arc<dyn Store> = Arc::new(store);
    let stop = CancellationToken::new();
    let one = node(data.path(), 0, &store, &stop).await;
    let two = node(data.path(), 1, &store, &stop).await;
    let mut ticks = Vec::new();
    eventually("the timer has fired four times", async || {
        let notes = store.kv_find("errands", "ticks", clock.now()).await.expect("the notes are there");
        let notes = String::from_utf8(notes.unwrap_or_default().to_vec()).expect("they are text");
        ticks = notes.lines().map(str::to_owned).collect();
        ticks.len() >= 4
    })
    .await;
    let mut told = ticks.clone();
    told.dedup();
    assert_eq!(told, ticks, "no moment came to both");
    stop.cancel();
    one.shut_down().await;
    two.shut_down().await;
}
