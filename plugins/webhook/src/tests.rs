//! The plugin as the server calls it, with endpoints that answer as the test says.

use serde_json::{Value, json};
use talaria_sdk::http::{self, Request, Response, testing};
use talaria_sdk::resources::{Kind, Resource};
use talaria_sdk::{Config, Context, Message, metrics, secrets, user_created};

use super::{Webhook, endpoint};

const ONE: &str = "https://one.example/hook";
const TWO: &str = "https://two.example/hook";

fn start(config: &str) -> Webhook {
    secrets::testing::give("signing", "a key");
    Webhook::start(Config::new(config)).expect("the configuration is accepted")
}

fn both() -> Webhook {
    start(&format!(
        r#"{{"endpoints": [{{"url": "{ONE}", "events": ["message.*"]}}, {{"url": "{TWO}", "max_events": 2}}]}}"#
    ))
}

fn context() -> Context {
    Context { deadline_ms: 10_000, ..Context::default() }
}

fn messages(ids: std::ops::Range<i64>) -> Vec<Message> {
    ids.map(|id| Message { id, sender: 1, ..Message::from_text(format!("text {id}")) }).collect()
}

fn answer(url: &str, status: u16) {
    testing::answer(url, Ok(Response::new(status, "")));
}

#[test]
fn resources_are_told_as_they_are_named() {
    let plugin = start(&format!(r#"{{"endpoints": [{{"url": "{ONE}", "events": ["resource.*"]}}]}}"#));
    answer(ONE, 200);
    let picture = Resource {
        kind: Kind::UserPicture,
        id: 7.into(),
        uploader: 7,
        name: None,
        media_type: Some("image/png".into()),
        size: 5,
        creation_date: 9,
    };
    let attachment = Resource { kind: Kind::Attachment, id: "x".into(), ..picture.clone() };
    plugin.resource_uploaded(&context(), &[picture, attachment]).unwrap();
    let body: Value = serde_json::from_slice(&testing::take_requests()[0].body).unwrap();
    let expected = json!({
        "kind": "user_picture", "id": {"number": "7"}, "uploader": "7", "name": null, "media_type": "image/png",
        "size": 5, "creation_date": 9,
    });
    assert_eq!(body["events"][0]["data"], expected);
    assert_eq!(body["events"][0]["type"], "resource.uploaded");
    assert_eq!(body["events"][1]["data"]["id"], json!({"text": "x"}));
}

/// The messages that a request tells of.
fn told(request: &Request) -> Vec<String> {
    let body: Value = serde_json::from_slice(&request.body).expect("it is JSON");
    let events = body["events"].as_array().expect("there are events");
    events.iter().map(|event| event["data"]["id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn events_come_signed_and_in_their_order() {
    let plugin = both();
    answer(ONE, 200);
    answer(TWO, 204);
    plugin.message_persisted(&context(), &messages(1..4)).unwrap();
    let sent = testing::take_requests();
    let told: Vec<_> = sent.iter().map(|request| (request.url.as_str(), told(request))).collect();
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(told, [(ONE, ids(&["1", "2", "3"])), (TWO, ids(&["1", "2"])), (TWO, ids(&["3"]))]);
    let header = |name: &str| {
        let found = sent[0].headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str()).expect("it is there")
    };
    let timestamp = header("x-talaria-timestamp").parse().unwrap();
    let body = std::str::from_utf8(&sent[0].body).unwrap();
    assert_eq!(header("x-talaria-signature"), format!("sha256={}", endpoint::signature("a key", timestamp, body)));
    assert_eq!(metrics::testing::values("events_delivered_total", &[("endpoint", "two.example")]), [2.0, 1.0]);
}

#[test]
fn only_what_is_wanted_is_told() {
    let plugin = both();
    answer(TWO, 200);
    plugin.user_created(&context(), &[user_created::NewUser { user_id: 7, date: 5 }]).unwrap();
    let sent = testing::take_requests();
    assert_eq!(sent.len(), 1);
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    let event = &body["events"][0];
    assert_eq!(
        (&event["type"], &event["date"], &event["data"]["user_id"]),
        (&"user.created".into(), &5.into(), &"7".into())
    );
    assert_eq!(event["id"].as_str().unwrap().len(), 32);
}

#[test]
fn what_was_taken_is_not_sent_again_when_another_endpoint_fails() {
    let plugin = both();
    answer(ONE, 200);
    answer(TWO, 503);
    let error = plugin.message_persisted(&context(), &messages(1..3)).unwrap_err();
    assert_eq!(error, "two.example: it answers 503");
    testing::take_requests();
    answer(TWO, 200);
    // The server makes another instance, and the batch has become longer.
    both().message_persisted(&context(), &messages(1..4)).unwrap();
    let sent = testing::take_requests();
    let told: Vec<_> = sent.iter().map(|request| (request.url.as_str(), told(request).join(" "))).collect();
    assert_eq!(told, [(ONE, "3".to_owned()), (TWO, "1 2".to_owned()), (TWO, "3".to_owned())]);
    plugin.message_persisted(&context(), &messages(1..2)).unwrap();
    assert_eq!(testing::take_requests().len(), 2, "nothing is noted any more");
}

#[test]
fn an_event_has_the_same_id_when_it_is_told_again() {
    let plugin = both();
    answer(ONE, 500);
    answer(TWO, 200);
    let id = || {
        let body: Value = serde_json::from_slice(&testing::take_requests()[0].body).unwrap();
        body["events"][0]["id"].as_str().unwrap().to_owned()
    };
    let mut messages = messages(1..2);
    plugin.message_persisted(&context(), &messages).unwrap_err();
    let first = id();
    messages[0].text = Some("edited meanwhile".to_owned());
    plugin.message_persisted(&context(), &messages).unwrap_err();
    assert_eq!(id(), first);
    plugin.message_edited(&context(), &messages).unwrap_err();
    assert_ne!(id(), first);
}

#[test]
fn what_is_refused_is_dropped_unless_it_is_to_be_kept() {
    let plugin = both();
    answer(ONE, 400);
    answer(TWO, 200);
    plugin.message_persisted(&context(), &messages(1..2)).unwrap();
    assert_eq!(metrics::testing::values("events_dropped_total", &[("endpoint", "one.example")]), [1.0]);
    let keeps = start(&format!(r#"{{"endpoints": [{{"url": "{ONE}", "on_refusal": "retry"}}]}}"#));
    assert!(keeps.message_persisted(&context(), &messages(2..3)).is_err());
    testing::answer(ONE, Err(http::Error::Timeout));
    assert_eq!(both().message_persisted(&context(), &messages(3..4)).unwrap_err(), "one.example: Error::Timeout");
}

#[test]
fn no_request_is_begun_that_the_call_may_not_live_to_see_the_end_of() {
    let plugin = both();
    answer(ONE, 200);
    let short = Context { deadline_ms: 2000, ..context() };
    assert!(plugin.message_persisted(&short, &messages(1..2)).unwrap_err().contains("has to wait"));
    assert!(testing::take_requests().is_empty());
}

#[test]
fn refuses_a_configuration_that_does_not_fit() {
    secrets::testing::give("signing", "a key");
    for (endpoint, message) in [
        (r#"{"url": "ftp://a.example"}"#, "endpoints[0].url: neither http:// nor https://"),
        (
            r#"{"url": "https://a.example", "events": ["message.sent"]}"#,
            r#"endpoints[0].events: "message.sent" is no event"#,
        ),
        (r#"{"url": "https://a.example", "secret": "other"}"#, r#"no secret "other""#),
        (r#"{"url": "https://a.example", "timeout_ms": 9000}"#, "timeout_ms: from 100 to 8000"),
        (r#"{"url": "https://a.example", "max_events": 0}"#, "max_events: from 1 to 1000"),
        (r#"{"url": "https://a.example", "on_refusal": "cry"}"#, "on_refusal: unknown variant"),
        (r#"{"url": "https://a.example"}, {"url": "https://a.example"}"#, "endpoints[1].url: it is there twice"),
        ("", "endpoints: at least one"),
    ] {
        let config = format!(r#"{{"endpoints": [{endpoint}]}}"#);
        let error = Webhook::start(Config::new(config)).err().expect("refused");
        assert!(error.to_string().contains(message), "{error}");
    }
}
