//! Going back to versions that ran before, by wish and by themselves.

use std::fs;

use serde_json::{Value, json};
use talaria::config::Config;
use talaria_client::Target;

use super::relay;
use crate::support::{TestServer, User, component, component_as, eventually};

/// Few failures are too many.
fn strict(config: &mut Config) {
    config.plugins.breaker_failures = 3;
}

/// A server where version 0.2.0 of the fixture has replaced 0.1.0; each marks texts with its number.
async fn upgraded(server: &TestServer) {
    for (version, tag) in [("0.1.0", " one"), ("0.2.0", " two")] {
        let installed =
            server.admin().install_plugin_with(component_as("fixture", version), &json!({"tag": tag})).await;
        assert_eq!(installed.success().json()["rolled_back"], Value::Null);
    }
}

/// Lets the fixture fail until its breaker opens.
async fn break_it(one: &User, two: &mut User) {
    for _ in 0..3 {
        relay(one, two, "!panic").await;
    }
}

async fn fixture(server: &TestServer) -> Value {
    server.admin().plugin("fixture").await.success().json()
}

async fn is_taken_back(server: &TestServer) {
    eventually("it is taken back", async || !fixture(server).await["rolled_back"].is_null()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_goes_back_and_forth() {
    let mut server = TestServer::start().await;
    let admin = server.admin();
    upgraded(&server).await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "it is").await, "it is two");
    assert_eq!(admin.plugin_versions("fixture").await, ["0.2.0", "0.1.0"]);

    let status = admin.roll_back_plugin("fixture", &Value::Null).await.success().json();
    assert_eq!((&status["running_version"], &status["state"]), (&json!("0.1.0"), &json!("running")));
    assert_eq!(status["rolled_back"], Value::Null, "nothing failed");
    assert_eq!(relay(&one, &mut two, "it is").await, "it is one", "with the configuration that it had");
    let file = server.data().join("plugins/fixture.wasm");
    assert_eq!(fs::read(&file).expect("it is there"), component("fixture"), "the directory is the truth");

    admin.roll_back_plugin("fixture", &json!("0.2.0")).await.success();
    assert_eq!(relay(&one, &mut two, "it is").await, "it is two");
    let hash = fixture(&server).await["sha256"].as_str().expect("it has a hash").to_owned();
    admin.roll_back_plugin("fixture", &Value::Null).await.success();
    admin.roll_back_plugin("fixture", &json!(hash[..12])).await.success();
    assert_eq!(relay(&one, &mut two, "it is").await, "it is two");
    admin.roll_back_plugin("fixture", &json!("0.1.0")).await.success();

    let refused = admin.roll_back_plugin("fixture", &json!("0.3.0")).await;
    assert_eq!(refused.status.as_u16(), 404, "{}", refused.text);
    assert_eq!(admin.roll_back_plugin("nobody", &Value::Null).await.status.as_u16(), 404);

    drop((one, two));
    server.restart().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "it is").await, "it is one", "also after a restart");
    assert_eq!(server.admin().plugin_versions("fixture").await, ["0.1.0", "0.2.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_fails_on_probation_is_taken_back() {
    let mut server = TestServer::builder().config(strict).start().await;
    upgraded(&server).await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    break_it(&one, &mut two).await;
    is_taken_back(&server).await;
    assert_eq!(relay(&one, &mut two, "it is").await, "it is one");
    let status = fixture(&server).await;
    let rolled_back = &status["rolled_back"];
    assert_eq!((&status["running_version"], &rolled_back["version"]), (&json!("0.1.0"), &json!("0.2.0")));
    assert!(rolled_back["cause"].as_str().is_some_and(|cause| cause.contains("the fixture panics")), "{rolled_back}");
    let metrics = server.admin().get("/metrics").await.success().text;
    let series = r#"talaria_plugin_rollbacks_total{plugin="fixture",by="probation"} "#;
    assert!(metrics.contains(series), "{metrics}");

    drop((one, two));
    server.restart().await;
    assert_eq!(fixture(&server).await["rolled_back"], *rolled_back, "it is still the reason");
    let refused = server.admin().roll_back_plugin("fixture", &Value::Null).await;
    assert_eq!(refused.status.as_u16(), 404, "not to one that failed, unless it is named: {}", refused.text);
    let status = server.admin().install_plugin(component_as("fixture", "0.3.0")).await.success().json();
    assert_eq!(status["rolled_back"], Value::Null, "what runs now has no such reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_goes_back_does_not_go_further_back() {
    let server = TestServer::builder().config(strict).start().await;
    upgraded(&server).await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    break_it(&one, &mut two).await;
    is_taken_back(&server).await;
    break_it(&one, &mut two).await;
    assert_eq!(relay(&one, &mut two, "skipped").await, "skipped", "its breaker is open");
    assert_eq!(fixture(&server).await["running_version"], "0.1.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_dropped_in_is_taken_back_as_well() {
    let server = TestServer::builder().config(strict).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let file = server.data().join("plugins/fixture.wasm");
    fs::write(&file, component_as("fixture", "0.2.0")).expect("the directory is writable");
    eventually("it runs", async || fixture(&server).await["running_version"] == "0.2.0").await;
    break_it(&one, &mut two).await;
    is_taken_back(&server).await;
    assert_eq!(fs::read(&file).expect("it is there"), component("fixture"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_fails_on_probation_is_taken_back() {
    let server = TestServer::builder().config(strict).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    server.admin().configure_plugin("fixture", &json!({"tag": " badly"})).await.success();
    assert_eq!(relay(&one, &mut two, "it goes").await, "it goes badly");
    break_it(&one, &mut two).await;
    is_taken_back(&server).await;
    assert_eq!(relay(&one, &mut two, "it goes").await, "it goes");
    assert_eq!(server.admin().plugin_versions("fixture").await, ["0.1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_failures_are_enough_without_a_breaker_that_opens() {
    let lenient = |config: &mut Config| {
        config.plugins.breaker_failures = usize::MAX;
        config.plugins.probation_failures = 4;
    };
    let server = TestServer::builder().config(lenient).start().await;
    upgraded(&server).await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    break_it(&one, &mut two).await;
    assert_eq!(fixture(&server).await["running_version"], "0.2.0");
    relay(&one, &mut two, "!panic").await;
    is_taken_back(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_probation_a_version_stays() {
    let trusting = |config: &mut Config| {
        strict(config);
        config.plugins.probation_seconds = 0;
    };
    let server = TestServer::builder().config(trusting).start().await;
    upgraded(&server).await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    break_it(&one, &mut two).await;
    assert_eq!(relay(&one, &mut two, "skipped").await, "skipped");
    let status = fixture(&server).await;
    assert_eq!((&status["running_version"], &status["rolled_back"]), (&json!("0.2.0"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_versions_are_forgotten_and_removed_ones_all() {
    let server = TestServer::builder().config(|config| config.plugins.versions_kept = 2).start().await;
    upgraded(&server).await;
    server.admin().install_plugin(component_as("fixture", "0.3.0")).await.success();
    assert_eq!(server.admin().plugin_versions("fixture").await, ["0.3.0", "0.2.0"]);
    let kept = server.data().join("versions/fixture");
    assert_eq!(fs::read_dir(&kept).expect("it is there").count(), 4);
    server.admin().remove_plugin("fixture").await.success();
    assert!(!kept.exists());
    assert_eq!(server.ws(1).await.try_send(Target::User(2), "hello").await.code, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_removal_left_is_deleted_at_the_next_start() {
    let mut server = TestServer::start().await;
    upgraded(&server).await;
    let left = server.data().join("versions/.fixture.gone");
    server
        .restart_after(|data| {
            fs::rename(data.join("versions/fixture"), &left).expect("it was there");
            fs::remove_file(data.join("plugins/fixture.wasm")).expect("it was there");
        })
        .await;
    assert!(!left.exists());
}
