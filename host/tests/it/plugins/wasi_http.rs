//! Plugins that speak HTTP by WASI's interfaces.

use std::net::SocketAddr;

use reqwest::Client;
use talaria::config::PluginHttp;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::relay;
use crate::support::{TestServer, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_answered_by_wasis_interface() {
    let server = TestServer::builder().plugin("wasi-http").start().await;
    let status = server.admin().plugin("wasi-http").await.success().json();
    assert!(status["hooks"].as_array().unwrap().contains(&"http.handle".into()), "{status}");
    let client = Client::new();
    let response = soon("an answer", client.post(server.route("/wasi-http/a?b")).body("body").send()).await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["x-by"]), (201, &"wasi".parse().unwrap()));
    assert_eq!(response.text().await.unwrap(), "Method::Post /a?b body");
    // More than a stream takes at once.
    let large = client.post(server.route("/wasi-http/")).body("x".repeat(100_000)).header("x-repeat", "10");
    let text = soon("an answer", large.send()).await.unwrap().text().await.unwrap();
    assert_eq!(text.len(), "Method::Post / ".len() + 1_000_000);
    for path in ["/wasi-http/silent", "/wasi-http/panic"] {
        let failed = soon("an answer", client.get(server.route(path)).send()).await.unwrap();
        assert_eq!(failed.status(), 502, "{path}");
    }
    assert_eq!(client.get(server.route("/wasi-http/")).send().await.unwrap().status(), 201, "the next call is fine");
}

/// Answers one request with its own first line and body.
async fn echo() -> (SocketAddr, impl Future<Output = ()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("the other end is there");
    let address = listener.local_addr().expect("the other end is there");
    let serving = async move {
        let (mut stream, _) = listener.accept().await.expect("the other end is there");
        let mut request = Vec::new();
        while !request.ends_with(b"hello") {
            stream.read_buf(&mut request).await.expect("the other end is there");
        }
        let request = String::from_utf8(request).expect("the other end is there");
        let body = format!("{} hello", request.lines().next().expect("the other end is there"));
        let answer = format!("HTTP/1.1 203 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.expect("the other end is there");
    };
    (address, serving)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_by_wasis_interface_go_where_the_operator_says() {
    let (address, serving) = echo().await;
    let http = PluginHttp {
        hosts: vec!["localhost:1".into()],
        private_hosts: vec![address.to_string()],
        ..PluginHttp::default()
    };
    let builder = TestServer::builder().plugin("wasi-http");
    let server = builder.config(|config| drop(config.plugins.http.insert("wasi-http".into(), http))).start().await;
    let status = server.admin().plugin("wasi-http").await.success().json();
    assert_eq!(status["capabilities"], serde_json::json!(["http"]), "the import asks for this grant");
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let fetch = format!("!fetch {address} /path hello");
    let (answer, ()) = tokio::join!(relay(&one, &mut two, &fetch), serving);
    assert_eq!(answer, "203 POST /path HTTP/1.1 hello");
    let refused = relay(&one, &mut two, "!fetch 127.0.0.1:9 / hello").await;
    assert_eq!(refused, "ErrorCode::HttpRequestDenied", "nobody named that one");
    let private = relay(&one, &mut two, "!fetch localhost:1 / hello").await;
    assert_eq!(private, "ErrorCode::DestinationIpProhibited", "it was not named as private");
}
