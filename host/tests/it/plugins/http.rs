//! Requests of plugins over HTTP. The host that they reach is a small one in this process.

use std::time::Duration;

use axum::{Router, http::HeaderMap, response::Redirect, routing};
use talaria::config::{PluginHttp, PluginQuotas};

use super::{outside::Outside, relay};
use crate::support::{TestServer, User, eventually};

async fn outside() -> Outside {
    let echo = |headers: HeaderMap, body: String| async move {
        format!("{body} for {}", headers["host"].to_str().unwrap_or_default())
    };
    let slow = || async { tokio::time::sleep(Duration::from_secs(60)).await };
    let router = Router::new()
        .route("/hello", routing::get(|| async { "hello" }))
        .route("/echo", routing::post(echo))
        .route("/large", routing::get(|| async { "x".repeat((1 << 20) + 1) }))
        .route("/slow", routing::get(slow))
        .route("/away", routing::get(|| async { Redirect::temporary("http://192.168.0.1/") }));
    Outside::serve(router).await
}

/// A server whose fixture may reach it by these hosts, and two users who talk.
async fn server(outside: &Outside, hosts: &[&str], private_hosts: &[&str]) -> (TestServer, User, User) {
    let named = |hosts: &[&str]| hosts.iter().map(|host| outside.at(host)).collect();
    let allowed = PluginHttp { hosts: named(hosts), private_hosts: named(private_hosts), ..PluginHttp::default() };
    let server = TestServer::builder()
        .config(|config| drop(config.plugins.http.insert("fixture".into(), allowed)))
        .plugin("fixture")
        .start()
        .await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_the_operator_names_is_reached() {
    let outside = outside().await;
    let (_server, one, mut two) = server(&outside, &[], &["127.0.0.1"]).await;
    let mut ask = async |question: String| relay(&one, &mut two, &question).await;
    assert_eq!(ask(format!("?fetch {}", outside.url("/hello"))).await, "200 hello");
    assert_eq!(ask(format!("?fetch {}", outside.url("/nowhere"))).await, "404 ");
    let echoed = format!("200 a letter for {}", outside.at("127.0.0.1"));
    assert_eq!(ask(format!("?post {} a letter", outside.url("/echo"))).await, echoed);
    assert_eq!(ask(format!("?fetch {}", outside.url("/away"))).await, "307 ", "it is not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_named_is_out_of_reach() {
    let outside = outside().await;
    // Named, but as one of the public internet, which its address is not.
    let (_server, one, mut two) = server(&outside, &["localhost", "127.0.0.1"], &[]).await;
    let mut ask = async |question: String| relay(&one, &mut two, &question).await;
    for host in ["localhost", "127.0.0.1"] {
        assert_eq!(ask(format!("?fetch {}", outside.url_at(host, "/hello"))).await, "Error::PrivateAddress", "{host}");
    }
    for host in ["[::1]", "2130706433", "127.1", "another.example"] {
        assert_eq!(ask(format!("?fetch {}", outside.url_at(host, "/hello"))).await, "Error::NotAllowed", "{host}");
    }
    assert_eq!(ask("?fetch http://127.0.0.1:1/hello".into()).await, "Error::NotAllowed", "of another port");
    assert_eq!(ask("?fetch ftp://localhost/hello".into()).await, "Error::Invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_or_is_too_large_is_cut_off() {
    let outside = outside().await;
    let (server, one, mut two) = server(&outside, &[], &["127.0.0.1"]).await;
    assert_eq!(relay(&one, &mut two, &format!("?fetch {}", outside.url("/large"))).await, "Error::TooLarge");
    assert_eq!(relay(&one, &mut two, &format!("?fetch {}", outside.url("/slow"))).await, "Error::Timeout");
    assert_eq!(server.admin().plugin("fixture").await.success().json()["faults"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_requests_are_under_way_than_the_operator_lets() {
    let outside = outside().await;
    let allowed = PluginHttp { requests_at_a_time: 1, ..outside.allowed() };
    let builder = TestServer::builder().config(|config| drop(config.plugins.http.insert("fixture".into(), allowed)));
    let server = builder.plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let (three, mut four) = (server.ws(3).await, server.tcp(4).await);
    let slow = format!("?fetch {}", outside.url("/slow"));
    // They need not meet at the first try.
    eventually("one of two is too much", async || {
        let (first, second) = tokio::join!(relay(&one, &mut two, &slow), relay(&three, &mut four, &slow));
        [first, second].contains(&"Error::Busy".to_owned())
    })
    .await;
    let hello = format!("?fetch {}", outside.url("/hello"));
    assert_eq!(relay(&one, &mut two, &hello).await, "200 hello", "its turn is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_over_http_is_bounded() {
    let outside = outside().await;
    let quota = PluginQuotas { http_bytes_per_minute: Some(1_200), ..PluginQuotas::default() };
    let server = TestServer::builder()
        .config(|config| {
            config.plugins.http.insert("fixture".into(), outside.allowed());
            config.plugins.quotas.insert("fixture".into(), quota);
        })
        .plugin("fixture")
        .start()
        .await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let (echo, large) = (outside.url("/echo"), outside.url("/large"));
    let body = "x".repeat(400);
    assert!(relay(&one, &mut two, &format!("?post {echo} {body}")).await.starts_with("200 "));
    let busy = relay(&one, &mut two, &format!("?post {echo} {body}")).await;
    assert!(busy.contains("Busy"), "what was answered counts as well: {busy}");
    // There is enough left for a small one, whose answer is far too much.
    let refused = relay(&one, &mut two, &format!("?fetch {large}")).await;
    assert!(refused.contains("TooLarge"), "{refused}");
    assert!(relay(&one, &mut two, &format!("?fetch {large}")).await.contains("Busy"));
    let status = server.admin().plugin("fixture").await.success().json();
    assert!(status["quotas"]["http_used_percent"].as_u64() > Some(1_000), "{status}");
    let logs = server.admin().get("/v1/plugins/fixture/logs?level=warn").await.success().text;
    assert!(logs.contains("plugins.http_bytes_per_minute"), "{logs}");
}
