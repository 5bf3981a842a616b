//! What plugins are asked and answer, recorded in a server and tried on a desk.

use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::Client;
use serde_json::{Value, json};
use talaria::desk::{Comparison, Desk, DeskSettings, Recording, Replay};
use talaria_client::{
    Target,
    proto::{
        CreateSessionRequest, DeviceType, UpdateMessageRequest, UpdateTypingStatusRequest, UpdateUserRequest,
        turms_request::Kind,
    },
};
use tokio::task::JoinSet;

use super::relay;
use crate::support::{TestServer, component, component_as, component_named, eventually, request};

/// Somebody who records, until dropped.
pub(super) struct Recorded {
    text: Arc<Mutex<String>>,
    task: JoinSet<()>,
}

impl Recorded {
    pub(super) async fn begin(server: &TestServer, plugin: &str, query: &str) -> Self {
        let mut response = server.admin().open(&format!("/v1/plugins/{plugin}/recording{query}")).await;
        let text = Arc::<Mutex<String>>::default();
        let heard = Arc::clone(&text);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                heard.lock().push_str(std::str::from_utf8(&chunk).expect("JSON is text"));
            }
        });
        Self { text, task }
    }

    fn text(&self) -> String {
        self.text.lock().clone()
    }

    /// Waits for a call of each of the hooks.
    pub(super) async fn until(&self, hooks: &[&str]) {
        let called = |hook: &str| self.text().contains(&format!("\"hook\":\"{hook}\""));
        for hook in hooks {
            eventually(&format!("{hook} is recorded"), async || called(hook)).await;
        }
    }

    /// Waits for so many calls of a hook.
    pub(super) async fn until_count(&self, hook: &str, count: usize) {
        let named = format!("\"hook\":\"{hook}\"");
        eventually(&format!("{hook} is recorded {count} times"), async || {
            self.text().matches(&named).count() >= count && self.text().ends_with('\n')
        })
        .await;
    }

    pub(super) fn mentions(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// What there is of whole lines.
    pub(super) fn recording(&self) -> Recording {
        let text = self.text();
        Recording::read(&text[..=text.rfind('\n').expect("there is a line")]).expect("it can be read back")
    }
}

