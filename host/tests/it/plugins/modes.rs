//! A version that decides nothing, or for some of the users only, beside the one that ran before.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use talaria::config::Config;
use talaria_client::{
    Target,
    proto::{QueryMessageAttachmentInfosRequest, turms_request::Kind},
};

use super::relay;
use crate::support::{TestServer, User, component, component_as, component_named, eventually, soon};

/// What is refused because nobody could judge it.
const UNAVAILABLE: i32 = 1201;

async fn fixture(server: &TestServer) -> Value {
    server.admin().plugin("fixture").await.success().json()
}

/// Installs 0.2.0 of the fixture, which marks texts with ` two`.
async fn install(server: &TestServer, mode: &str) -> Value {
    let query = format!("mode={mode}&config=%7B%22tag%22%3A%22%20two%22%7D");
    install_by(server, &query, component_as("fixture", "0.2.0")).await
}

async fn install_by(server: &TestServer, query: &str, component: Vec<u8>) -> Value {
    server.admin().send(Method::POST, &format!("/v1/plugins?{query}"), component).await.success().json()
}

async fn set_mode(server: &TestServer, mode: Value) -> Value {
    server.admin().put("/v1/plugins/fixture/mode", &mode).await.success().json()
}

/// A server where 0.1.0 of the fixture marks texts with ` one`.
async fn with_first() -> (TestServer, User, User) {
    let server = TestServer::builder().plugin("fixture").start().await;
    server.admin().configure_plugin("fixture", &json!({"tag": " one"})).await.success();
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_is_counted_and_does_nothing() {
    let (mut server, one, mut two) = with_first().await;
    let status = install(&server, "shadow").await;
    assert_eq!((&status["mode"]["kind"], &status["beside_version"]), (&json!("shadow"), &json!("0.1.0")));
    assert_eq!(relay(&one, &mut two, "it is").await, "it is one");
    assert_eq!(one.try_send(Target::User(2), "!deny 20001 no").await.code, 20_001, "the version beside it decides");
    let would_have = fixture(&server).await["would_have"].clone();
    assert_eq!((&would_have["changed"], &would_have["denied"]), (&json!(1), &json!(1)), "{would_have}");

    drop((one, two));
    server.restart().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "it is").await, "it is one", "also after a restart");
    assert_eq!(fixture(&server).await["mode"]["kind"], "shadow");

    let status = set_mode(&server, json!({"kind": "full"})).await;
    assert_eq!((&status["mode"]["kind"], &status["beside_version"]), (&json!("full"), &Value::Null));
    assert_eq!(relay(&one, &mut two, "it is").await, "it is two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_has_nothing_done_and_observes_nothing() {
    let server = TestServer::start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    install(&server, "shadow").await;
    assert_eq!(relay(&one, &mut two, "alone").await, "alone", "there is no version beside it");
    // What a message asks of it is done in a filter and in an observer.
    server.admin().configure_plugin("fixture", &json!({"record": true})).await.success();
    assert_eq!(relay(&one, &mut two, "recorded").await, "recorded");
    assert_eq!(fixture(&server).await["mode"]["kind"], "shadow", "another configuration is in shadow as well");
    set_mode(&server, json!({"kind": "full"})).await;
    eventually("it observes now", async || {
        let seen = relay(&one, &mut two, "!get seen/message.persisted/0").await;
        assert!(!seen.contains("recorded"), "what happened while it was in shadow: {seen}");
        seen.contains("user:2")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_decides_for_some_users_and_always_the_same() {
    let (mut server, one, two) = with_first().await;
    drop((one, two));
    let status = install(&server, "canary-30").await;
    assert_eq!(status["mode"], json!({"kind": "canary", "percent": 30}));
    let chosen = async |server: &TestServer| {
        let mut listener = server.tcp(100).await;
        let mut chosen = Vec::new();
        for id in 1..=40 {
            let sender = server.ws(id).await;
            match relay(&sender, &mut listener, "it is").await.as_str() {
                "it is one" => {}
                "it is two" => chosen.push(id),
                other => panic!("{other}"),
            }
        }
        chosen
    };
    let first = chosen(&server).await;
    assert!((4..=20).contains(&first.len()), "{first:?}");
    server.restart().await;
    assert_eq!(chosen(&server).await, first, "also after a restart");
    set_mode(&server, json!({"kind": "canary", "percent": 60})).await;
    let more = chosen(&server).await;
    assert!(more.len() > first.len() && first.iter().all(|id| more.contains(id)), "{first:?} {more:?}");
    server.admin().roll_back_plugin("fixture", &Value::Null).await.success();
    assert_eq!(chosen(&server).await, Vec::<i64>::new(), "rolled back for all");
    assert_eq!(fixture(&server).await["mode"]["kind"], "full");
}

/// Lets the fixture fail until it is taken back.
async fn break_it(server: &TestServer, one: &User, two: &mut User) {
    for _ in 0..3 {
        relay(one, two, "!panic").await;
    }
    eventually("it is taken back", async || !fixture(server).await["rolled_back"].is_null()).await;
}

/// Few failures are too many.
fn strict(config: &mut Config) {
    config.plugins.breaker_failures = 3;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_replaces_another_and_fails_leaves_it_to_who_decided() {
    for is_another_version in [false, true] {
        let server = TestServer::builder().config(strict).plugin("fixture").start().await;
        server.admin().configure_plugin("fixture", &json!({"tag": " one"})).await.success();
        let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
        install(&server, "shadow").await;
        if is_another_version {
            install_by(&server, "mode=canary-1", component_as("fixture", "0.3.0")).await;
            set_mode(&server, json!({"kind": "shadow"})).await;
        } else {
            server.admin().configure_plugin("fixture", &json!({"tag": " three"})).await.success();
        }
        assert_eq!(relay(&one, &mut two, "it is").await, "it is one");
        break_it(&server, &one, &mut two).await;
        assert_eq!(relay(&one, &mut two, "it is").await, "it is one", "not what never decided anything");
        let status = fixture(&server).await;
        assert_eq!((&status["running_version"], &status["mode"]["kind"]), (&json!("0.1.0"), &json!("full")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_without_another_version_stays_one_when_its_next_fails() {
    let server = TestServer::builder().config(strict).start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    install(&server, "shadow").await;
    server.admin().configure_plugin("fixture", &json!({"tag": " three"})).await.success();
    break_it(&server, &one, &mut two).await;
    assert_eq!(fixture(&server).await["mode"]["kind"], "shadow");
    assert_eq!(relay(&one, &mut two, "it is").await, "it is", "nobody decides");
    set_mode(&server, json!({"kind": "full"})).await;
    assert_eq!(relay(&one, &mut two, "it is").await, "it is two", "what it was before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_goes_to_the_version_that_decides() {
    let (server, one, mut two) = with_first().await;
    install(&server, "shadow").await;
    install_by(&server, "mode=shadow", component_as("fixture", "0.3.0")).await;
    server.admin().roll_back_plugin("fixture", &Value::Null).await.success();
    assert_eq!(relay(&one, &mut two, "it is").await, "it is one");
    assert_eq!(fixture(&server).await["running_version"], "0.1.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_that_of_who_decides() {
    // One refuses what it fails at, the other lets it pass.
    let server = TestServer::builder().plugin("narrow").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    install_by(&server, "mode=shadow", component_named("panics", "narrow")).await;
    assert_eq!(one.try_send(Target::Group(1), "! broken").await.code, UNAVAILABLE);
    two.hears_nothing().await;

    let server = TestServer::builder().plugin("panics").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    install_by(&server, "mode=shadow", component_named("narrow", "panics")).await;
    one.send(Target::Group(1), "! broken").await;
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("! broken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_answer_is_that_of_who_decides() {
    let (server, one, _two) = with_first().await;
    let answers = json!({"query_message_attachment_infos_request": [255]});
    server.admin().configure_plugin("fixture", &json!({ "answers": answers })).await.success();
    install(&server, "shadow").await;
    let attachments = Kind::QueryMessageAttachmentInfosRequest(QueryMessageAttachmentInfosRequest::default());
    assert_eq!(one.code(attachments).await, UNAVAILABLE);
    let status = fixture(&server).await;
    assert_eq!((&status["beside_version"], &status["faults"]), (&json!("0.1.0"), &json!(0)), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_moves_no_plugin_in_the_order() {
    let server = TestServer::builder().plugin("narrow").start().await;
    let tag = json!({"tag": " patched"});
    server.admin().install_plugin_with(component_named("fixture", "patcher"), &tag).await.success();
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    for is_tried in [false, true] {
        if is_tried {
            install_by(&server, "mode=shadow", component_named("panics", "narrow")).await;
        }
        one.send(Target::Group(1), "! it is").await;
        assert_eq!(two.next_message().await.1.text.as_deref(), Some("! it is patched (judged)"), "{is_tried}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_are_those_of_who_answers() {
    let other = || component_named("fixture", "errands");
    for (first, mode, tried) in
        [(component("errands"), "canary-50", other()), (other(), "shadow", component("errands"))]
    {
        let server = TestServer::start().await;
        server.admin().install_plugin(first).await.success();
        install_by(&server, &format!("mode={mode}"), tried).await;
        let answer = soon("an answer", Client::new().get(server.route("/errands/public/a")).send()).await.unwrap();
        assert_eq!(answer.status(), 404, "{mode}");
        assert_eq!(server.admin().plugin("errands").await.success().json()["faults"], 0, "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_modes_are_refused() {
    let server = TestServer::builder().plugin("fixture").plugin("counter").start().await;
    let answer = server.admin().put("/v1/plugins/fixture/mode", &json!({"kind": "canary", "percent": 0})).await;
    assert!(answer.status.as_u16() == 400 && answer.text.contains("no percentage"), "{}", answer.text);
    let answer = server.admin().put("/v1/plugins/counter/mode", &json!({"kind": "shadow"})).await;
    assert!(answer.status.as_u16() == 409 && answer.text.contains("serial"), "{}", answer.text);
    let answer = server.admin().put("/v1/plugins/nobody/mode", &json!({"kind": "full"})).await;
    assert_eq!(answer.status.as_u16(), 404);
}
