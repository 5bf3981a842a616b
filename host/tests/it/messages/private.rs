//! Messages between two users.

use talaria_client::{
    MessageQuery, Target,
    proto::{
        CreateMessageRequest, CreateRelationshipRequest, DeviceType, turms_notification::data, turms_request::Kind,
    },
};

use crate::support::{TestServer, Transport};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_reaches_its_recipient_both_ways() {
    let server = TestServer::start().await;
    let (mut one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let id = one.send(Target::User(2), "hello").await;
    let (sender, message) = two.next_message().await;
    assert_eq!((sender, message.message_id, message.text.as_deref()), (1, Some(id), Some("hello")));
    two.send(Target::User(1), "hello yourself").await;
    assert_eq!(one.next_message().await.1.text.as_deref(), Some("hello yourself"));
    one.hears_nothing().await;
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_fields_arrive_and_are_stored_before_the_answer() {
    let mut server = TestServer::start().await;
    let (one, mut two) = (server.tcp(1).await, server.ws(2).await);
    let request = CreateMessageRequest {
        recipient_id: Some(2),
        text: Some("tëxt 🦀".into()),
        records: vec![vec![0, 1, 255].into(), vec![].into()],
        burn_after: Some(30),
        pre_message_id: Some(77),
        ..CreateMessageRequest::default()
    };
    let answer = one.request(Kind::CreateMessageRequest(request.clone())).await;
    let id = answer.into_id().unwrap();
    let (_, heard) = two.next_message().await;
    let date = heard.delivery_date.unwrap();
    let (message_id, delivery_date) = (Some(id), Some(date));
    assert_eq!(heard, CreateMessageRequest { message_id, delivery_date, sequence: Some(1), ..request.clone() });
    drop((one, two));
    server.restart().await;
    let stored = server.ws(2).await.query(MessageQuery::default()).await;
    let [message] = &stored[..] else { panic!("{stored:?}") };
    assert_eq!((message.id, message.sender_id, message.recipient_id), (Some(id), Some(1), Some(2)));
    assert_eq!((message.delivery_date, &message.text), (Some(date), &request.text));
    assert_eq!((&message.records, message.pre_message_id), (&request.records, Some(77)));
    assert_eq!(message.sequence_id, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_sent_is_refused_by_its_code() {
    let server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    for (target, code) in [(101, 5000), (0, 5000), (-1, 5000), (1, 5007)] {
        assert_eq!(one.try_send(Target::User(target), "x").await.code, code, "to {target}");
    }
    server.admin().delete("/v1/users/3").await.success();
    assert_eq!(one.try_send(Target::User(3), "x").await.code, 5000);
    let block = CreateRelationshipRequest { user_id: 4, blocked: true, ..CreateRelationshipRequest::default() };
    assert_eq!(two.code(Kind::CreateRelationshipRequest(block)).await, 1000);
    assert_eq!(server.ws(4).await.try_send(Target::User(2), "x").await.code, 5002);
    assert_eq!(one.try_send(Target::User(2), &"x".repeat(500)).await.code, 1000);
    assert_eq!(one.try_send(Target::User(2), &"x".repeat(501)).await.code, 1102);
    // A character outside of the basic plane counts twice.
    assert_eq!(one.try_send(Target::User(2), &"🦀".repeat(251)).await.code, 1102);
    let system = CreateMessageRequest {
        is_system_message: Some(true),
        recipient_id: Some(2),
        ..CreateMessageRequest::default()
    };
    assert_eq!(one.code(Kind::CreateMessageRequest(system)).await, 1102);
    assert_eq!(one.code(Kind::CreateMessageRequest(CreateMessageRequest::default())).await, 1102);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_senders_other_devices_hear_of_it_once() {
    let server = TestServer::start().await;
    let mut desktop = server.ws(1).await;
    let mut phone = server.user(Transport::Tcp, 1, DeviceType::Ios).await;
    let id = desktop.send(Target::User(2), "x").await;
    let (sender, message) = phone.next_message().await;
    assert_eq!((sender, message.message_id), (1, Some(id)));
    phone.hears_nothing().await;
    desktop.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_copies_what_its_sender_may_see() {
    let server = TestServer::start().await;
    let (one, two, mut three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    let id = one.send(Target::User(2), "pass it on").await;
    let forward = |id| {
        let request =
            CreateMessageRequest { message_id: Some(id), recipient_id: Some(3), ..CreateMessageRequest::default() };
        Kind::CreateMessageRequest(request)
    };
    let answer = two.request(forward(id)).await;
    let Some(data::Kind::Long(copy)) = answer.data else { panic!("{answer:?}") };
    let (sender, message) = three.next_message().await;
    assert_eq!((sender, message.message_id, message.text.as_deref()), (2, Some(copy), Some("pass it on")));
    assert_ne!(copy, id);
    assert_eq!(server.tcp(4).await.code(forward(id)).await, 5011);
    assert_eq!(two.code(forward(12345)).await, 5011);
}
