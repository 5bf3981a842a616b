//! The plugin as the server calls it, with a bot that answers as the test says.

use serde_json::Value;
use talaria_sdk::http::{Response, testing};
use talaria_sdk::job_run::{Failure, Job};
use talaria_sdk::messages::testing::{Deed, fail_with, set_account, take_deeds};
use talaria_sdk::messages::{Error, OutgoingMessage};
use talaria_sdk::{Config, Context, Message, Target, jobs};

use super::Chatbot;

const BOT: i64 = 90;
const URL: &str = "http://rasa:5005/webhooks/rest/webhook";

fn start() -> Chatbot {
    set_account(BOT);
    Chatbot::start(Config::new(r#"{"url": "http://rasa:5005/", "mention": "@bot"}"#)).expect("it is accepted")
}

fn answer(status: u16, body: &str) {
    testing::answer(URL, Ok(Response::new(status, body)));
}

/// The job that a text to the bot becomes.
fn job(plugin: &Chatbot, target: Target, text: &str) -> Job {
    let message = Message { id: 5, sender: 1, target, ..Message::from_text(text) };
    plugin.message_persisted(&Context::default(), &[message]).unwrap();
    let waiting = jobs::testing::take().remove(0);
    assert_eq!(waiting.key.as_deref(), Some("5"));
    Job { id: 1, name: waiting.name, payload: waiting.payload, attempt: 1 }
}

fn run(plugin: &Chatbot, job: &Job) -> Result<(), Failure> {
    plugin.job_run(&Context::default(), job)
}

fn asked() -> Vec<(String, String)> {
    let text = |body: &Value, field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let requests = testing::take_requests().into_iter();
    let bodies = requests.map(|request| serde_json::from_slice::<Value>(&request.body).unwrap());
    bodies.map(|body| (text(&body, "sender"), text(&body, "message"))).collect()
}

fn sent() -> Vec<(Target, String)> {
    let sent = take_deeds().into_iter().map(|deed| match deed {
        Deed::Sent { sender: BOT, message: OutgoingMessage { target, text, .. }, .. } => {
            (target, text.unwrap_or_default())
        }
        other => panic!("{other:?}"),
    });
    sent.collect()
}

#[test]
fn the_bot_is_asked_and_its_answers_are_sent() {
    let plugin = start();
    answer(200, r#"[{"recipient_id": "1", "text": "Hello"}, {"image": "https://a.example/cat.png"}, {"custom": {}}]"#);
    run(&plugin, &job(&plugin, Target::User(BOT), "hi")).unwrap();
    assert_eq!(asked(), [("1".to_owned(), "hi".to_owned())]);
    let target = Target::User(1);
    assert_eq!(sent(), [(target, "Hello".to_owned()), (target, "https://a.example/cat.png".to_owned())]);
    answer(200, "[]");
    run(&plugin, &job(&plugin, Target::Group(7), "@bot, hi")).unwrap();
    assert_eq!(asked(), [("group-7".to_owned(), "hi".to_owned())]);
}

#[test]
fn buttons_are_chosen_by_number_or_title() {
    let plugin = start();
    answer(
        200,
        r#"[{"text": "Size?", "buttons": [{"title": "Small", "payload": "/small"}, {"title": "Large", "payload": "/large"}]}]"#,
    );
    run(&plugin, &job(&plugin, Target::User(BOT), "pizza")).unwrap();
    assert_eq!(sent(), [(Target::User(1), "Size?\n1. Small\n2. Large".to_owned())]);
    for text in ["2", "large", "3"] {
        run(&plugin, &job(&plugin, Target::User(BOT), text)).unwrap();
    }
    let told: Vec<_> = asked().into_iter().map(|(_, message)| message).collect();
    assert_eq!(told, ["pizza", "/large", "/large", "3"]);
}

#[test]
fn a_bot_that_fails_is_asked_again_and_one_that_refuses_is_not() {
    let plugin = start();
    let job = job(&plugin, Target::User(BOT), "hi");
    for (status, body) in [(503, ""), (429, ""), (200, "<html>")] {
        answer(status, body);
        assert!(run(&plugin, &job).is_err(), "{status}");
    }
    answer(404, "");
    assert_eq!(run(&plugin, &job), Ok(()));
    assert!(sent().is_empty());
}

#[test]
fn another_attempt_goes_on_where_the_last_one_ended() {
    let plugin = start();
    answer(200, r#"[{"text": "one"}, {"text": "two"}]"#);
    let mut job = job(&plugin, Target::User(BOT), "hi");
    fail_with(Some(Error::Unavailable));
    assert!(run(&plugin, &job).is_err());
    assert_eq!(asked().len(), 1);
    fail_with(None);
    job.attempt = 2;
    run(&plugin, &job).unwrap();
    assert_eq!(asked().len(), 0, "it has answered already");
    assert_eq!(sent().len(), 2);
    fail_with(Some(Error::Refused("blocked".into())));
    job.attempt = 1;
    assert_eq!(run(&plugin, &job), Ok(()), "what is refused is given up");
    fail_with(None);
}

#[test]
fn what_plugins_send_is_not_answered() {
    let plugin = start();
    let message = Message { sender: 1, target: Target::User(BOT), ..Message::from_text("hi") };
    let ctx = Context { hop: 1, ..Context::default() };
    plugin.message_persisted(&ctx, &[message]).unwrap();
    assert!(jobs::testing::take().is_empty());
}

#[test]
fn refuses_a_configuration_that_does_not_fit() {
    for (config, message) in [
        ("{}", "missing field `url`"),
        (r#"{"url": "rasa:5005"}"#, "url: neither"),
        (r#"{"url": "http://rasa", "timeout_ms": 60000}"#, "timeout_ms: from 100"),
        (r#"{"url": "http://rasa", "mention": " "}"#, "mention: it is empty"),
        (r#"{"url": "http://rasa", "token": "none"}"#, r#"no secret "none""#),
        (r#"{"url": "http://rasa", "bot": 5}"#, "unknown field `bot`"),
    ] {
        let error = Chatbot::start(Config::new(config)).err().expect("refused");
        assert!(error.to_string().contains(message), "{error}");
    }
}
