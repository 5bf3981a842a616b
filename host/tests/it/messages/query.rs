//! Reading messages back.

use talaria_client::{
    MessageQuery, Target,
    proto::{QueryMessagesRequest, turms_notification::data, turms_request::Kind},
};

use crate::support::{TestServer, User};

async fn texts(reader: &User, query: MessageQuery) -> Vec<String> {
    reader.query(query).await.into_iter().map(|message| message.text.unwrap_or_default()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_found_by_sender_date_id_and_direction() {
    let server = TestServer::start().await;
    let (one, two, three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    let first = one.send(Target::User(2), "a").await;
    three.send(Target::User(2), "b").await;
    two.send(Target::User(1), "c").await;
    one.send(Target::User(2), "d").await;
    let all = MessageQuery::default;
    assert_eq!(texts(&two, all()).await, ["a", "b", "d"]);
    assert_eq!(texts(&two, MessageQuery { descending: true, max_count: Some(2), ..all() }).await, ["d", "b"]);
    assert_eq!(texts(&two, MessageQuery { from: vec![1], ..all() }).await, ["a", "d"]);
    assert_eq!(texts(&two, MessageQuery { from: vec![2], ..all() }).await, ["c"]);
    assert_eq!(texts(&two, MessageQuery { from: vec![1, 2], ..all() }).await, ["a", "c", "d"]);
    assert!(texts(&two, MessageQuery { from: vec![4], ..all() }).await.is_empty());
    let date = two.query(all()).await[2].delivery_date.unwrap();
    let since = texts(&two, MessageQuery { start: Some(date), ..all() }).await;
    let before = texts(&two, MessageQuery { end: Some(date), ..all() }).await;
    assert_eq!([before, since].concat(), ["a", "b", "d"]);
    assert!(texts(&two, MessageQuery { start: Some(date + 1), ..all() }).await.is_empty());

    let query = |query: QueryMessagesRequest| Kind::QueryMessagesRequest(query);
    let by_id = QueryMessagesRequest {
        ids: vec![first, 1],
        are_group_messages: Some(false),
        ..QueryMessagesRequest::default()
    };
    match two.request(query(by_id.clone())).await.data {
        Some(data::Kind::Messages(found)) => assert_eq!(found.messages[0].id, Some(first)),
        other => panic!("{other:?}"),
    }
    assert_eq!(three.code(query(by_id)).await, 1001, "another's message is not found by its id");
    assert_eq!(two.code(query(QueryMessagesRequest::default())).await, 1100);
    let none =
        QueryMessagesRequest { are_group_messages: Some(false), max_count: Some(0), ..QueryMessagesRequest::default() };
    assert_eq!(two.code(query(none)).await, 1102);
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_count_what_the_page_does_not_show() {
    let server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    for text in ["a", "b", "c"] {
        one.send(Target::User(2), text).await;
    }
    let query = QueryMessagesRequest {
        are_group_messages: Some(false),
        from_ids: vec![1],
        with_total: true,
        max_count: Some(2),
        ..QueryMessagesRequest::default()
    };
    match two.request(Kind::QueryMessagesRequest(query)).await.data {
        Some(data::Kind::MessagesWithTotalList(list)) => {
            let [of_one] = &list.messages_with_total_list[..] else { panic!("{list:?}") };
            assert_eq!((of_one.total, of_one.from_id, of_one.is_group_message), (3, 1, false));
            assert_eq!(of_one.messages.len(), 2);
        }
        other => panic!("{other:?}"),
    }
}
