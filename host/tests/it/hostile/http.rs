//! HTTP where a WebSocket is expected.

use reqwest::Method;

use crate::support::{TestServer, Transport};

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_no_upgrade_are_refused() {
    let server = TestServer::start().await;
    let url = format!("http://{}/", server.address(Transport::Ws));
    let http = reqwest::Client::new();
    for (method, status) in [(Method::GET, 400), (Method::POST, 405), (Method::DELETE, 405), (Method::OPTIONS, 405)] {
        let answer = http.request(method.clone(), &url).send().await.unwrap();
        assert_eq!(answer.status(), status, "{method}");
    }
    let preflight = http
        .request(Method::OPTIONS, &url)
        .header("Origin", "http://example.org")
        .header("Access-Control-Request-Method", "GET");
    assert_eq!(preflight.send().await.unwrap().status(), 200);
    server.ws(1).await;
}
