//! Read dates, as both sides see them.

use talaria_client::{
    Target,
    proto::{
        Conversations, DeviceType, QueryConversationsRequest, UpdateConversationRequest, turms_notification::data,
        turms_request::Kind,
    },
};

use crate::support::{TestServer, Transport, User};

fn read(user_id: Option<i64>, group_id: Option<i64>) -> Kind {
    let request = UpdateConversationRequest { user_id, group_id, read_date: 5, ..Default::default() };
    Kind::UpdateConversationRequest(request)
}

async fn query(user: &User, users: &[i64], groups: &[i64]) -> Conversations {
    let query =
        QueryConversationsRequest { user_ids: users.to_vec(), group_ids: groups.to_vec(), ..Default::default() };
    match user.request(Kind::QueryConversationsRequest(query)).await.data {
        Some(data::Kind::Conversations(found)) => found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_sees_how_far_was_read() {
    let server = TestServer::builder()
        .config(|config| config.notifications.private_conversation_read.contact = true)
        .start()
        .await;
    let (one, mut four) = (server.ws(1).await, server.tcp(4).await);
    let mut phone = server.user(Transport::Tcp, 1, DeviceType::Ios).await;
    assert_eq!(one.code(read(None, None)).await, 1102);
    assert_eq!(one.code(read(Some(5), None)).await, 1000, "nobody wrote, nothing is read, and no one is told");
    four.send(Target::User(1), "hello").await;
    phone.next_message().await;
    let before = query(&four, &[1], &[]).await;
    assert_eq!(before.private_conversations, []);
    assert_eq!(one.code(read(Some(4), None)).await, 1000);
    let seen = query(&four, &[1, 3], &[]).await.private_conversations;
    let [date] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((date.owner_id, date.target_id), (1, 4));
    assert!(date.read_date > 5, "the server's clock counts");
    for device in [&mut four, &mut phone] {
        match device.next_notification().await.relayed_request.and_then(|relayed| relayed.kind) {
            Some(Kind::UpdateConversationRequest(told)) => {
                assert_eq!((told.user_id, told.read_date), (Some(4), date.read_date));
            }
            other => panic!("{other:?}"),
        }
    }
    let own = query(&one, &[4], &[]).await.private_conversations;
    assert_eq!((own.len(), own[0].owner_id), (1, 4), "whoever wrote has read");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_how_far_the_others_have_read_also_after_a_restart() {
    let mut server = TestServer::start().await;
    let (one, two, five) = (server.ws(1).await, server.tcp(2).await, server.ws(5).await);
    one.send(Target::Group(1), "hello").await;
    assert_eq!(two.code(read(None, Some(1))).await, 1000);
    assert_eq!(five.code(read(None, Some(1))).await, 4003);
    assert_eq!(five.code(read(None, Some(404))).await, 4002);
    for user in [one, two, five] {
        user.hang_up().await;
    }
    server.restart().await;
    let found = query(&server.ws(3).await, &[], &[1, 404]).await;
    let [group] = &found.group_conversations[..] else { panic!("{found:?}") };
    let readers: Vec<_> = group.member_id_to_read_date.keys().copied().collect();
    assert_eq!((group.group_id, readers), (1, vec![1, 2]));
    assert_eq!(query(&server.ws(5).await, &[], &[1]).await, Conversations::default());
}
