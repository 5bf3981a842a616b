//! Messages to groups.

use talaria_client::{
    MessageQuery, Target,
    proto::{DeviceType, QueryMessagesRequest, turms_request::Kind},
};

use crate::support::{TestServer, Transport};

#[tokio::test(flavor = "multi_thread")]
async fn every_other_session_of_the_group_hears_a_message_once() {
    let server = TestServer::start().await;
    let mut sender = server.ws(1).await;
    let mut others = vec![
        server.user(Transport::Tcp, 1, DeviceType::Ios).await,
        server.tcp(2).await,
        server.user(Transport::Ws, 2, DeviceType::Browser).await,
        server.ws(3).await,
    ];
    let mut outsider = server.ws(4).await;
    let id = sender.send(Target::Group(1), "hello all").await;
    for other in &mut others {
        let (from, message) = other.next_message().await;
        assert_eq!((from, message.message_id, message.group_id), (1, Some(id), Some(1)));
        assert_eq!(message.text.as_deref(), Some("hello all"));
    }
    for other in &mut others {
        other.hears_nothing().await;
    }
    sender.hears_nothing().await;
    outsider.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_send_and_read() {
    let server = TestServer::start().await;
    let (member, outsider) = (server.ws(1).await, server.tcp(4).await);
    let id = member.send(Target::Group(1), "x").await;
    assert_eq!(outsider.try_send(Target::Group(1), "x").await.code, 5009);
    for unknown in [0, -1, 99] {
        assert_eq!(member.try_send(Target::Group(unknown), "x").await.code, 5004, "to group {unknown}");
    }
    let query = |from_ids: Vec<i64>| {
        let query =
            QueryMessagesRequest { are_group_messages: Some(true), from_ids, ..QueryMessagesRequest::default() };
        Kind::QueryMessagesRequest(query)
    };
    assert_eq!(outsider.code(query(vec![1])).await, 5300);
    assert_eq!(member.code(query(vec![1, 99])).await, 5300);
    assert_eq!(outsider.code(query(Vec::new())).await, 1001);
    let own = member.query(MessageQuery { of_groups: true, from: vec![1], ..MessageQuery::default() }).await;
    assert_eq!(
        own.iter().map(|it| (it.id, it.group_id, it.recipient_id)).collect::<Vec<_>>(),
        [(Some(id), Some(1), Some(1))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_one_row_whatever_the_size_of_the_group() {
    let server = TestServer::start().await;
    let admin = server.admin();
    admin.create_users(1000..1499).await;
    let members: Vec<i64> = (1000..1499).collect();
    let group = admin.create_group(1, &members).await;
    let (one, mut last) = (server.ws(1).await, server.tcp(1498).await);
    one.send(Target::Group(group), "to 499 others").await;
    assert_eq!(last.next_message().await.1.text.as_deref(), Some("to 499 others"));
    let data = server.data().to_owned();
    let count = |table: &str| {
        let database = rusqlite::Connection::open(data.join("talaria.db")).expect("the database can be read");
        let sql = format!("SELECT count(*) FROM {table}");
        database.query_row(&sql, [], |row| row.get::<_, i64>(0)).expect("rows can be counted")
    };
    assert_eq!(count("messages"), 1);
    for index in ["messages_by_target", "messages_by_pair", "messages_by_sequence"] {
        assert!(count(index) <= 1, "{index}");
    }
    assert_eq!(count(&format!("group_members WHERE group_id = {group}")), 500);
}
