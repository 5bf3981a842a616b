//! Plugins with state in memory: one instance, and what it knows crosses to the next one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};
use talaria::config::{Config, PluginInstances};
use talaria_client::Target;
use tokio::task::JoinSet;

use super::relay;
use crate::support::{TestServer, User, component, component_as, eventually};

const SWAPS: usize = 20;
const SENDERS: i64 = 6;

async fn with_counter() -> (TestServer, User, User) {
    let server = TestServer::builder().plugin("counter").start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

async fn configure(server: &TestServer, config: Value) {
    server.admin().configure_plugin("counter", &config).await.success();
}

async fn refused(server: &TestServer, config: Value) -> String {
    let answer = server.admin().configure_plugin("counter", &config).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
    answer.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_survives_swaps_under_load_without_a_gap() {
    let server = TestServer::builder().plugin("counter").start().await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut load = JoinSet::new();
    for user in 10..10 + SENDERS {
        let (sender, mut listener) = (server.ws(user).await, server.tcp(user + 50).await);
        let stop = Arc::clone(&stop);
        load.spawn(async move {
            let mut numbers = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let text = relay(&sender, &mut listener, "which").await;
                numbers.push(text.parse::<u64>().expect("each message has a number"));
            }
            numbers
        });
    }
    for number in 0..SWAPS {
        match number % 3 {
            0 => server.admin().install_plugin(component_as("counter", "0.2.0")).await.success(),
            1 => server.admin().configure_plugin("counter", &json!({"padding": number})).await.success(),
            _ => server.admin().roll_back_plugin("counter", &Value::Null).await.success(),
        };
    }
    stop.store(true, Ordering::Relaxed);
    let mut all = BTreeSet::new();
    let mut count = 0;
    for numbers in load.join_all().await {
        assert!(numbers.is_sorted(), "in the order of the calls: {numbers:?}");
        count += numbers.len();
        all.extend(numbers);
    }
    assert!(count > SWAPS, "there was load: {count}");
    let expected: BTreeSet<_> = (1..=count as u64).collect();
    assert_eq!(all, expected, "no number is missing, and none came twice");
    let pauses = pauses(&server).await;
    println!("{count} messages, {} swaps, calls paused for {:.1} ms on average", pauses.1, pauses.0 * 1e3 / pauses.1);
    // The claim is 50 ms; a machine that does much else at the same time is no proof against it.
    assert!(pauses.0 / pauses.1 < 0.5, "{pauses:?}");
    assert_eq!(server.admin().plugin("counter").await.json()["serial"], true);
}

/// Seconds that calls have waited for swaps of the counter, and how many swaps there were, of all servers here.
async fn pauses(server: &TestServer) -> (f64, f64) {
    let metrics = server.admin().get("/metrics").await.success().text;
    let of = |part: &str| {
        let series = format!("talaria_plugin_swap_pause_seconds_{part}{{plugin=\"counter\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&series));
        line.and_then(|number| number.parse::<f64>().ok()).unwrap_or_else(|| panic!("{metrics}"))
    };
    (of("sum"), of("count"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_not_taken_keeps_the_version_that_runs() {
    let (server, one, mut two) = with_counter().await;
    assert_eq!(relay(&one, &mut two, "which").await, "1");
    let why = refused(&server, json!({"fail_restore": true})).await;
    assert!(why.contains("this state is not for me"), "{why}");
    assert_eq!(relay(&one, &mut two, "which").await, "2");

    configure(&server, json!({"padding": 8 << 20})).await;
    let why = refused(&server, json!({})).await;
    assert!(why.contains("more than 8388608"), "{why}");
    assert_eq!(relay(&one, &mut two, "which").await, "3");

    // A state of another component, dropped into the directory: the failure is shown, and what ran goes on.
    fs::write(server.data().join("plugins/counter.wasm"), component_as("counter", "0.3.0")).expect("it is writable");
    eventually("the failure is shown", async || {
        let error = server.admin().plugin("counter").await.json()["error"].clone();
        error.as_str().is_some_and(|error| error.contains("more than 8388608"))
    })
    .await;
    assert_eq!(relay(&one, &mut two, "which").await, "4");

    // Without a state to hand over, nothing can fail.
    server.admin().disable_plugin("counter").await.success();
    configure(&server, json!({})).await;
    server.admin().enable_plugin("counter").await.success();
    assert_eq!(relay(&one, &mut two, "which").await, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_trap_it_goes_on_from_what_was_handed_over_last() {
    let (server, one, mut two) = with_counter().await;
    for number in ["1", "2"] {
        assert_eq!(relay(&one, &mut two, "which").await, number);
    }
    configure(&server, json!({"padding": 1})).await;
    assert_eq!(relay(&one, &mut two, "which").await, "3");
    assert_eq!(relay(&one, &mut two, "!panic").await, "!panic", "passed by");
    assert_eq!(relay(&one, &mut two, "which").await, "3");

    configure(&server, json!({"panic_in_snapshot": true})).await;
    assert_eq!(relay(&one, &mut two, "which").await, "4");
    let why = refused(&server, json!({})).await;
    assert!(why.contains("no snapshot for you"), "{why}");
    assert_eq!(relay(&one, &mut two, "which").await, "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_has_the_server_copy_no_more_than_there_is_memory() {
    let (server, one, mut two) = with_counter().await;
    configure(&server, json!({"copies_in_snapshot": 200})).await;
    assert_eq!(relay(&one, &mut two, "which").await, "1");
    let why = refused(&server, json!({})).await;
    assert!(why.contains("too much data is being copied"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worn_instance_is_replaced_with_its_state() {
    let small = |config: &mut Config| config.plugins.memory_bytes = 8 << 20;
    let server = TestServer::builder().config(small).plugin("counter").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "!grow").await, "1");
    for number in 2..=150 {
        assert_eq!(relay(&one, &mut two, "which").await, number.to_string());
    }
    let metrics = server.admin().get("/metrics").await.success().text;
    assert!(metrics.contains("talaria_plugin_renewals_total{plugin=\"counter\"} 1"), "{metrics}");
    assert_eq!(relay(&one, &mut two, "!grow").await, "151", "there is room again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_has_the_last_word_on_instances() {
    let shared = |config: &mut Config| {
        config.plugins.instances = BTreeMap::from([
            ("counter".to_owned(), PluginInstances::Shared),
            ("fixture".to_owned(), PluginInstances::Serial),
        ]);
    };
    let server = TestServer::builder().config(shared).plugin("counter").plugin("fixture").start().await;
    assert_eq!(server.admin().plugin("counter").await.json()["serial"], false);
    let fixture = server.admin().plugin("fixture").await.json();
    assert_eq!((&fixture["serial"], &fixture["state"]), (&json!(true), &json!("running")));
    // A swap of what hands nothing over.
    server.admin().install_plugin_with(component("fixture"), &json!({"tag": "!"})).await.success();
    let sent = server.ws(1).await.try_send(Target::User(2), "hello").await;
    assert_eq!(sent.code, 1000);
}
