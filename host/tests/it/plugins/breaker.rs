//! Plugins that fail again and again are called no more, until they recover.

use std::time::Duration;

use serde_json::{Value, json};
use talaria::config::Config;
use talaria_client::Target;

use super::relay;
use crate::support::{TestServer, User, component, eventually};

const UNAVAILABLE: i32 = 1201;

/// Opens soon, and tries again after a second each time.
fn impatient(config: &mut Config) {
    config.plugins.breaker_failures = 3;
    config.plugins.breaker_pause_seconds = 1;
    config.plugins.breaker_max_pause_seconds = 1;
    // What is configured here is to stay.
    config.plugins.probation_seconds = 0;
}

async fn breaker(server: &TestServer, hook: &str) -> Value {
    let status = server.admin().plugin("fixture").await.success().json();
    let breakers = status["breakers"].as_array().expect("there are breakers");
    breakers.iter().find(|breaker| breaker["hook"] == hook).expect("the hook is handled").clone()
}

/// A metric of the fixture on a hook. It is of the whole process.
async fn metric(server: &TestServer, name: &str, hook: &str) -> f64 {
    let metrics = server.admin().get("/metrics").await.success().text;
    let series = format!("{name}{{plugin=\"fixture\",hook=\"{hook}\"}} ");
    let value = metrics.lines().find_map(|line| line.strip_prefix(&series)?.parse().ok());
    value.unwrap_or_else(|| panic!("no {series}in {metrics}"))
}

async fn recorded(one: &User, two: &mut User, number: usize) -> Option<String> {
    let kept = relay(one, two, &format!("!get seen/message.persisted/{number}")).await;
    (kept != "nothing" && !kept.starts_with("!get")).then_some(kept)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_fails_is_skipped_until_a_trial_succeeds() {
    let server = TestServer::builder().config(impatient).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for _ in 0..3 {
        assert_eq!(relay(&one, &mut two, "!panic").await, "!panic");
    }
    let open = breaker(&server, "message.before-send").await;
    assert_eq!(open["state"], "open");
    assert!(open["last_fault"].as_str().is_some_and(|fault| fault.contains("the fixture panics")), "{open}");
    assert!(open["next_trial"].as_i64() > open["since"].as_i64(), "{open}");
    assert_eq!(breaker(&server, "message.persisted").await["state"], "closed", "its other hooks are called");
    assert_eq!(relay(&one, &mut two, "!patch ignored").await, "!patch ignored");
    assert!(metric(&server, "talaria_plugin_calls_skipped_total", "message.before-send").await >= 1.0);
    assert!(metric(&server, "talaria_plugin_breaker_opened_total", "message.before-send").await >= 1.0);
    eventually("it is called again", async || relay(&one, &mut two, "!patch obeyed").await == "obeyed").await;
    assert_eq!(breaker(&server, "message.before-send").await["state"], "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_essential_filter_guards_is_refused_meanwhile() {
    let essential = |config: &mut Config| {
        impatient(config);
        config.plugins.essential = vec!["fixture".into()];
    };
    let server = TestServer::builder().config(essential).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for _ in 0..3 {
        assert_eq!(one.try_send(Target::User(2), "!panic").await.code, UNAVAILABLE);
    }
    assert_eq!(breaker(&server, "message.before-send").await["state"], "open");
    let refused = one.try_send(Target::User(2), "harmless").await;
    assert_eq!(refused.code, UNAVAILABLE);
    assert!(refused.reason.is_some_and(|reason| reason.contains("fixture")));
    two.hears_nothing().await;
    eventually("it is called again", async || one.try_send(Target::User(2), "harmless").await.code == 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_wait_for_an_observer_that_refuses_them() {
    let server = TestServer::builder().config(impatient).plugin("fixture").start().await;
    server.admin().configure_plugin("fixture", &json!({"record": true})).await.success();
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    relay(&one, &mut two, "!stall done").await;
    for n in 0..150 {
        relay(&one, &mut two, &format!("event {n}")).await;
    }
    eventually("the breaker opens", async || breaker(&server, "message.persisted").await["state"] == "open").await;
    assert_eq!(breaker(&server, "message.persisted").await["last_fault"], "stalled by done");
    assert_eq!(recorded(&one, &mut two, 0).await, None, "nothing was told past it");
    relay(&one, &mut two, "!kv done 1").await;
    eventually("all are told", async || recorded(&one, &mut two, 150).await.is_some()).await;
    for n in 0..150 {
        let told = recorded(&one, &mut two, n + 1).await.expect("it was told");
        assert!(told.ends_with(&format!(" event {n}")), "{told} is number {n}");
    }
}

/// Opens at the first failure and tries nothing again during a test.
fn patient(config: &mut Config) {
    config.plugins.breaker_failures = 1;
    config.plugins.breaker_pause_seconds = 300;
    config.plugins.probation_seconds = 0;
}

/// Sends an event that the fixture refuses, and waits until it is told of no more.
async fn stall(server: &TestServer, one: &User, two: &mut User) {
    relay(one, two, "!stall done").await;
    eventually("the breaker opens", async || breaker(server, "message.persisted").await["state"] == "open").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_told_at_once_what_waited() {
    let server = TestServer::builder().config(patient).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    stall(&server, &one, &mut two).await;
    relay(&one, &mut two, "!kv done 1").await;
    server.admin().configure_plugin("fixture", &json!({"record": true})).await.success();
    eventually("it is told", async || recorded(&one, &mut two, 0).await.is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_plugin_that_is_gone_nor_when_the_server_stops() {
    let server = TestServer::builder().config(patient).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    stall(&server, &one, &mut two).await;
    server.admin().remove_plugin("fixture").await.success();
    server.admin().install_plugin(component("fixture")).await.success();
    stall(&server, &one, &mut two).await;
    // The harness gives it some seconds.
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_crashes_its_observer_costs_that_event_only() {
    let server = TestServer::builder().config(impatient).plugin("fixture").start().await;
    server.admin().configure_plugin("fixture", &json!({"record": true})).await.success();
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for text in ["before", "!poison", "after"] {
        relay(&one, &mut two, text).await;
    }
    // By its breaker's pauses it takes some seconds until the one is given up.
    let told = async {
        while recorded(&one, &mut two, 1).await.is_none() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("what came after it is told");
    assert!(recorded(&one, &mut two, 0).await.is_some_and(|told| told.ends_with(" before")));
    assert!(recorded(&one, &mut two, 1).await.is_some_and(|told| told.ends_with(" after")));
}
