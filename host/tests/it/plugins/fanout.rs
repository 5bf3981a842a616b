//! Plugins that decide who is told of a message.

use serde_json::json;
use talaria_client::{
    MessageQuery, Target,
    proto::{UpdateMessageRequest, turms_request::Kind},
};

use crate::support::{TestServer, component};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_out_is_not_told_and_finds_it_by_a_query() {
    let server = TestServer::start().await;
    server.admin().install_plugin(component("fixture")).await.success();
    let (one, mut two, mut three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    one.send(Target::Group(1), "!skip 2").await;
    assert_eq!(three.next_message().await.1.text(), "!skip 2");
    two.hears_nothing().await;
    one.send(Target::Group(1), "!only 2 77").await;
    assert_eq!(two.next_message().await.1.text(), "!only 2 77");
    three.hears_nothing().await;
    let id = one.send(Target::User(2), "!skip 2").await;
    two.hears_nothing().await;
    let edit = UpdateMessageRequest { message_id: id, text: Some("!skip 2 3".into()), ..Default::default() };
    assert_eq!(one.code(Kind::UpdateMessageRequest(edit)).await, 1000);
    two.hears_nothing().await;
    let query = MessageQuery { of_groups: true, from: vec![1], ..MessageQuery::default() };
    let found: Vec<_> = two.query(query).await.into_iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(found, ["!skip 2", "!only 2 77"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_shown_those_concerned() {
    let server = TestServer::start().await;
    server.admin().install_plugin_with(component("fixture"), &json!({"record": true})).await.success();
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    one.send(Target::User(2), "hello").await;
    two.next_message().await;
    one.send(Target::User(2), "!get seen/message.before-fanout/0").await;
    assert_eq!(two.next_message().await.1.text(), "1 [2] hello");
}
