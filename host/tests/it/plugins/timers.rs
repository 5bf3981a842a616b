//! What plugins do at times of their choice.

use serde_json::json;

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
    tokio::time::sleep(std::time::Duration::from_millis(3500)).await;
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
