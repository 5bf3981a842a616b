//! Requests of plugins over HTTP. The host that they reach is a small one in this process.

use std::{net::Ipv4Addr, time::Duration};

use axum::{Router, http::HeaderMap, response::Redirect, routing};
use talaria::config::{PluginHttp, PluginQuotas};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::relay;
use crate::support::{TestServer, User};

/// Somebody outside.
struct Outside {
    port: u16,
    end: CancellationToken,
}

impl Outside {
    async fn start() -> Self {
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let end = CancellationToken::new();
        let ended = end.clone().cancelled_owned();
        TaskTracker::new().spawn(async move {
            tokio::select! {
                served = axum::serve(listener, router) => served,
                () = ended => Ok(()),
            }
        });
        Self { port, end }
    }

    /// A server whose fixture may reach these hosts, and two users who talk.
    async fn server(&self, hosts: &[&str], private_hosts: &[&str]) -> (TestServer, User, User) {
        let named = |hosts: &[&str]| hosts.iter().map(|host| format!("{host}:{}", self.port)).collect();
        let allowed = PluginHttp { hosts: named(hosts), private_hosts: named(private_hosts) };
        let server = TestServer::builder()
            .config(|config| drop(config.plugins.http.insert("fixture".into(), allowed)))
            .plugin("fixture")
            .start()
            .await;
        let (one, two) = (server.ws(1).await, server.tcp(2).await);
        (server, one, two)
    }

    fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_the_operator_names_is_reached() {
    let outside = Outside::start().await;
    let (_server, one, mut two) = outside.server(&[], &["127.0.0.1"]).await;
    let mut ask = async |question: String| relay(&one, &mut two, &question).await;
    assert_eq!(ask(format!("?fetch {}", outside.url("127.0.0.1", "/hello"))).await, "200 hello");
    assert_eq!(ask(format!("?fetch {}", outside.url("127.0.0.1", "/nowhere"))).await, "404 ");
    let echoed = format!("200 a letter for 127.0.0.1:{}", outside.port);
    assert_eq!(ask(format!("?post {} a letter", outside.url("127.0.0.1", "/echo"))).await, echoed);
    assert_eq!(ask(format!("?fetch {}", outside.url("127.0.0.1", "/away"))).await, "307 ", "it is not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_named_is_out_of_reach() {
    let outside = Outside::start().await;
    // Named, but as one of the public internet, which its address is not.
    let (_server, one, mut two) = outside.server(&["localhost", "127.0.0.1"], &[]).await;
    let mut ask = async |question: String| relay(&one, &mut two, &question).await;
    for host in ["localhost", "127.0.0.1"] {
        assert_eq!(ask(format!("?fetch {}", outside.url(host, "/hello"))).await, "Error::PrivateAddress", "{host}");
    }
    for host in ["[::1]", "2130706433", "127.1", "another.example"] {
        assert_eq!(ask(format!("?fetch {}", outside.url(host, "/hello"))).await, "Error::NotAllowed", "{host}");
    }
    assert_eq!(ask("?fetch http://127.0.0.1:1/hello".into()).await, "Error::NotAllowed", "of another port");
    assert_eq!(ask("?fetch ftp://localhost/hello".into()).await, "Error::Invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_or_is_too_large_is_cut_off() {
    let outside = Outside::start().await;
    let (server, one, mut two) = outside.server(&[], &["127.0.0.1"]).await;
    assert_eq!(
        relay(&one, &mut two, &format!("?fetch {}", outside.url("127.0.0.1", "/large"))).await,
        "Error::TooLarge"
    );
    assert_eq!(relay(&one, &mut two, &format!("?fetch {}", outside.url("127.0.0.1", "/slow"))).await, "Error::Timeout");
    assert_eq!(server.admin().plugin("fixture").await.success().json()["faults"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_over_http_is_bounded() {
    let outside = Outside::start().await;
    let port = outside.port;
    let quota = PluginQuotas { http_bytes_per_minute: Some(1_200), ..PluginQuotas::default() };
    let server = TestServer::builder()
        .config(|config| {
            let private_hosts = vec![format!("localhost:{port}")];
            let allowed = PluginHttp { hosts: Vec::new(), private_hosts };
            config.plugins.http.insert("fixture".into(), allowed);
            config.plugins.quotas.insert("fixture".into(), quota);
        })
        .plugin("fixture")
        .start()
        .await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let (echo, large) = (outside.url("localhost", "/echo"), outside.url("localhost", "/large"));
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
