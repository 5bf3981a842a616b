//! What observers are told.

use serde_json::json;

use super::{relay, with_fixture};
use crate::support::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_once() {
    let (server, one, mut two) = with_fixture().await;
    server.admin().configure_plugin("fixture", &json!({"record": true})).await.success();
    for n in 0..20 {
        relay(&one, &mut two, &format!("message {n}")).await;
    }
    server.ws(5).await.hang_up().await;
    eventually("one session opened and closed", async || {
        relay(&one, &mut two, "!get count/session.opened").await == "1"
            && relay(&one, &mut two, "!get count/session.closed").await == "1"
    })
    .await;
    let mut sent = 20;
    eventually("every stored message was told of", async || {
        let told: i64 = relay(&one, &mut two, "!get count/message.persisted").await.parse().unwrap_or(0);
        sent += 1;
        told >= 20
    })
    .await;
    assert!(sent > 20);
}
