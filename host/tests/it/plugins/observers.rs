//! What observers are told.

use std::collections::HashSet;

use serde_json::json;
use talaria_client::{
    Target,
    proto::{DeleteGroupMembersRequest, DeleteGroupRequest, UpdateMessageRequest, turms_request::Kind},
};

use crate::support::{SILENCE, TestServer, User, component, eventually};

/// Two users, and what the first has sent to the second, as the fixture records it.
struct Talk {
    one: User,
    two: User,
    sent: Vec<String>,
}

impl Talk {
    /// Nobody has logged in and nothing was sent before the fixture records.
    async fn recorded(server: &TestServer) -> Self {
        server.admin().install_plugin_with(component("fixture"), &json!({"record": true})).await.success();
        Self { one: server.ws(1).await, two: server.tcp(2).await, sent: Vec::new() }
    }

    /// Sends a text and answers what arrives.
    async fn say(&mut self, text: &str) -> String {
        let id = self.one.send(Target::User(2), text).await;
        let heard = self.two.next_message().await.1.text.unwrap_or_default();
        self.sent.push(format!("{id} 1 user:2 {heard}"));
        heard
    }

    /// What the fixture keeps under a key; asking is a message as well. `None` when it keeps nothing.
    async fn kept(&mut self, key: &str) -> Option<String> {
        // A fixture that was too slow with its record has let the question pass as it is.
        Some(self.say(&format!("!get {key}")).await).filter(|kept| kept != "nothing" && !kept.starts_with("!get"))
    }

    /// A counter of the fixture.
    async fn count(&mut self, hook: &str) -> usize {
        let count = self.kept(&format!("count/{hook}")).await;
        count.map_or(0, |count| count.parse().expect("a counter is a number"))
    }

