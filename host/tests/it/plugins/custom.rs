//! Requests that clients and plugins have agreed on: the hook `request.custom`.

use talaria_client::proto::{CustomRequest, turms_request::Kind};

use crate::support::TestServer;

fn request(name: &str) -> Kind {
    Kind::CustomRequest(CustomRequest { name: name.into(), ..CustomRequest::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_answers_what_the_server_does_not_know() {
    let server = TestServer::builder().plugin("errands").plugin("fixture").start().await;
    let one = server.ws(1).await;
    assert_eq!(one.client().custom("echo", b"abc".to_vec()).await.unwrap(), b"cba");
    assert_eq!(one.client().custom("echo", Vec::new()).await.unwrap(), b"");
    assert_eq!(one.code(request("deny")).await, 20_001);
    let unknown = one.request(request("other")).await;
    assert_eq!(unknown.code, 1302, "{unknown:?}");
    assert_eq!(one.code(request("")).await, 1102);
    assert_eq!(one.code(request(&"x".repeat(129))).await, 1102);

    let deny = serde_json::json!({"deny_kinds": ["custom_request"]});
    server.admin().configure_plugin("fixture", &deny).await.success();
    assert_eq!(one.code(request("echo")).await, 20_000, "request.before sees it like any other");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_plugin_nothing_is_known() {
    let server = TestServer::start().await;
    assert_eq!(server.tcp(1).await.code(request("echo")).await, 1302);
}
