//! What plugins send, change and read.

use talaria::config::Config;
use talaria_client::{MessageQuery, Target, proto::turms_request::Kind};

use super::relay;
use crate::support::{TestServer, User, eventually};

/// The fixture's account.
const BOT: i64 = 90;
/// Plugins that a message may come through.
const HOP_LIMIT: usize = 4;

fn with_account(config: &mut Config) {
    config.plugins.accounts.insert("fixture".into(), BOT);
}

async fn with_fixture(change: impl FnOnce(&mut Config)) -> (TestServer, User, User) {
    let server = TestServer::builder().config(change).plugin("fixture").start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

/// What the fixture's observer has kept of what it did.
async fn done(one: &User, two: &mut User) -> String {
    let mut kept = String::new();
    eventually("the observer has done it", async || {
        kept = relay(one, two, "!get done").await;
        kept != "nothing"
    })
    .await;
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_sends_after_its_call() {
    let (server, one, mut two) = with_fixture(with_account).await;
    let mut five = server.ws(5).await;
    assert_eq!(relay(&one, &mut two, "?say 5 good morning").await, "Ok(None)");
    let (sender, message) = five.next_message().await;
    assert_eq!((sender, message.text.as_deref()), (BOT, Some("good morning")));
    assert!(message.message_id.is_some() && message.is_system_message != Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_waits_for_what_it_sends() {
    let (_server, one, mut two) = with_fixture(with_account).await;
    let mut one = one;
    assert_eq!(relay(&one, &mut two, "!reply at your service").await, "!reply at your service");
    let (sender, answer) = one.next_message().await;
    assert_eq!((sender, answer.text.as_deref()), (BOT, Some("at your service")));
    let id = answer.message_id.expect("it is stored");
    assert_eq!(done(&one, &mut two).await, format!("Ok(Some({id}))"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_changes_what_it_has_sent() {
    let (_server, one, mut two) = with_fixture(with_account).await;
    let mut one = one;
    relay(&one, &mut two, "!edit something else").await;
    assert_eq!(one.next_message().await.1.text.as_deref(), Some("something"));
    let news = one.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    let Some(Kind::UpdateMessageRequest(edit)) = news else { panic!("{news:?}") };
    assert_eq!(edit.text.as_deref(), Some("something else"));
    let kept = one.query(MessageQuery { from: vec![BOT], ..MessageQuery::default() }).await;
    assert_eq!(kept.iter().map(|message| message.text.as_deref()).collect::<Vec<_>>(), [Some("something else")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_sends_meets_the_same_filters_and_rules() {
    let (server, one, mut two) = with_fixture(with_account).await;
    let mut five = server.ws(5).await;
    relay(&one, &mut two, "?say 5 !patch better words").await;
    assert_eq!(five.next_message().await.1.text.as_deref(), Some("better words"));
    relay(&one, &mut two, "?say 5 !deny 20001 no").await;
    five.hears_nothing().await;

    relay(&one, &mut two, "!reply !deny 20001 not in this tone").await;
    let refused = done(&one, &mut two).await;
    assert!(refused.starts_with("Err(Error::Denied(") && refused.contains("not in this tone"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_answers_ends() {
    let (_server, one, mut two) = with_fixture(with_account).await;
    // The observer answers each as it comes, its own too.
    one.send(Target::User(2), "!again").await;
    for n in 0..=HOP_LIMIT {
        let (sender, message) = two.next_message().await;
        assert_eq!((sender, message.text.as_deref()), (if n == 0 { 1 } else { BOT }, Some("!again")));
    }
    assert_eq!(done_at_last(&one, &mut two, "HopLimit").await, "Err(Error::HopLimit)");
    // So does the filter.
    one.send(Target::User(2), "!more").await;
    for _ in 0..=HOP_LIMIT {
        assert_eq!(two.next_message().await.1.text.as_deref(), Some("!more"));
    }
    two.hears_nothing().await;
}

async fn done_at_last(one: &User, two: &mut User, word: &str) -> String {
    let mut kept = String::new();
    eventually("the chain has come to its end", async || {
        kept = relay(one, two, "!get done").await;
        kept.contains(word)
    })
    .await;
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_nothing_is_sent() {
    let (_server, one, mut two) = with_fixture(|_| {}).await;
    assert_eq!(relay(&one, &mut two, "?say 2 hello").await, "Err(Error::NoAccount)");
    assert_eq!(relay(&one, &mut two, "?history 2 0 9").await, "Error::NoAccount");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_sends_as_others_by_a_grant_of_its_own() {
    let (server, one, mut two) = with_fixture(|_| {}).await;
    let mut five = server.ws(5).await;
    assert_eq!(relay(&one, &mut two, "?sayas 7 5 in his name").await, "Ok(None)");
    assert_eq!(five.next_message().await.0, 7);
    // There is no such user, which is found out after the call.
    assert_eq!(relay(&one, &mut two, "?sayas 5555 5 in nobody's name").await, "Ok(None)");
    five.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_read_page_by_page_as_far_as_one_may_see_it() {
    let (server, one, mut two) = with_fixture(with_account).await;
    let mut five = server.ws(5).await;
    for n in 1..=3 {
        relay(&one, &mut two, &format!("?say 5 number {n}")).await;
        five.next_message().await;
    }
    assert_eq!(relay(&one, &mut two, "?history 5 0 2").await, "1 90 number 1, 2 90 number 2");
    assert_eq!(relay(&one, &mut two, "?history 5 2 2").await, "3 90 number 3");
    assert_eq!(relay(&one, &mut two, "?history 6 0 2").await, "");
    assert_eq!(relay(&one, &mut two, "?historyas 5 90 2 9").await, "3 90 number 3");
    assert!(relay(&one, &mut two, "?historyas 5555 90 0 9").await.starts_with("Error::Refused("));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_meets_its_limit() {
    let few = |config: &mut Config| {
        with_account(config);
        config.plugins.messages_per_second = 1;
    };
    let (_server, one, mut two) = with_fixture(few).await;
    assert_eq!(relay(&one, &mut two, "?say 5 one").await, "Ok(None)");
    assert_eq!(relay(&one, &mut two, "?say 5 two").await, "Ok(None)");
    assert_eq!(relay(&one, &mut two, "?say 5 three").await, "Err(Error::TooMany)");
}
