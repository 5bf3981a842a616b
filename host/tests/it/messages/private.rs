//! Messages between two users.

use talaria_client::Target;

use crate::support::TestServer;

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
