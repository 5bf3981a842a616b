//! The plugin that looks for forbidden words.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use reqwest::Method;
use serde_json::{Value, json};
use talaria_client::{
    Target,
    proto::{CreateFriendRequestRequest, turms_request::Kind},
};
use tokio::task::JoinSet;

use super::{
    relay,
    steps::{
        Ids, Step,
        requests::{QUESTIONING, steps},
    },
};
use crate::support::{TestServer, component, eventually};

/// What users write in the steps that have texts.
const WRITTEN: [(&str, &str); 15] = [
    ("message.before-edit", "edited"),
    ("user.before-update", "Three"),
    ("relation.before-request", "it is me"),
    ("relation.before-answer", "no"),
    ("relation.before-create", "Nine"),
    ("relation.before-update", "Neun"),
    ("relation.before-group", "colleagues"),
    ("group.before-question", "who are you"),
    ("group.before-create", "chess"),
    ("group.before-update", "go"),
    ("member.before-apply", "please"),
    ("member.before-answer", "full"),
    ("member.before-invite", "come"),
    ("member.before-join", "the ninth"),
    ("member.before-profile", "second"),
];

async fn with_antispam(config: &Value) -> TestServer {
    let server = TestServer::start().await;
    server.admin().install_plugin_with(component("antispam"), config).await.success();
    server
}

async fn put(server: &TestServer, list: &str, words: &str) -> Value {
    let path = format!("/plugins/antispam/lists/{list}");
    server.admin().send(Method::PUT, &path, words.as_bytes().to_vec()).await.success().json()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_that_users_write_is_judged() {
    let words: Vec<_> = WRITTEN.iter().map(|(_, text)| *text).collect();
    let server = with_antispam(&json!({ "words": words, "reason": "No" })).await;
    let message = server.ws(1).await.send(Target::User(2), "hello").await;
    let questioning = server.admin().create_group_of(QUESTIONING, 1, &[2]).await;
    let ids: Ids = [("message", message), ("group", 1), ("questioning", questioning)].into();
    let mut judged = 0;
    for Step(hook, user, request, _) in steps() {
        if !WRITTEN.iter().any(|(written, _)| *written == hook) {
            continue;
        }
        let answer = server.ws(user).await.request(request(&ids)).await;
        let code = if hook == "message.before-edit" { 5010 } else { 1102 };
        assert_eq!((answer.code, answer.reason.as_deref()), (code, Some("No")), "{hook}");
        judged += 1;
    }
    assert_eq!(judged, WRITTEN.len());
    let users = json!({ "users": [{ "id": 501, "password": "123", "name": "Nine" }] });
    assert!(!server.admin().post("/v1/users", &users).await.status.is_success(), "user.before-create");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_mask_and_drop() {
    let lists = json!({"mild": {"words": ["heck"], "action": "mask"}, "scam": {"words": ["scam"], "action": "drop"}});
    let server = with_antispam(&json!({ "lists": lists })).await;
    let (one, mut two, mut nine) = (server.ws(1).await, server.tcp(2).await, server.ws(9).await);
    assert_eq!(one.try_send(Target::User(2), "a scam").await.code, 1000, "it looks sent");
    assert_eq!(relay(&one, &mut two, "what the H.E.C.K").await, "what the *******");
    assert_eq!(one.try_send(Target::User(2), "heck, spamword").await.code, 5010);
    let request = CreateFriendRequestRequest { recipient_id: 9, content: "heck".into(), ..Default::default() };
    assert_eq!(one.code(Kind::CreateFriendRequestRequest(request)).await, 1000);
    let told = format!("{:?}", nine.next_notification().await);
    assert!(told.contains("****") && !told.contains("heck"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_swapped_while_messages_come() {
    let server = with_antispam(&json!({})).await;
    let (is_forbidden, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let sent = Arc::new(AtomicU64::new(0));
    let mut load = JoinSet::new();
    for user in 10..14 {
        let sender = server.ws(user).await;
        let (is_forbidden, stop, sent) = (Arc::clone(&is_forbidden), Arc::clone(&stop), Arc::clone(&sent));
        load.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let before = is_forbidden.load(Ordering::SeqCst);
                let code = sender.try_send(Target::User(user + 1), "a carrot").await.code;
                let after = is_forbidden.load(Ordering::SeqCst);
                assert!(code == 1000 || code == 5010, "{code}");
                assert!(!(before && after) || code == 5010, "the list was in force");
                sent.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    // Enough words for it to take a while.
    let words: String = (0..2000).map(|n| format!("word{n}x\n")).collect();
    for _ in 0..10 {
        put(&server, "vegetables", &format!("carrot\n{words}")).await;
        is_forbidden.store(true, Ordering::SeqCst);
        let seen = sent.load(Ordering::Relaxed);
        eventually("messages come", async || sent.load(Ordering::Relaxed) > seen + 20).await;
        is_forbidden.store(false, Ordering::SeqCst);
        server.admin().delete("/plugins/antispam/lists/vegetables").await.success();
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(done) = load.join_next().await {
        done.expect("no message fails");
    }
    assert_eq!(server.admin().plugin("antispam").await.success().json()["faults"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_words_last_over_a_restart() {
    let mut server = with_antispam(&json!({})).await;
    let words: String = (0..10_000).map(|n| format!("forbidden{n}\n")).collect();
    assert_eq!(put(&server, "many", &words).await, json!({"name": "many", "words": 10_000}));
    server.restart().await;
    let one = server.ws(1).await;
    assert_eq!(one.try_send(Target::User(2), "this is For-Bidden 9999").await.code, 5010);
    assert_eq!(one.try_send(Target::User(2), "this is forbidden").await.code, 1000);
    let lists = server.admin().get("/plugins/antispam/lists").await.success().json();
    assert_eq!(lists["lists"][1], json!({"name": "many", "words": 10_000, "action": "reject", "stored": true}));
    // As many words as there may be, each unlike the others.
    let most: String = (0..15_000).map(|n| format!("{:x}abcdefgh\n", n * 7919 + 0x1000_0000)).collect();
    put(&server, "many", &most).await;
    assert_eq!(one.try_send(Target::User(2), "10000000abcdefgh").await.code, 5010);
    let refused = server.admin().send(Method::PUT, "/plugins/antispam/lists/more", most.into_bytes()).await;
    assert!(refused.status == 400 && refused.text.contains("too many words"), "{}", refused.text);
    assert_eq!(server.stranger_to_admin().get("/plugins/antispam/lists").await.status, 401);
    assert_eq!(server.admin().plugin("antispam").await.success().json()["faults"], 0);
}
