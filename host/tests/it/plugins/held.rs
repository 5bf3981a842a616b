//! Messages that plugins hold back.

use serde_json::Value;
use talaria_client::{
    MessageQuery, Target,
    proto::{CreateMessageRequest, DeviceType, UpdateMessageRequest, turms_request::Kind},
};

use super::{
    told::{is_told, told},
    with_fixture,
};
use crate::support::{Answer, TestServer, Transport, User, eventually};

/// What is held, by the admin interface.
async fn held(server: &TestServer) -> Vec<Value> {
    let list = server.admin().get("/v1/held-messages").await.success().json();
    list["messages"].as_array().expect("a list").clone()
}

async fn release(server: &TestServer, id: i64) -> Answer {
    server.admin().post(&format!("/v1/held-messages/{id}/release"), &Value::Null).await
}

async fn count(user: &User, from: i64) -> usize {
    user.query(MessageQuery { from: vec![from], ..MessageQuery::default() }).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_releases_a_message() {
    let (server, mut one, mut two) = with_fixture().await;
    let mut phone = User::log_in(server.address(Transport::Tcp), Transport::Tcp, 1, DeviceType::Ios).await;
    let id = one.send(Target::User(2), "!hold 60 it looks odd").await;
    two.hears_nothing().await;
    phone.hears_nothing().await;
    assert_eq!(count(&two, 1).await, 0);
    let waiting = held(&server).await;
    assert_eq!(waiting.len(), 1);
    let message = &waiting[0];
    assert_eq!((message["id"].as_i64(), message["sender"].as_i64()), (Some(id), Some(1)));
    assert_eq!((&message["target"]["user"], &message["plugin"]), (&2.into(), &"fixture".into()));
    assert_eq!((&message["reason"], &message["text"]), (&"it looks odd".into(), &"!hold 60 it looks odd".into()));
    assert_eq!(message["until"].as_i64().unwrap() - message["date"].as_i64().unwrap(), 60_000);

    let later = one.send(Target::User(2), "in between").await;
    assert_eq!(two.next_message().await.1.message_id, Some(later));
    assert_eq!(release(&server, id).await.success().json()["outcome"], "sent");
    let (sender, heard) = two.next_message().await;
    assert_eq!((sender, heard.message_id), (1, Some(id)));
    assert_eq!(count(&two, 1).await, 2);
    assert_eq!(phone.next_message().await.1.message_id, Some(later));
    // Nobody knows any more on which device it was written, so that all of them hear of it, under the id that one has.
    assert_eq!(phone.next_message().await.1.message_id, Some(id));
    assert_eq!(one.next_message().await.1.message_id, Some(id));

    let again = release(&server, id).await;
    assert_eq!((again.status.as_u16(), held(&server).await.len()), (404, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_discards_a_message_and_observers_are_told() {
    let server = TestServer::builder().plugin("fixture").plugin("witness").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let id = one.send(Target::Group(1), "!hold 60 no").await;
    is_told(&one, "message.held", &format!("id: {id}, sender: 1, target: Target::Group(1), plugin: \"fixture\"")).await;
    server.admin().delete(&format!("/v1/held-messages/{id}")).await.success();
    is_told(&one, "message.dropped", &format!("id: Some({id}), sender: 1, target: Target::Group(1)")).await;
    assert_eq!(server.admin().delete(&format!("/v1/held-messages/{id}")).await.status.as_u16(), 404);
    one.send(Target::User(2), "a marker").await;
    is_told(&one, "message.persisted", "a marker").await;
    assert!(!told(&one, "message.persisted").await.contains("!hold"));
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("a marker"));
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plugin_decides_itself() {
    let (server, one, mut two) = with_fixture().await;
    let (first, second) =
        (one.send(Target::User(2), "!hold 60 a").await, one.send(Target::User(2), "!hold 60 b").await);
    one.send(Target::User(2), "!release").await;
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("!release"));
    assert_eq!(two.next_message().await.1.message_id, Some(first));
    one.send(Target::User(2), "!discard").await;
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("!discard"));
    eventually("nothing is held", async || held(&server).await.is_empty()).await;
    two.hears_nothing().await;
    assert!(second > first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_decides_about_is_discarded() {
    let (server, one, mut two) = with_fixture().await;
    let id = one.send(Target::User(2), "!hold 1 soon over").await;
    eventually("its time is over", async || held(&server).await.is_empty()).await;
    assert_eq!(release(&server, id).await.status.as_u16(), 404);
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_released_goes_on_to_the_next_plugin() {
    // `narrow` comes last.
    let server = TestServer::builder().plugin("fixture").plugin("narrow").plugin("witness").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let id = one.send(Target::Group(1), "!hold 60 judge it").await;
    assert_eq!(release(&server, id).await.success().json()["outcome"], "sent");
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("!hold 60 judge it (judged)"));

    let id = one.send(Target::Group(1), "!hold 60 twice").await;
    assert_eq!(release(&server, id).await.success().json()["outcome"], "held");
    let waiting = held(&server).await;
    assert_eq!((&waiting[0]["id"], &waiting[0]["plugin"], waiting.len()), (&id.into(), &"narrow".into(), 1));
    two.hears_nothing().await;
    assert_eq!(release(&server, id).await.success().json()["outcome"], "sent", "there is nobody after it");
    assert_eq!(two.next_message().await.1.message_id, Some(id));

    let id = one.send(Target::Group(1), "!hold 60 away").await;
    assert_eq!(release(&server, id).await.success().json()["outcome"], "dropped");
    is_told(&one, "message.dropped", &format!("id: Some({id})")).await;
    assert!(held(&server).await.is_empty());
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_sender_takes_a_held_message_back_like_any_other() {
    let (server, one, mut two) = with_fixture().await;
    let id = one.send(Target::User(2), "!hold 60 oh no").await;
    let recall = |message_id| {
        // With a text as well: it is a recall all the same.
        let (recall_date, text) = (Some(1), Some("gone".into()));
        Kind::UpdateMessageRequest(UpdateMessageRequest { message_id, recall_date, text, ..Default::default() })
    };
    assert_ne!(two.code(recall(id)).await, 1000, "another user does not");
    assert_eq!((one.code(recall(id)).await, held(&server).await.len()), (1000, 0));
    assert_ne!(one.code(recall(id)).await, 1000, "it is gone");
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_release_at_once_send_it_once() {
    let (server, one, mut two) = with_fixture().await;
    for _ in 0..10 {
        let id = one.send(Target::User(2), "!hold 60 now").await;
        let (first, second) = tokio::join!(release(&server, id), release(&server, id));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
        assert_eq!(two.next_message().await.1.message_id, Some(id));
    }
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_count_as_they_are_when_it_is_released() {
    let (server, one, mut two) = with_fixture().await;
    let id = one.send(Target::User(2), "!hold 60 later").await;
    server.admin().put("/v1/users/2/active", &serde_json::json!({ "active": false })).await.success();
    two.close_status().await;
    let refused = release(&server, id).await;
    assert_eq!((refused.status.as_u16(), held(&server).await.len()), (404, 1), "it stays held: {refused:?}");
    server.admin().put("/v1/users/2/active", &serde_json::json!({ "active": true })).await.success();
    server.admin().put("/v1/users/1/active", &serde_json::json!({ "active": false })).await.success();
    assert!(!release(&server, id).await.status.is_success(), "nobody speaks for one who may not");
    server.admin().put("/v1/users/1/active", &serde_json::json!({ "active": true })).await.success();
    server.admin().put("/v1/users/2/active", &serde_json::json!({ "active": false })).await.success();
    let one = server.ws(1).await;
    let unwelcome = one.try_send(Target::User(2), "!hold 60 again").await;
    assert!(!unwelcome.is_success(), "what may not be sent is not held either");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_a_key_is_held_once_and_a_restart_forgets_nothing() {
    let mut server = TestServer::builder().plugin("fixture").start().await;
    let one = server.ws(1).await;
    let message = || {
        Kind::CreateMessageRequest(CreateMessageRequest {
            recipient_id: Some(2),
            text: Some("!hold 60 once".into()),
            idempotency_key: Some("a key".into()),
            ..CreateMessageRequest::default()
        })
    };
    let id = async |one: &User| one.request(message()).await.data;
    let first = id(&one).await;
    assert!(first.is_some());
    assert_eq!(id(&one).await, first);
    drop(one);
    server.restart().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let waiting = held(&server).await;
    assert_eq!((id(&one).await, waiting.len()), (first.clone(), 1));
    release(&server, waiting[0]["id"].as_i64().expect("an id")).await.success();
    two.next_message().await;
    assert_eq!(id(&one).await, first, "also when it is released");
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_not_held() {
    let (server, one, mut two) = with_fixture().await;
    let id = one.send(Target::User(2), "as it was").await;
    two.next_message().await;
    let edit = UpdateMessageRequest { message_id: id, text: Some("!hold 60 no".into()), ..Default::default() };
    assert_eq!(one.code(Kind::UpdateMessageRequest(edit)).await, 5010);
    two.hears_nothing().await;
    assert!(held(&server).await.is_empty());
}
