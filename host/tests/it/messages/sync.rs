//! What goes beyond the published protocol: catching up by places, and sending once.

use talaria_client::{
    MessageQuery, Target,
    proto::{
        CreateMessageRequest, SyncMessagesRequest, SyncedMessages, UpdateMessageRequest, turms_notification::data,
        turms_request::Kind,
    },
};

use crate::support::{TestServer, User};

fn sync(request: SyncMessagesRequest) -> Kind {
    Kind::SyncMessagesRequest(request)
}

async fn synced(user: &User, request: SyncMessagesRequest) -> SyncedMessages {
    let answer = user.request(sync(request)).await;
    match answer.data {
        Some(data::Kind::SyncedMessages(page)) => page,
        other => panic!("{}: {other:?}", answer.code),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_catches_up_without_gaps() {
    let mut server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    let first = one.send(Target::User(2), "a").await;
    two.send(Target::User(1), "b").await;
    one.send(Target::User(2), "c").await;
    let recall = UpdateMessageRequest { message_id: first, recall_date: Some(1), ..Default::default() };
    assert_eq!(one.code(Kind::UpdateMessageRequest(recall)).await, 1000);
    drop((one, two));
    server.restart().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    let request = SyncMessagesRequest { user_id: Some(1), ..Default::default() };
    let page = synced(&two, request.clone()).await;
    let found: Vec<_> = page.messages.iter().map(|it| (it.sequence, it.text.as_deref())).collect();
    assert_eq!(found, [(Some(1), None), (Some(2), Some("b")), (Some(3), Some("c")), (Some(4), None)]);
    assert!(page.messages[0].recall_date.is_some() && page.messages[3].is_system_message());
    assert_eq!(page.last_sequence, 4);
    let rest = synced(&two, SyncMessagesRequest { after_sequence: 1, max_count: Some(2), ..request.clone() }).await;
    assert_eq!(rest.messages.iter().map(|it| it.sequence_id).collect::<Vec<_>>(), [Some(2), Some(3)]);
    let done = synced(&two, SyncMessagesRequest { after_sequence: 4, ..request }).await;
    assert_eq!((done.messages.len(), done.last_sequence), (0, 4));

    one.send(Target::Group(1), "g").await;
    let group = SyncMessagesRequest { group_id: Some(1), ..Default::default() };
    assert_eq!(synced(&two, group.clone()).await.messages[0].group_id, Some(1));
    assert_eq!(server.ws(4).await.code(sync(group)).await, 5300);
    assert_eq!(two.code(sync(SyncMessagesRequest::default())).await, 1102);
    let strangers = SyncMessagesRequest { user_id: Some(77), ..Default::default() };
    assert_eq!(two.code(sync(strangers)).await, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_a_key_is_sent_once() {
    let mut server = TestServer::start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let keyed = |key: &str| {
        Kind::CreateMessageRequest(CreateMessageRequest {
            recipient_id: Some(2),
            text: Some("once".into()),
            idempotency_key: Some(key.into()),
            ..Default::default()
        })
    };
    let id = one.request(keyed("k")).await.into_id().unwrap();
    let (_, heard) = two.next_message().await;
    assert_eq!((heard.message_id, heard.idempotency_key), (Some(id), None));
    assert_eq!(one.request(keyed("k")).await.into_id().unwrap(), id);
    two.hears_nothing().await;
    drop((one, two));
    server.restart().await;
    let (one, two) = (server.tcp(1).await, server.ws(2).await);
    assert_eq!(one.request(keyed("k")).await.into_id().unwrap(), id);
    assert_ne!(one.request(keyed("")).await.into_id().unwrap(), id, "an empty key is none");
    assert_eq!(two.query(MessageQuery::default()).await.len(), 2);
    assert_eq!(one.code(keyed(&"k".repeat(65))).await, 1102);
}
