//! Guests that do everything wrong, and the users who notice nothing of it.

use std::time::{Duration, Instant};

use talaria_client::Target;

use super::relay;
use crate::support::{TestServer, component};

/// By default a filter that fails is skipped: the message arrives, after the deadline at the latest.
async fn messages_arrive_despite(plugin: &str) {
    let server = TestServer::builder().plugin(plugin).start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for n in 0..5 {
        let text = format!("{plugin} {n}");
        let started = Instant::now();
        assert_eq!(relay(&one, &mut two, &text).await, text);
        assert!(started.elapsed() < Duration::from_secs(3), "{plugin} held a message for {:?}", started.elapsed());
    }
    let status = server.admin().plugin(plugin).await.success().json();
    assert_eq!(status["state"], "running");
    assert!(status["faults"].as_u64() >= Some(5), "{status}");
    let metrics = server.admin().get("/metrics").await.success().text;
    assert!(metrics.contains("talaria_plugin_faults_total"), "{metrics}");
    let timed = metrics
        .lines()
        .filter(|line| line.starts_with("talaria_plugin_call_seconds_count{") && line.contains(plugin))
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
        .max();
    assert!(timed >= Some(4), "each call but the first waited for a new instance: {metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_ends_at_its_deadline() {
    messages_arrive_despite("endless-loop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_bomb_meets_its_limit() {
    messages_arrive_despite("memory-bomb").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_the_guests_own() {
    messages_arrive_despite("panics").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_recursion_meets_the_end_of_its_stack() {
    messages_arrive_despite("deep-recursion").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_return_value_is_refused() {
    messages_arrive_despite("huge-return").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_call_that_waits_ends_at_the_deadline() {
    messages_arrive_despite("slow-host-call").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_handles_meets_its_limit() {
    messages_arrive_despite("handle-flood").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_log_lines_is_cut() {
    let server = TestServer::builder().plugin("log-flood").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "under water").await, "under water");
    // The counters are of the whole process, and no other test floods.
    let metrics = server.admin().get("/metrics").await.success().text;
    let dropped = metrics
        .lines()
        .find_map(|line| line.strip_prefix(r#"talaria_plugin_log_lines_dropped_total{plugin="log-flood"} "#))
        .and_then(|count| count.parse::<u64>().ok());
    assert!(dropped > Some(0), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_does_not_start_leaves_the_server_as_it_was() {
    let server = TestServer::builder().plugin("noop").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for (plugin, why) in [("trap-in-start", "start"), ("fail-start", "start")] {
        let answer = server.admin().install_plugin(component(plugin)).await;
        assert!(answer.status.is_client_error(), "{plugin}: {} {}", answer.status, answer.text);
        assert!(answer.text.contains(why), "{plugin}: {}", answer.text);
        assert_eq!(server.admin().plugin(plugin).await.status.as_u16(), 404, "{plugin} is not installed");
    }
    assert_eq!(relay(&one, &mut two, "still here").await, "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_looping_plugin_does_not_slow_the_others_sessions() {
    let server = TestServer::builder().plugin("fixture").start().await;
    let (looping, one, mut two) = (server.ws(3).await, server.ws(1).await, server.tcp(2).await);
    let loops = looping.fire(crate::support::request::text(Target::User(4), "!loop")).await;
    let started = Instant::now();
    for n in 0..20 {
        assert_eq!(relay(&one, &mut two, &n.to_string()).await, n.to_string());
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(loops.await.is_ok(), "the looping message was answered as well");
}
