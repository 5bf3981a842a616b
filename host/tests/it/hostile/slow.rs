//! A client that never reads.

use talaria_client::{
    Target,
    proto::{
        CreateMessageRequest, DeviceType, QueryUserOnlineStatusesRequest, UserStatus, turms_notification::data,
        turms_request::Kind,
    },
};

use crate::support::{Received, TestServer, User};

async fn is_online(asker: &User, user: i64) -> bool {
    let query = QueryUserOnlineStatusesRequest { user_ids: vec![user], ..QueryUserOnlineStatusesRequest::default() };
    let answer = asker.request(Kind::QueryUserOnlineStatusesRequest(query)).await;
    let Some(data::Kind::UserOnlineStatuses(statuses)) = answer.data else { panic!("{answer:?}") };
    statuses.statuses[0].user_status != i32::from(UserStatus::Offline)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_is_closed_and_nobody_else_waits() {
    let server = TestServer::builder()
        .config(|config| {
            config.gateway.max_queued_bytes = 64 * 1024;
            config.gateway.flush_timeout_seconds = 5;
        })
        .start()
        .await;
    let (one, mut three) = (server.tcp(1).await, server.ws(3).await);
    let mut slow = server.guest_tcp().await;
    slow.log_in(2, DeviceType::Desktop).await;
    let large = || {
        Kind::CreateMessageRequest(CreateMessageRequest {
            recipient_id: Some(2),
            records: vec![vec![7; 15_000].into()],
            ..CreateMessageRequest::default()
        })
    };
    // The kernel takes a few megabytes before the server's own queue fills.
    let mut sent = 0;
    while is_online(&one, 2).await {
        assert!(sent < 4000, "a client that does not read is still there after {sent} messages");
        let mut answers = Vec::new();
        for _ in 0..50 {
            answers.push(one.fire(large()).await);
        }
        for answer in answers {
            assert_eq!(answer.await.unwrap().unwrap().code, 1000);
        }
        sent += 50;
    }
    one.send(Target::User(3), "hello").await;
    assert_eq!(three.next_message().await.1.text.as_deref(), Some("hello"));
    let status = loop {
        match slow.next().await {
            Received::Notification(told) if told.close_status.is_some() => break told.close_status,
            Received::Notification(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(status, Some(400));
}