async fn try_out(recording: &Recording, component: Vec<u8>, configuration: &Value) -> Replay {
    let settings = DeskSettings {
        component,
        configuration: Some(configuration.clone()),
        ..DeskSettings::for_recording(recording)
    };
    let desk = Box::pin(Desk::open(settings)).await.expect("the plugin runs");
    let replay = desk.replay(recording).await.expect("it is tried");
    desk.close().await;
    replay
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_answered_the_same_by_the_same_component() {
    let server = TestServer::builder().plugin("errands").plugin("witness").start().await;
    let decisions = json!({"message.before-edit": "edited", "typing.before-send": "deny"});
    server.admin().install_plugin_with(component("judge"), &decisions).await.success();
    let errands = Recorded::begin(&server, "errands", "").await;
    let judge = Recorded::begin(&server, "judge", "").await;
    let witness = Recorded::begin(&server, "witness", "").await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let id = one.send(Target::User(2), "hello").await;
    two.next_message().await;
    let edit = UpdateMessageRequest { message_id: id, text: Some("other".into()), ..UpdateMessageRequest::default() };
    one.code(Kind::UpdateMessageRequest(edit)).await;
    one.code(Kind::UpdateTypingStatusRequest(UpdateTypingStatusRequest { to_id: 2, ..Default::default() })).await;
    assert_eq!(one.client().custom("echo", vec![0, 255]).await.unwrap(), [255, 0]);
    one.send(Target::User(2), "/errand 'two words'").await;
    let asked = Client::new().post(server.route("/errands/public/a?b")).body("body").send().await;
    assert!(asked.is_ok_and(|answer| answer.status().is_success()));
    errands.until(&["message.before-send", "request.custom", "command.run", "http.handle", "timer.fired"]).await;
    judge.until(&["message.before-send", "message.before-edit", "typing.before-send", "connection.before-open"]).await;
    witness.until(&["message.persisted", "session.opened", "message.edited"]).await;
    for (recorded, name, configuration) in
        [(&errands, "errands", json!({})), (&judge, "judge", decisions), (&witness, "witness", json!({}))]
    {
        let recording = recorded.recording();
        let replay = try_out(&recording, component(name), &configuration).await;
        assert!(replay.is_same(), "{replay}");
        assert_eq!((replay.tried.len(), replay.missed), (recording.calls.len(), 0));
    }
    let of = |recorded: &Recorded, hook: &str| {
        let calls = recorded.recording().calls.into_iter();
        calls.map(|(_, call)| call).find(|call| call.hook == hook).expect("it was called")
    };
    let edit = of(&judge, "message.before-edit");
    assert_eq!(edit.arguments["message"]["text"], "hello");
    assert_eq!(edit.arguments["ctx"]["origin"], "client");
    assert_eq!(edit.answer, Some(json!({"patch": {"text": "edited", "records": null}})));
    let custom = of(&errands, "request.custom");
    assert_eq!(custom.arguments["request"]["payload"], json!({"hex": "00ff"}));
    assert_eq!(of(&witness, "message.persisted").answer, Some(json!({"ok": null})));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_and_what_failed_is_shown() {
    let server = TestServer::builder().plugin("fixture").start().await;
    server.admin().configure_plugin("fixture", &json!({"tag": "!"})).await.success();
    let recorded = Recorded::begin(&server, "fixture", "?hooks=message.before-send,message.edited").await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    relay(&one, &mut two, "hello").await;
    relay(&one, &mut two, "!panic").await;
    relay(&one, &mut two, "!log same").await;
    recorded.until(&["message.before-send"]).await;
    eventually("all calls are recorded", async || recorded.text().lines().count() == 3).await;
    let recording = recorded.recording();
    let (_, failed) = &recording.calls[1];
    let fault = failed.fault.as_ref().expect("it panicked");
    assert!(failed.answer.is_none() && fault.kind == "trap" && fault.text.contains("panics because"), "{fault:?}");

    let replay = try_out(&recording, component_as("fixture", "0.2.0"), &json!({"tag": "?"})).await;
    assert_eq!(replay.counts(), (1, 1, 1), "{replay}");
    let shown = replay.to_string();
    assert!(shown.contains("  - patch.text: \"hello!\"\n  + patch.text: \"hello?\"\n"), "{shown}");
    assert!(shown.contains("failed: trap: ") && shown.contains("3 calls of 0.1.0, tried on 0.2.0"), "{shown}");

    let replay = try_out(&recording, component("noop"), &json!({})).await;
    assert_eq!(replay.counts(), (1, 2, 0), "{replay}");
    let Comparison::Different { then: None, now } = &replay.tried[1].comparison else { panic!("{replay}") };
    assert_eq!(now, "continue");
    let replay = try_out(&recording, component("log-flood"), &json!({})).await;
    assert!(!replay.is_same(), "{replay}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_the_component_lacks_is_told() {
    let server = TestServer::builder().plugin("errands").start().await;
    let recorded = Recorded::begin(&server, "errands", "?hooks=timer.fired").await;
    recorded.until(&["timer.fired"]).await;
    let replay = try_out(&recorded.recording(), component("noop"), &json!({})).await;
    assert!(!replay.is_same() && replay.tried.is_empty());
    assert!(replay.to_string().contains("calls of timer.fired were not made: the component does not handle it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_not_recorded() {
    let server = TestServer::builder().plugin("fixture").plugin("errands").start().await;
    server.admin().configure_plugin("fixture", &json!({"tokens": {"7": "open-sesame"}})).await.success();
    let recorded = Recorded::begin(&server, "fixture", "").await;
    let errands = Recorded::begin(&server, "errands", "").await;
    let mut guest = server.guest_tcp().await;
    let login = CreateSessionRequest { password: Some("open-sesame".into()), ..request::login(7, DeviceType::Desktop) };
    assert_eq!(guest.request(Kind::CreateSessionRequest(login)).await.code(), 1000);
    let one = server.ws(1).await;
    let change = UpdateUserRequest { password: Some("open-sesame".into()), ..UpdateUserRequest::default() };
    one.code(Kind::UpdateUserRequest(change)).await;
    let public = Client::new().get(server.route("/errands/public")).bearer_auth("open-sesame").send().await;
    assert!(public.is_ok());
    recorded.until(&["auth.authenticate", "request.before"]).await;
    errands.until(&["http.handle"]).await;
    let both = recorded.text() + &errands.text();
    assert!(both.contains("\"password\":\"***\""), "{both}");
    // The plugin's own answer repeats the header: what it says is its own.
    let calls = errands.recording().calls;
    let (_, call) = calls.iter().find(|(_, call)| call.hook == "http.handle").unwrap();
    assert!(!json!(call.arguments).to_string().contains("open-sesame"), "{call:?}");
    assert!(!recorded.text().contains("open-sesame"), "{both}");
    let hex: String = b"open-sesame".iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!both.contains(&hex), "not within a request either: {both}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_too_slowly_is_told_what_is_lost() {
    const SENT: u64 = 200;
    let server = TestServer::builder().plugin("errands").start().await;
    let mut response = server.admin().open("/v1/plugins/errands/recording?hooks=http.handle").await;
    let body = "x".repeat(100 << 10);
    for _ in 0..SENT {
        let sent = Client::new().post(server.route("/errands/public")).body(body.clone()).send().await;
        assert!(sent.expect("the server answers").status().is_success());
    }
    let (mut text, mut counted) = (String::new(), 0);
    let mut missed = 0;
    while counted + missed < SENT {
        let chunk = crate::support::soon("more of the recording", response.chunk()).await.unwrap().expect("it goes on");
        text += std::str::from_utf8(&chunk).unwrap();
        while let Some((line, rest)) = text.split_once('\n') {
            let line: Value = serde_json::from_str(line).unwrap();
            match line["missed"].as_u64() {
                Some(lost) => missed += lost,
                None => counted += 1,
            }
            text = rest.to_owned();
        }
    }
    assert!(missed > 0 && counted > 0, "{missed} of {SENT} are lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_a_gap_in_its_place() {
    let server = TestServer::builder().plugin("errands").start().await;
    let recorded = Recorded::begin(&server, "errands", "?hooks=http.handle").await;
    for size in [1, 1 << 20, 2] {
        let sent = Client::new().post(server.route("/errands/public")).body("x".repeat(size)).send().await;
        assert!(sent.is_ok_and(|answer| answer.status().is_success()));
    }
    recorded.until_count("http.handle", 2).await;
    let recording = recorded.recording();
    assert_eq!(recording.missed, 1);
    assert_eq!(recording.calls.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_left_when_the_reader_goes() {
    let server = TestServer::start().await;
    server.admin().install_plugin(component_named("fixture", "taped-1")).await.success();
    let readers = async || {
        let metrics = server.admin().get("/metrics").await.success().text;
        let line = metrics.lines().find(|line| line.starts_with(r#"talaria_plugin_recorders{plugin="taped-1"}"#));
        line.map(|line| line.ends_with(" 1"))
    };
    assert_eq!(readers().await, None);
    let recorded = Recorded::begin(&server, "taped-1", "").await;
    assert_eq!(readers().await, Some(true));
    drop(recorded);
    eventually("nobody records", async || readers().await == Some(false)).await;

    let mut recorded = Recorded::begin(&server, "taped-1", "").await;
    server.admin().remove_plugin("taped-1").await.success();
    eventually("the recording ends with the plugin", async || recorded.task.try_join_next().is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_may_record() {
    let server = TestServer::builder().plugin("fixture").start().await;
    let path = "/v1/plugins/fixture/recording";
    assert_eq!(server.stranger_to_admin().get(path).await.status, 401);
    assert_eq!(server.admin().get("/v1/plugins/nobody/recording").await.status, 404);
    let unknown = server.admin().get(&format!("{path}?hooks=message.before-lunch")).await;
    assert!(unknown.status == 400 && unknown.text.contains("no hook `message.before-lunch`"), "{}", unknown.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_no_function_is_a_failure() {
    let line = |arguments: Value| {
        let call = json!({"format": 1, "date": 0, "plugin": "noop", "version": "1", "hook": "message.before-send",
            "arguments": arguments, "answer": "continue", "micros": 1});
        Recording::read(&call.to_string()).unwrap()
    };
    let replay = try_out(&line(json!({"ctx": {"origin": "nowhere"}})), component("noop"), &json!({})).await;
    assert_eq!(replay.counts(), (0, 0, 1));
    let shown = replay.to_string();
    assert!(shown.contains("ctx.origin is no case of client, admin, plugin, import, timer"), "{shown}");
}
