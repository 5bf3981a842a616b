//! The plugin that keeps users from sending too much.

use std::time::Duration;

use serde_json::json;
use talaria_client::{
    Target,
    proto::{QueryUserProfilesRequest, turms_request::Kind},
};

use crate::support::{TestServer, component, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_much_is_refused_until_some_time_has_passed() {
    let server = TestServer::start().await;
    let config = json!({
        "messages": {"per_second": 0.5, "burst": 3},
        "group_messages": {"per_second": 0.01, "burst": 1},
        "exempt": [2],
        "code": 20_077,
        "text": "Not so fast",
    });
    server.admin().install_plugin_with(component("ratelimit"), &config).await.success();
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(one.try_send(Target::Group(1), "in the group").await.code, 1000);
    assert_eq!(one.try_send(Target::Group(1), "again").await.code, 20_077, "one in the group");
    assert_eq!(one.try_send(Target::User(2), "hello").await.code, 1000);
    assert_eq!(one.try_send(Target::User(2), "hello").await.code, 1000);
    let refused = one.try_send(Target::User(2), "hello").await;
    assert_eq!((refused.code, refused.into_id().unwrap_err().to_string().contains("Not so fast")), (20_077, true));
    for _ in 0..10 {
        assert_eq!(two.try_send(Target::User(1), "exempt").await.code, 1000);
    }
    eventually("a token comes", async || one.try_send(Target::User(2), "hello").await.code == 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_have_limits_by_their_kinds() {
    let server = TestServer::start().await;
    let limit = json!({"per_second": 0.5, "burst": 2});
    let config = json!({"messages": null, "requests": {"query_user_profiles_request": limit}});
    server.admin().install_plugin_with(component("ratelimit"), &config).await.success();
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    let profile =
        || Kind::QueryUserProfilesRequest(QueryUserProfilesRequest { user_ids: vec![2], ..Default::default() });
    let codes = [one.code(profile()).await, one.code(profile()).await, one.code(profile()).await];
    assert_eq!(codes, [1000, 1000, 1101]);
    assert_eq!(two.code(profile()).await, 1000, "another user");
    for _ in 0..10 {
        assert_eq!(one.try_send(Target::User(2), "hello").await.code, 1000, "another kind");
    }
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(one.code(profile()).await, 1000);
}
