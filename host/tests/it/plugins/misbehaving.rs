//! Guests that do everything wrong, and the users who notice nothing of it.

use std::time::{Duration, Instant};

use serde_json::Value;
use talaria::config::PluginQuotas;
use talaria_client::Target;

use super::relay;
use crate::support::{TestServer, User, component, eventually};

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
async fn requests_that_are_never_sent_hold_little_and_end_with_their_instance() {
    let server = TestServer::builder().plugin("hoarder").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let mut held_before = Vec::new();
    for _ in 0..5 {
        let answer = relay(&one, &mut two, "20").await;
        let (before, bytes) = answer.split_once(' ').expect("the hoarder counts");
        held_before.push(before.parse::<usize>().expect("a number"));
        let each = bytes.parse::<usize>().expect("a number") / 20;
        assert!((30_000..100_000).contains(&each), "a request holds {each} bytes");
    }
    assert_eq!(held_before, [0, 20, 40, 60, 0], "an instance that keeps too much is not kept");
    assert_eq!(server.admin().plugin("hoarder").await.success().json()["faults"], 0);
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

/// A server in which the hog may take little.
async fn with_hog(change: impl FnOnce(&mut talaria::config::Plugins)) -> (TestServer, User, User) {
    let builder = TestServer::builder().plugin("hog").config(|config| change(&mut config.plugins));
    let server = builder.start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

async fn quotas(server: &TestServer) -> Value {
    server.admin().plugin("hog").await.success().json()["quotas"].clone()
}

async fn said(server: &TestServer) -> String {
    server.admin().get("/v1/plugins/hog/logs?tail=1000").await.success().text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hoard_ends_where_the_store_is_full() {
    let (mut server, one, mut two) = with_hog(|plugins| plugins.kv_bytes = 400_000).await;
    assert_eq!(relay(&one, &mut two, "hoard").await, "6");
    assert_eq!(relay(&one, &mut two, "hoard").await, "6", "what is there may be written again");
    assert!(said(&server).await.contains("plugins.kv_bytes"));
    eventually("the status has it", async || quotas(&server).await["kv_bytes"].as_i64() > Some(6 << 16)).await;
    assert_eq!(quotas(&server).await["kv_bytes_limit"], 400_000);
    drop((one, two));
    server.restart().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "hoard").await, "6");
}

#[tokio::test(flavor = "multi_thread")]
async fn babble_ends_where_the_log_has_enough() {
    let few = PluginQuotas { log_bytes_per_minute: Some(20 * 1024), ..PluginQuotas::default() };
    let (server, one, mut two) = with_hog(|plugins| plugins.quotas = [("hog".to_owned(), few)].into()).await;
    assert_eq!(relay(&one, &mut two, "babble").await, "babbled");
    let said = said(&server).await;
    let lines = said.matches(&"x".repeat(1024)).count();
    assert!((20..25).contains(&lines), "{lines}");
    assert_eq!(said.matches("plugins.log_bytes_per_minute").count(), 1, "it is told once");
    assert!(quotas(&server).await["log_used_percent"].as_u64() > Some(80));
    let metrics = server.admin().get("/metrics").await.success().text;
    assert!(metrics.contains(r#"talaria_plugin_log_bytes_total{plugin="hog"}"#), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_takes_too_much_time_rests() {
    // A tenth of a second at once, and a second in a hundred then.
    let (server, one, mut two) = with_hog(|plugins| plugins.cpu_percent = 1).await;
    let mut texts = Vec::new();
    while texts.len() < 200 && texts.last().is_none_or(|text| text == "burnt") {
        texts.push(relay(&one, &mut two, "burn").await);
    }
    // One call in eight is measured.
    assert!((5..120).contains(&texts.len()), "{texts:?}");
    assert_eq!(texts.last().map(String::as_str), Some("burn"), "it is skipped, by its failure policy");
    let quotas = quotas(&server).await;
    assert!(quotas["cpu_used_percent"].as_u64() > Some(90) && quotas["rest_ms"].as_u64() > Some(0), "{quotas}");
    assert!(said(&server).await.contains("plugins.cpu_percent"));
    let started = Instant::now();
    for _ in 0..10 {
        assert_eq!(relay(&one, &mut two, "burn").await, "burn");
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    let metrics = server.admin().get("/metrics").await.success().text;
    let skipped = |line: &&str| {
        line.starts_with("talaria_plugin_faults_total{") && line.contains("hog") && line.contains("over_time")
    };
    assert!(metrics.lines().any(|line| skipped(&line)), "{metrics}");
    let status = server.admin().plugin("hog").await.success().json();
    assert_eq!(status["faults"], 0, "that it rests is no failure: {status}");
    let waiting =
        async || server.admin().plugin("hog").await.success().json()["lag"]["waiting"].as_i64().expect("it observes");
    assert!(waiting().await > 0, "what it observes waits");
    eventually("it has been told", async || waiting().await == 0).await;
}
