//! What a plugin is not called for.

use serde_json::json;
use talaria_client::{
    Target,
    proto::{QueryRelatedUserIdsRequest, QueryRelationshipGroupsRequest, turms_request::Kind},
};

use super::relay;
use crate::support::{TestServer, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_judges_what_its_scope_admits() {
    let server = TestServer::builder().plugin("narrow").start().await;
    let scopes = json!({
        "message.before-send": {"groups": [1], "text_prefixes": ["?", "!"]},
        "request.before": {"request_kinds": [207]},
        "message.persisted": {"users": [[3, 5]]},
    });
    assert_eq!(server.admin().plugin("narrow").await.json()["scopes"], scopes);
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for text in ["?", "! now"] {
        one.send(Target::Group(1), text).await;
        assert_eq!(two.next_message().await.1.text, Some(format!("{text} (judged)")));
    }
    one.send(Target::Group(1), "no question").await;
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("no question"), "another text");
    assert_eq!(relay(&one, &mut two, "?").await, "?", "another conversation");

    let related = Kind::QueryRelatedUserIdsRequest(QueryRelatedUserIdsRequest::default());
    assert_eq!(one.code(related).await, 20_000);
    let others = Kind::QueryRelationshipGroupsRequest(QueryRelationshipGroupsRequest::default());
    assert!(one.request(others).await.is_success(), "another kind of request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_is_told_of_what_its_scope_admits() {
    let server = TestServer::builder().plugin("narrow").start().await;
    let (one, three) = (server.ws(1).await, server.ws(3).await);
    one.send(Target::User(2), "not told").await;
    three.send(Target::User(2), "told").await;
    eventually("it is told", async || server.db_kept("narrow", "told/3").is_some()).await;
    assert_eq!(server.db_kept("narrow", "told/1"), None);
    eventually("nothing waits", async || server.admin().plugin("narrow").await.json()["lag"]["waiting"] == 0).await;
}
