//! Editing and recalling messages.

use talaria_client::{
    MessageQuery, Target,
    proto::{DeviceType, UpdateMessageRequest, turms_request::Kind},
};

use crate::support::{TestServer, Transport, User};

fn edit(message_id: i64, text: &str) -> Kind {
    let text = Some(text.to_owned());
    Kind::UpdateMessageRequest(UpdateMessageRequest { message_id, text, ..UpdateMessageRequest::default() })
}

fn recall(message_id: i64) -> Kind {
    let recall_date = Some(1_700_000_000_000);
    Kind::UpdateMessageRequest(UpdateMessageRequest { message_id, recall_date, ..UpdateMessageRequest::default() })
}

async fn next_update(user: &mut User) -> (Option<i64>, UpdateMessageRequest) {
    let notification = user.next_notification().await;
    match notification.relayed_request.and_then(|relayed| relayed.kind) {
        Some(Kind::UpdateMessageRequest(update)) => (notification.requester_id, update),
        other => panic!("expected a change of a message, not {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_reaches_the_recipient_and_the_other_devices() {
    let server = TestServer::start().await;
    let (mut one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let mut phone = server.user(Transport::Tcp, 1, DeviceType::Ios).await;
    let id = one.send(Target::User(2), "helo").await;
    two.next_message().await;
    phone.next_message().await;
    assert_eq!(one.code(edit(id, "hello")).await, 1000);
    for other in [&mut two, &mut phone] {
        let (requester, update) = next_update(other).await;
        assert_eq!((requester, update.message_id, update.text.as_deref()), (Some(1), id, Some("hello")));
        other.hears_nothing().await;
    }
    one.hears_nothing().await;
    let stored = two.query(MessageQuery::default()).await;
    assert_eq!((stored[0].id, stored[0].text.as_deref()), (Some(id), Some("hello")));
    assert!(stored[0].modification_date.is_some());
    assert_eq!(two.code(edit(id, "bye")).await, 5101);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recall_is_told_twice_and_found_later() {
    let server = TestServer::start().await;
    let (mut one, mut two, mut three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    let id = one.send(Target::Group(1), "oops").await;
    for other in [&mut two, &mut three] {
        other.next_message().await;
    }
    assert_eq!(two.code(recall(id)).await, 5202);
    assert_eq!(one.code(recall(id)).await, 1000);
    let mut notice = None;
    for other in [&mut two, &mut three] {
        let (requester, update) = next_update(other).await;
        assert_eq!((requester, update.message_id), (Some(1), id));
        assert!(update.recall_date.is_some_and(|date| date > 1_700_000_000_000), "the server's date");
        let told = other.next_notification().await;
        assert_eq!((told.request_id, told.requester_id), (Some(0), Some(1)), "known as the server's by this");
        let relayed = told.relayed_request.unwrap();
        let Some(Kind::CreateMessageRequest(message)) = relayed.kind else { panic!("{relayed:?}") };
        assert_eq!((message.is_system_message, message.group_id, message.text), (Some(true), Some(1), None));
        assert_eq!(message.records, [vec![1_u8], id.to_be_bytes().to_vec()]);
        assert!(message.delivery_date.is_some());
        notice = message.message_id;
        other.hears_nothing().await;
    }
    one.hears_nothing().await;
    let query = MessageQuery { of_groups: true, from: vec![1], ..MessageQuery::default() };
    let stored = three.query(query).await;
    assert_eq!(stored.len(), 1, "the recalled one is hidden: {stored:?}");
    assert_eq!((stored[0].id, stored[0].is_system_message), (notice, Some(true)));
    assert_eq!(one.code(recall(id)).await, 1000, "once more changes nothing");
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_of_nothing_tells_nobody() {
    let server = TestServer::start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let id = one.send(Target::User(2), "x").await;
    two.next_message().await;
    let update = |message_id| UpdateMessageRequest { message_id, ..UpdateMessageRequest::default() };
    assert_eq!(one.code(Kind::UpdateMessageRequest(update(id))).await, 1000);
    assert_eq!(two.code(Kind::UpdateMessageRequest(update(id))).await, 1000);
    two.hears_nothing().await;
    assert_eq!(one.code(edit(404, "x")).await, 5101);
    assert_eq!(one.code(edit(id, &"x".repeat(501))).await, 1102);
}
