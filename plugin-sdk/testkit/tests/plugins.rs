//! The kit, with plugins of this repository. `cargo xtask plugins` builds them first.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use talaria_testkit::{
    Authentication, BeforeSend, Comparison, LogSource, Recording, ScriptedRequest, ScriptedResponse, TestPlugin,
    Verdict, to_group, to_user,
};

fn component(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    target.join("plugins").join(format!("{name}.wasm"))
}

fn fixture() -> talaria_testkit::Builder {
    TestPlugin::builder(component("fixture"))
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_are_those_of_the_component() {
    let plugin =
        fixture().config(json!({"tag": "!", "deny_login": [7], "tokens": {"5": "open"}})).start().await.unwrap();
    assert_eq!(plugin.message_before_send(1, to_user(2, "hello")).await.text(), Some("hello!"));
    assert_eq!(plugin.message_before_send(1, to_group(1, "!deny 20001 no")).await, BeforeSend::deny(20_001, "no"));
    assert_eq!(plugin.message_before_send(1, to_user(2, "!drop")).await, BeforeSend::Drop);
    assert!(matches!(plugin.message_before_send(1, to_user(2, "!hold 5 why")).await, BeforeSend::Hold(_)));
    assert_eq!(plugin.message_before_send(1, to_user(2, "!log hi")).await, BeforeSend::Continue);
    assert!(matches!(plugin.before_login(7).await, Verdict::Deny(_)));
    assert_eq!(plugin.authenticate(5, "open").await, Authentication::Accept);
    assert_eq!(plugin.authenticate(6, "open").await, Authentication::BuiltIn);
    assert_eq!(plugin.logs().await.unwrap().last().map(|line| line.text.as_str()), Some("hi"));
    assert_eq!(plugin.messages(), []);
    plugin.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_observed_and_answered() {
    let plugin = fixture().account(3).config(json!({"record": true})).start().await.unwrap();
    let id = plugin.send(1, to_user(2, "hello")).await.unwrap();
    plugin.observed().await.unwrap();
    let kept = plugin.kv("seen/message.persisted/0").await.unwrap().unwrap();
    assert_eq!(String::from_utf8(kept).unwrap(), format!("{id} 1 user:2 hello"));
    let refused = plugin.send(1, to_user(2, "!deny 20001 no")).await.unwrap_err();
    assert_eq!((refused.code, refused.text.as_str()), (Some(20_001), "no"));
    plugin.send(1, to_group(1, "!more")).await.unwrap();
    let messages = plugin.until_messages(3).await.unwrap();
    assert_eq!((messages[0].sender, messages[2].sender), (1, 3), "{messages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_start_says_why() {
    let failed = fixture().config(json!({"fail_start": true})).start().await;
    assert!(failed.err().unwrap().to_string().contains("fail_start"));
    let missing = fixture().grants(&["log"]).start().await;
    assert!(missing.err().unwrap().to_string().contains("messages-as-any"));
}

#[tokio::test(flavor = "multi_thread")]
async fn state_crosses_a_swap() {
    let counter = std::fs::read(component("counter")).unwrap();
    let plugin = TestPlugin::of_bytes(counter.clone()).start().await.unwrap();
    assert_eq!(plugin.message_before_send(1, to_user(2, "which")).await.text(), Some("1"));
    plugin.swap(counter).await.unwrap();
    assert_eq!(plugin.message_before_send(1, to_user(2, "which")).await.text(), Some("2"));
    plugin.configure(json!({"fail_restore": true})).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_answered_by_the_test() {
    let answer = |request: ScriptedRequest| {
        (request.url == "http://api.example.com/a").then(|| ScriptedResponse {
            status: 200,
            headers: Vec::new(),
            body: b"from the test".to_vec(),
        })
    };
    let plugin = fixture().http(&["api.example.com"], answer).secret("token", "abc").start().await.unwrap();
    let ask = async |url: &str| {
        let verdict = plugin.message_before_send(1, to_user(2, &format!("?fetch {url}"))).await;
        verdict.text().unwrap_or_default().to_owned()
    };
    assert!(ask("http://api.example.com/a").await.contains("from the test"));
    assert!(!ask("http://api.example.com/b").await.contains("from the test"));
    assert!(!ask("http://other.example.com/a").await.contains("from the test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crate_under_test_is_built() {
    let plugin = TestPlugin::of_crate(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/testing/noop"));
    let plugin = plugin.start().await.unwrap();
    assert_eq!(plugin.message_before_send(1, to_user(2, "hello")).await, BeforeSend::Continue);
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_are_asked_and_jobs_are_run_by_the_clock() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    // The first is refused for now.
    let gateway = move |_: ScriptedRequest| {
        let status = if count.fetch_add(1, Ordering::Relaxed) == 0 { 503 } else { 200 };
        Some(ScriptedResponse { status, headers: Vec::new(), body: Vec::new() })
    };
    let plugin = TestPlugin::builder(component("push"))
        .config(json!({"generic": {"url": "http://push.example.com"}}))
        .secret("signing", "a key")
        .http(&["push.example.com"], gateway)
        .start()
        .await
        .unwrap();
    let token = json!({"platform": "fcm", "token": "a"}).to_string();
    assert_eq!(plugin.ask(2, "POST", "/tokens", token).await.unwrap().status, 201);
    plugin.send(1, to_user(2, "hello")).await.unwrap();
    until(|| requests.load(Ordering::Relaxed) == 1).await;
    // The pause begins when the attempt has failed, which is a moment after the request.
    until(|| {
        plugin.advance(1000);
        requests.load(Ordering::Relaxed) == 2
    })
    .await;
    let counts = async || {
        let answer = plugin.ask(0, "GET", "/counts", "").await.unwrap();
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    assert_eq!(counts().await, json!({"users": 1, "devices": 1}));
    plugin.advance(91 * DAY);
    assert_eq!(counts().await, json!({"users": 0, "devices": 0}), "it was not registered again");
    let faults: Vec<_> =
        plugin.logs().await.unwrap().into_iter().filter(|line| line.source == LogSource::Fault).collect();
    assert!(faults.is_empty(), "the gateway's are not the plugin's: {faults:?}");
}

async fn until(is_so: impl Fn() -> bool) {
    let done = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), done).await.expect("it comes to that");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_a_test_at_its_own_time() {
    let call = |date: i64, text: &str, answer: Value| {
        json!({
            "format": 1, "date": date, "plugin": "fixture", "version": "0.0.9", "hook": "message.before-send",
            "arguments": {
                "ctx": {"origin": "client", "actor": 1, "device": null, "ip": null, "node": 0, "trace-id": null,
                        "deadline-ms": 50, "hop": 0, "idempotency-key": null, "attributes": []},
                "draft": {"sender": 1, "target": {"user": 2}, "text": text, "records": [], "burn-after": null,
                          "forwarded-from": null, "attributes": []},
            },
            "answer": answer, "micros": 40,
        })
    };
    let tagged = json!({"patch": {"text": "hello!", "records": null, "burn-after": null}});
    let lines = [call(5_000, "hello", tagged), call(9_000, "!drop", json!("continue"))];
    let recording = Recording::read(&lines.map(|line| line.to_string()).join("\n")).unwrap();
    let plugin = fixture().config(json!({"tag": "!"})).start().await.unwrap();
    let replay = plugin.replay(&recording).await.unwrap();
    assert_eq!(replay.counts(), (1, 1, 0), "{replay}");
    let different = Comparison::Different { then: Some(json!("continue")), now: json!("drop") };
    assert_eq!(replay.tried[1].comparison, different);
    assert!(!replay.is_same());
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_on_a_disk() {
    let plugin = TestPlugin::builder(component("errands")).start().await.unwrap();
    let ask = async |lines: &str| {
        let answer = plugin.ask(1, "POST", "/public/objects", lines).await.unwrap();
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    assert_eq!(ask("put\npictures\na/1\nimage/png\ndata").await, "Error::NoBucket");
    let object = plugin.upload("pictures", "a/1", "data", "image/png").await.unwrap();
    assert_eq!(ask("head\npictures\na/1").await, "ok\na/1 4 image/png");
    assert_eq!(ask("put\npictures\na/1\nimage/gif\nother").await, "ok\na/1 5 image/gif");
    let (changed, data) = plugin.object("pictures", "a/1").await.unwrap().unwrap();
    assert_eq!((changed.media_type.as_str(), data.as_slice()), ("image/gif", b"other".as_slice()));
    assert_ne!(changed.etag, object.etag);
    assert!(
        ask("presign-get\npictures\na/1\n60\nn.png")
            .await
            .contains("/objects/pictures/a/1?expires=1767225660&name=n.png")
    );
    assert_eq!(plugin.object("pictures", "b").await.unwrap(), None);
}