    /// The number of messages that observers were told of, once it no longer grows by itself.
    async fn told(&mut self) -> usize {
        let mut told = 0;
        eventually("observers hear of every message", async || {
            let before = self.sent.len();
            told = self.count("message.persisted").await;
            told >= before
        })
        .await;
        tokio::time::sleep(SILENCE).await;
        self.count("message.persisted").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_once() {
    let server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    for n in 0..20 {
        talk.say(&format!("message {n}")).await;
    }
    let told = talk.told().await;
    assert_eq!(told, talk.sent.len() - 1, "all but the question itself, none of them twice");
    for (n, sent) in talk.sent.clone().into_iter().take(20).enumerate() {
        assert_eq!(talk.kept(&format!("seen/message.persisted/{n}")).await, Some(sent), "in their order");
    }

    server.ws(5).await.hang_up().await;
    eventually("the end of the session is told", async || talk.count("session.closed").await > 0).await;
    tokio::time::sleep(SILENCE).await;
    assert_eq!(talk.count("session.opened").await, 3);
    assert_eq!(talk.count("session.closed").await, 1);
    let closed = talk.kept("seen/session.closed/0").await.expect("it was counted");
    assert!(closed.starts_with("5 "), "{closed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_lost_when_the_observer_is_swapped() {
    let server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    let admin = server.admin();
    let swaps = async {
        for swap in 0..10 {
            admin.configure_plugin("fixture", &json!({"record": true, "tag": format!(" v{swap}")})).await.success();
        }
    };
    let talking = async {
        for n in 0..200 {
            talk.say(&n.to_string()).await;
        }
    };
    tokio::join!(swaps, talking);

    let sent: HashSet<String> = talk.sent.iter().cloned().collect();
    let mut missing = sent.clone();
    for n in 0.. {
        let mut told = None;
        eventually(&format!("event {n}"), async || {
            told = talk.kept(&format!("seen/message.persisted/{n}")).await;
            told.is_some()
        })
        .await;
        let told = told.expect("it is there");
        missing.remove(&told);
        // Events keep their order, even those that are told again; the first question comes after all that is expected.
        if !sent.contains(&told) {
            break;
        }
    }
    assert!(missing.is_empty(), "never told of: {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_it_was_off_is_told_afterwards() {
    let mut server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    talk.say("before").await;
    let told = talk.told().await;
    // The last question is a message as well.
    let waiting = async || server.admin().plugin("fixture").await.json()["lag"]["waiting"].clone();
    eventually("all is taken", async || waiting().await == 0).await;
    server.admin().disable_plugin("fixture").await.success();
    for n in 0..5 {
        talk.say(&format!("meanwhile {n}")).await;
    }
    let status = server.admin().plugin("fixture").await.json();
    assert!(status["lag"]["waiting"].as_i64().is_some_and(|waiting| waiting >= 5), "{status}");
    drop(talk);
    server.restart().await;
    server.admin().enable_plugin("fixture").await.success();
    let mut talk = Talk { one: server.ws(1).await, two: server.tcp(2).await, sent: Vec::new() };
    let mut meanwhile = Vec::new();
    for n in told.. {
        let mut heard = None;
        eventually("the plugin is told", async || {
            heard = talk.kept(&format!("seen/message.persisted/{n}")).await;
            heard.is_some()
        })
        .await;
        let heard = heard.unwrap_or_default();
        meanwhile.extend(heard.rsplit_once("meanwhile ").map(|(_, number)| number.to_owned()));
        if meanwhile.len() == 5 {
            break;
        }
    }
    assert_eq!(meanwhile, ["0", "1", "2", "3", "4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_told_again_of_what_happened_lately() {
    let server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    for n in 0..5 {
        talk.say(&format!("message {n}")).await;
    }
    let told = talk.told().await;
    let admin = server.admin();
    let answer = admin.post("/v1/plugins/fixture/replay", &json!({"seconds": 3600})).await.success().json();
    assert!(answer["from"].is_i64(), "{answer}");
    eventually("all is told again", async || talk.count("message.persisted").await >= 2 * told).await;
    let mut of_the_first = 0;
    for n in 0..2 * told {
        let heard = talk.kept(&format!("seen/message.persisted/{n}")).await.unwrap_or_default();
        of_the_first += usize::from(heard.ends_with("message 0"));
    }
    assert_eq!(of_the_first, 2);
    assert_eq!(admin.post("/v1/plugins/nobody/replay", &json!({"seconds": 1})).await.status, 404);
    assert_eq!(admin.post("/v1/plugins/fixture/replay", &json!({})).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_passes_over_nothing_that_waits() {
    let server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    talk.say("before").await;
    let told = talk.told().await;
    let admin = server.admin();
    admin.disable_plugin("fixture").await.success();
    for n in 0..3 {
        talk.say(&format!("meanwhile {n}")).await;
    }
    admin.post("/v1/plugins/fixture/replay", &json!({"seconds": 0})).await.success();
    let status = admin.plugin("fixture").await.json();
    assert!(status["lag"]["waiting"].as_i64().is_some_and(|waiting| waiting >= 3), "{status}");
    admin.enable_plugin("fixture").await.success();
    admin.post("/v1/plugins/fixture/replay", &json!({"seconds": 0})).await.success();
    eventually("what waited is told", async || talk.count("message.persisted").await >= told + 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_was_removed_begins_anew() {
    let server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    talk.say("old").await;
    let told = talk.told().await;
    server.admin().remove_plugin("fixture").await.success();
    talk.say("unheard").await;
    server.admin().install_plugin_with(component("fixture"), &json!({"record": true})).await.success();
    talk.say("new").await;
    eventually("the plugin is told", async || talk.count("message.persisted").await > told).await;
    let mut heard = Vec::new();
    for n in told.. {
        let Some(text) = talk.kept(&format!("seen/message.persisted/{n}")).await else { break };
        heard.push(text);
        if heard.len() > 5 {
            break;
        }
    }
    assert!(heard.iter().any(|text| text.ends_with("new")), "{heard:?}");
    assert!(!heard.iter().any(|text| text.ends_with("unheard")), "{heard:?}");
}

/// Each kind of event once, in the words of the fixture.
#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_as_they_are() {
    let server = TestServer::start().await;
    let mut talk = Talk::recorded(&server).await;
    let admin = server.admin();
    admin.create_users([901]).await;
    let group = admin.create_group(1, &[1, 2]).await;
    let id = talk.one.send(Target::User(2), "first").await;
    talk.two.next_message().await;
    let edit = UpdateMessageRequest { message_id: id, text: Some("second".into()), ..Default::default() };
    assert_eq!(talk.one.code(Kind::UpdateMessageRequest(edit)).await, 1000);
    let recall = UpdateMessageRequest { message_id: id, recall_date: Some(1), ..Default::default() };
    talk.two.next_notification().await;
    assert_eq!(talk.one.code(Kind::UpdateMessageRequest(recall)).await, 1000);
    talk.two.next_notification().await;
    talk.two.next_notification().await;
    let quit = DeleteGroupMembersRequest { group_id: group, member_ids: vec![2], ..Default::default() };
    assert_eq!(talk.two.code(Kind::DeleteGroupMembersRequest(quit)).await, 1000);
    let end = DeleteGroupRequest { group_id: group, ..Default::default() };
    assert_eq!(talk.one.code(Kind::DeleteGroupRequest(end)).await, 1000);
    admin.delete("/v1/users/901").await.success();
    let expected = [
        ("user.created", "901".to_owned()),
        ("group.created", group.to_string()),
        ("member.joined", format!("{group} 1")),
        ("message.edited", format!("{id} second")),
        ("message.recalled", format!("{id} 1")),
        ("member.left", format!("{group} 2")),
        ("group.deleted", group.to_string()),
        ("user.deleted", "901".to_owned()),
    ];
    // Anew, as they have heard of the group as well.
    drop(talk);
    let mut talk = Talk { one: server.ws(1).await, two: server.tcp(2).await, sent: Vec::new() };
    for (hook, told) in expected {
        eventually(hook, async || talk.kept(&format!("seen/{hook}/0")).await.is_some()).await;
        assert_eq!(talk.kept(&format!("seen/{hook}/0")).await, Some(told), "{hook}");
    }
    assert_eq!(talk.count("member.left").await, 2, "the owner went with the group");
}
