//! Typing notices.

use talaria_client::proto::{DeviceType, UpdateTypingStatusRequest, turms_request::Kind};

use crate::support::{TestServer, Transport};

fn typing(is_group_message: bool, to_id: i64) -> Kind {
    Kind::UpdateTypingStatusRequest(UpdateTypingStatusRequest { is_group_message, to_id, ..Default::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn those_in_the_conversation_hear_of_typing() {
    let server = TestServer::start().await;
    let (mut one, mut two, mut three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    let mut phone = server.user(Transport::Tcp, 1, DeviceType::Ios).await;
    assert_eq!(one.code(typing(false, 2)).await, 1000);
    let told = two.next_notification().await;
    assert_eq!(told.requester_id, Some(1));
    assert_eq!(told.relayed_request.and_then(|relayed| relayed.kind), Some(typing(false, 2)));
    assert_eq!(one.code(typing(true, 1)).await, 1000);
    for member in [&mut two, &mut three, &mut phone] {
        let told = member.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
        assert_eq!(told, Some(typing(true, 1)));
    }
    one.hears_nothing().await;
    assert_eq!(one.code(typing(false, 5)).await, 4102);
    assert_eq!(server.ws(5).await.code(typing(true, 1)).await, 4101);
    three.hears_nothing().await;
}
