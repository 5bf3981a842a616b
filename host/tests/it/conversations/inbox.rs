//! What goes beyond the published protocol: the inbox.

use talaria_client::{
    Target,
    proto::{
        InboxConversation, QueryInboxRequest, UpdateConversationRequest, turms_notification::data, turms_request::Kind,
    },
};

use crate::support::{TestServer, User};

async fn inbox(user: &User, request: QueryInboxRequest) -> Vec<InboxConversation> {
    match user.request(Kind::QueryInboxRequest(request)).await.data {
        Some(data::Kind::Inbox(inbox)) => inbox.conversations,
        None => Vec::new(),
        other => panic!("{other:?}"),
    }
}

/// Who it is with, what was said last, and how much is unread.
fn shown(conversations: &[InboxConversation]) -> Vec<(Option<i64>, Option<i64>, &str, i32)> {
    conversations
        .iter()
        .map(|it| {
            (it.user_id, it.group_id, it.last_message.as_ref().expect("one is always there").text(), it.unread_count)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_listed_with_what_is_unread() {
    let mut server = TestServer::start().await;
    let (one, two, three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    one.send(Target::User(2), "a").await;
    one.send(Target::User(2), "b").await;
    three.send(Target::Group(1), "g").await;
    let found = inbox(&two, QueryInboxRequest::default()).await;
    assert_eq!(shown(&found), [(None, Some(1), "g", 1), (Some(1), None, "b", 2)]);
    let first = QueryInboxRequest { max_count: Some(1), ..Default::default() };
    let first = inbox(&two, first).await;
    assert_eq!(first, found[..1]);
    let before_message_id = first[0].last_message.as_ref().unwrap().id;
    assert_eq!(inbox(&two, QueryInboxRequest { before_message_id, ..Default::default() }).await, found[1..]);

    let read = UpdateConversationRequest { user_id: Some(1), ..Default::default() };
    assert_eq!(two.code(Kind::UpdateConversationRequest(read)).await, 1000);
    drop((one, two, three));
    server.restart().await;
    let two = server.ws(2).await;
    let found = inbox(&two, QueryInboxRequest::default()).await;
    assert_eq!(shown(&found), [(None, Some(1), "g", 1), (Some(1), None, "b", 0)]);
    assert!(found[1].read_date.is_some());
    let senseless = QueryInboxRequest { max_count: Some(0), ..Default::default() };
    assert_eq!(two.code(Kind::QueryInboxRequest(senseless)).await, 1102);
    assert_eq!(server.ws(77).await.code(Kind::QueryInboxRequest(QueryInboxRequest::default())).await, 1001);
}
