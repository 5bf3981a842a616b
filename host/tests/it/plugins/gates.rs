//! Filters of connections, logins and the administrator, and what users see of messages.

use std::time::Duration;

use serde_json::{Value, json};
use talaria_client::{
    MessageQuery, Target,
    proto::{
        CreateMessageRequest, DeviceType, QueryInboxRequest, QueryJoinedGroupIdsRequest, QueryMessagesRequest,
        SearchMessagesRequest, SyncMessagesRequest, UpdateMessageRequest, turms_request::Kind,
    },
};
use tokio::io::AsyncReadExt as _;

use crate::support::{Admin, TestServer, Transport, User, aged, component, eventually, request};

const DENIED: i32 = 20_000;

async fn judged(server: &TestServer, decisions: &Value) -> Admin {
    let admin = server.admin();
    admin.install_plugin_with(component("judge"), decisions).await.success();
    admin
}

async fn asked(user: &User, hook: &str) -> String {
    user.try_send(Target::User(2), &format!("!asked {hook}")).await.reason.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_may_send_what_it_was_allowed() {
    let server = TestServer::start().await;
    judged(&server, &json!({"auth.authorize": "only create_message_request"})).await;
    let one = server.ws(1).await;
    assert!(asked(&one, "auth.authorize").await.contains("Login { user-id: 1, device: DeviceType::Desktop"));
    let groups = || Kind::QueryJoinedGroupIdsRequest(QueryJoinedGroupIdsRequest::default());
    assert_eq!(one.code(groups()).await, 1106);
    one.send(Target::User(2), "hello").await;
    judged(&server, &json!({"auth.authorize": "except create_message_request"})).await;
    let two = server.tcp(2).await;
    assert_eq!(two.try_send(Target::User(1), "hello").await.code, 1106);
    assert_eq!(two.code(groups()).await, 1000);
    one.send(Target::User(2), "what was allowed before stays allowed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_not_taken_over_when_a_plugin_minds() {
    let server = TestServer::start().await;
    judged(&server, &json!({"session.before-takeover": "deny"})).await;
    let one = server.ws(1).await;
    let mut guest = server.guest_tcp().await;
    let device = DeviceType::Desktop;
    let refused = guest.request(Kind::CreateSessionRequest(request::login(1, device))).await;
    assert_eq!(refused.code, Some(DENIED));
    let takeover = asked(&one, "session.before-takeover").await;
    assert!(takeover.contains("user-id: 1, device: DeviceType::Desktop, ended: [DeviceType::Desktop]"), "{takeover}");
    assert!(one.heartbeat_is_answered().await, "the session goes on");
    server.user(Transport::Tcp, 1, DeviceType::Ios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_refused() {
    let server = TestServer::start().await;
    judged(&server, &json!({"connection.before-open": "Tcp"})).await;
    let one = server.ws(1).await;
    let mut refused = tokio::net::TcpStream::connect(server.address(Transport::Tcp)).await.expect("it is accepted");
    let closed = tokio::time::timeout(Duration::from_secs(5), refused.read(&mut [0; 16])).await.expect("it is closed");
    assert!(matches!(closed, Ok(0) | Err(_)));
    let connection = asked(&one, "connection.before-open").await;
    assert!(connection.contains("Transport::Tcp Some(IpAddress::Ipv4(2130706433))"), "{connection}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_is_refused_and_can_remove_who_refuses() {
    let server = TestServer::start().await;
    let decisions = json!({"admin.before-action": "deny", "config.before-save": "deny"});
    let admin = judged(&server, &decisions).await;
    let users = json!({ "users": [{ "id": 501 }] });
    let refused = admin.post("/v1/users", &users).await;
    assert_eq!(refused.status, 403);
    let one = server.ws(1).await;
    assert!(asked(&one, "admin.before-action").await.ends_with("POST /v1/users"));
    admin.install_plugin(component("fixture")).await.success();
    assert_eq!(admin.configure_plugin("fixture", &json!({"tag": "!"})).await.status, 403);
    let change = asked(&one, "config.before-save").await;
    assert!(change.contains("plugin: \"fixture\", config: \"{\\\"tag\\\":\\\"!\\\"}\""), "{change}");
    admin.configure_plugin("judge", &json!({"admin.before-action": "deny"})).await.success();
    admin.configure_plugin("fixture", &json!({"tag": "!"})).await.success();
    admin.remove_plugin("judge").await.success();
    admin.post("/v1/users", &users).await.success();
}

async fn finds(user: &User, message: i64) -> bool {
    let query = QueryMessagesRequest { ids: vec![message], are_group_messages: Some(false), ..Default::default() };
    format!("{:?}", user.request(Kind::QueryMessagesRequest(query)).await.data).contains("hello")
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_kept_while_a_plugin_wants_it() {
    let mut server = TestServer::builder()
        .plugin("judge")
        .config(|config| {
            config.messages.retention_hours = 1;
            config.server.purge_interval_seconds = 1;
        })
        .start()
        .await;
    judged(&server, &json!({"message.before-expire": "keep"})).await;
    let one = server.ws(1).await;
    let id = one.send(Target::User(2), "hello").await;
    one.send(Target::User(2), "the last message of all stays in any case").await;
    server.db_age_messages().await;
    let one = server.ws(1).await;
    eventually("the filter is asked", async || !asked(&one, "message.before-expire").await.is_empty()).await;
    let two = server.tcp(2).await;
    assert!(finds(&two, aged(id)).await);
    judged(&server, &json!({})).await;
    eventually("the message expires", async || !finds(&two, aged(id)).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn some_recipients_see_something_else() {
    let server = TestServer::start().await;
    let group = server.admin().create_group(1, &[2, 3]).await;
    let (one, mut two, mut three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    judged(&server, &json!({"message.before-deliver": "masked"})).await;
    let id = one.send(Target::Group(group), "hello").await;
    let mut texts = [two.next_message().await.1.text(), three.next_message().await.1.text()].map(str::to_owned);
    texts.sort();
    assert_eq!(texts, ["hello", "masked"]);
    assert!(asked(&one, "message.before-deliver").await.contains("Some(\"hello\")"));
    let edit = UpdateMessageRequest { message_id: id, text: Some("edited".into()), ..Default::default() };
    assert_eq!(one.code(Kind::UpdateMessageRequest(edit)).await, 1000);
    let mut edits = Vec::new();
    for user in [&mut two, &mut three] {
        match user.next_notification().await.relayed_request.and_then(|request| request.kind) {
            Some(Kind::UpdateMessageRequest(update)) => edits.push(update.text.unwrap_or_default()),
            other => panic!("{other:?}"),
        }
    }
    edits.sort();
    assert_eq!(edits, ["edited", "masked"]);
    let stored = two.query(MessageQuery { of_groups: true, from: vec![group], ..Default::default() }).await;
    assert_eq!(stored[0].text(), "edited", "what is stored is the message");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_what_a_plugin_lets_them() {
    let server = TestServer::start().await;
    let (mut one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let id = one.send(Target::User(2), "hello").await;
    two.next_message().await;
    let forward = || {
        let forward = CreateMessageRequest { message_id: Some(id), recipient_id: Some(1), ..Default::default() };
        Kind::CreateMessageRequest(forward)
    };
    let queries = || {
        let sync = SyncMessagesRequest { user_id: Some(1), ..Default::default() };
        let search = SearchMessagesRequest { text: "hello".into(), ..Default::default() };
        [
            Kind::SyncMessagesRequest(sync),
            Kind::SearchMessagesRequest(search),
            Kind::QueryInboxRequest(QueryInboxRequest::default()),
        ]
    };
    for (decision, hides) in [("masked", false), ("hide", true)] {
        judged(&server, &json!({"message.before-history": decision})).await;
        let found = two.query(MessageQuery { from: vec![1], ..Default::default() }).await;
        let texts: Vec<_> = found.iter().map(talaria_client::proto::Message::text).collect();
        assert_eq!(texts, if hides { vec![] } else { vec!["masked"] });
        let code = two.code(forward()).await;
        assert_eq!(code >= 1100, hides, "what is hidden cannot be forwarded: {code}");
        for query in queries() {
            let answer = format!("{:?}", two.request(query.clone()).await.data);
            assert!(!answer.contains("hello"), "{query:?}: {answer}");
            assert_eq!(answer.contains("masked"), !hides, "{query:?}: {answer}");
        }
    }
    assert!(asked(&one, "message.before-history").await.starts_with("Origin::Client 2 2 ["));
    assert_eq!(one.next_message().await.1.text(), "masked", "a forward has what its sender is shown");
}
