//! Users who are offline are told by plugins.

use serde_json::json;
use talaria_client::Target;

use super::told::{is_told, told, with_witness};
use crate::support::component;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_offline_is_told_some_other_way() {
    let server = with_witness().await;
    let group = server.admin().create_group(1, &[2, 3, 5]).await;
    let (one, _two) = (server.ws(1).await, server.tcp(2).await);
    one.send(Target::Group(group), "hello").await;
    is_told(&one, "push.send", "text: Some(\"hello\"), recipients: [3, 5]").await;
    is_told(&one, "push.result", "plugin: \"witness\"").await;
    is_told(&one, "push.result", "user-id: 5, failure: Some(\"no token\")").await;
    one.send(Target::User(2), "to one who is online").await;
    one.send(Target::User(7), "to one who is not").await;
    is_told(&one, "push.send", "to one who is not").await;
    is_told(&one, "push.send", "recipients: [7]").await;
    assert!(!told(&one, "push.send").await.contains("online\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_of_a_failure_has_an_end() {
    let server = with_witness().await;
    let one = server.ws(1).await;
    one.send(Target::User(6), "hello").await;
    is_told(&one, "push.result", "user-id: 6, failure: Some(\"no no ").await;
    let told = told(&one, "push.result").await;
    assert!((2_000..4_000).contains(&told.len()), "{}", told.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_waits_when_the_server_stops_is_sent_by_the_next() {
    let mut server = with_witness().await;
    let one = server.ws(1).await;
    one.send(Target::User(7), "!wait for it").await;
    is_told(&one, "message.persisted", "!wait for it").await;
    assert!(!told(&one, "push.send").await.contains("!wait for it"));
    drop(one);
    server.restart().await;
    let one = server.ws(1).await;
    assert_eq!(one.try_send(Target::User(7), "!gateway").await.code, 20_000);
    is_told(&one, "push.send", "!wait for it").await;
    is_told(&one, "message.persisted", "!wait for it").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_offline_are_told_is_judged() {
    let server = with_witness().await;
    let one = server.ws(1).await;
    let decide = async |decision: &str| {
        let config = json!({"notification.before-push": decision});
        server.admin().install_plugin_with(component("judge"), &config).await.success();
    };
    decide("You have a message").await;
    one.send(Target::User(7), "secret").await;
    is_told(&one, "push.send", "text: Some(\"You have a message\"), recipients: [7]").await;
    let group = server.admin().create_group(1, &[5, 7]).await;
    decide("skip").await;
    one.send(Target::Group(group), "hello").await;
    is_told(&one, "push.send", "text: Some(\"hello\"), recipients: [7]").await;
    decide("drop").await;
    one.send(Target::Group(group), "to nobody").await;
    is_told(&one, "message.persisted", "to nobody").await;
    assert!(!told(&one, "push.send").await.contains("to nobody"));
}
