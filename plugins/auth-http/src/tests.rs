//! The plugin as the server calls it, with a service that answers as the test says.

use serde_json::Value;
use talaria_sdk::auth_authenticate::{Credentials, Outcome};
use talaria_sdk::auth_authorize::{self, Login};
use talaria_sdk::http::{self, Response, testing};
use talaria_sdk::{Config, Context, DeviceType, secrets};

use super::AuthHttp;

const URL: &str = "https://id.example/check";

fn start(more: &str) -> AuthHttp {
    AuthHttp::start(Config::new(format!(r#"{{"url": "{URL}"{more}}}"#))).expect("the configuration is accepted")
}

fn credentials(user_id: i64, password: &str) -> Credentials {
    Credentials {
        user_id,
        password: Some(password.to_owned()),
        device: DeviceType::Ios,
        device_details: vec![("app".to_owned(), "2.1".to_owned())],
    }
}

fn answer(status: u16, body: &str) {
    testing::answer(URL, Ok(Response::new(status, body)));
}

fn log_in(plugin: &mut AuthHttp, password: &str) -> Outcome {
    plugin.auth_authenticate(&Context::default(), &credentials(7, password))
}

fn authorize(plugin: &AuthHttp) -> auth_authorize::Outcome {
    plugin
        .auth_authorize(&Context::default(), &Login { user_id: 7, device: DeviceType::Ios, device_details: Vec::new() })
}

#[test]
fn the_service_is_told_who_wants_to_come_in() {
    secrets::testing::give("key", "hunter2");
    let mut plugin = start(r#", "token": "key""#);
    answer(200, r#"{"accept": true}"#);
    let ctx = Context { ip: Some(std::net::IpAddr::from([10, 0, 0, 1]).into()), ..Context::default() };
    assert_eq!(plugin.auth_authenticate(&ctx, &credentials(7, "123")), Outcome::Accept);
    let request = testing::take_requests().remove(0);
    assert!(request.headers.contains(&("authorization".to_owned(), "Bearer hunter2".to_owned())));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let expected = serde_json::json!({
        "user_id": "7", "password": "123", "device": "ios", "device_details": {"app": "2.1"}, "ip": "10.0.0.1",
    });
    assert_eq!(body, expected);
}

#[test]
fn what_is_no_clear_yes_is_a_no() {
    let mut plugin = start("");
    answer(200, r#"{"accept": false}"#);
    assert_eq!(log_in(&mut plugin, "1"), Outcome::deny(2011, "The user id or the password is wrong"));
    answer(200, r#"{"accept": false, "code": 20001, "reason": "Pay first"}"#);
    assert_eq!(log_in(&mut plugin, "1"), Outcome::deny(20_001, "Pay first"));
    let unavailable = super::unavailable();
    for (status, body) in [(500, ""), (401, r#"{"accept": true}"#), (200, "<html>"), (200, "{}")] {
        answer(status, body);
        assert_eq!(log_in(&mut plugin, "1"), unavailable, "{status} {body}");
    }
    testing::answer(URL, Err(http::Error::Timeout));
    assert_eq!(log_in(&mut plugin, "1"), unavailable);
    answer(200, r#"{"built_in": true}"#);
    assert_eq!(log_in(&mut plugin, "1"), Outcome::BuiltIn);
}

#[test]
fn a_yes_is_remembered_for_this_password_only() {
    let mut plugin = start(r#", "cache_seconds": 60"#);
    answer(200, r#"{"accept": true}"#);
    assert_eq!(log_in(&mut plugin, "right"), Outcome::Accept);
    answer(200, r#"{"accept": false}"#);
    assert_eq!(log_in(&mut plugin, "right"), Outcome::Accept);
    assert_ne!(log_in(&mut plugin, "wrong"), Outcome::Accept);
    answer(200, r#"{"accept": true}"#);
    assert_eq!(log_in(&mut plugin, "wrong"), Outcome::Accept, "a no is not remembered");
    testing::take_requests();
    let mut forgetful = start("");
    log_in(&mut forgetful, "right");
    log_in(&mut forgetful, "right");
    assert_eq!(testing::take_requests().len(), 2);
}

#[test]
fn what_a_session_may_ask_for_is_said_with_the_yes() {
    let mut plugin = start(r#", "cache_seconds": 60"#);
    assert_eq!(authorize(&plugin), auth_authorize::Outcome::BuiltIn);
    answer(200, r#"{"accept": true, "only": ["query_messages_request"]}"#);
    let only = auth_authorize::Outcome::Only(vec!["query_messages_request".to_owned()]);
    log_in(&mut plugin, "guest");
    assert_eq!(authorize(&plugin), only);
    answer(200, r#"{"accept": true, "only": []}"#);
    log_in(&mut plugin, "nothing");
    assert_eq!(authorize(&plugin), auth_authorize::Outcome::Only(Vec::new()));
    log_in(&mut plugin, "guest");
    assert_eq!(authorize(&plugin), only, "what is remembered has its limits, too");
    for (password, body) in [("full", r#"{"accept": true}"#), ("built in", r#"{"built_in": true}"#)] {
        log_in(&mut plugin, "guest");
        answer(200, body);
        log_in(&mut plugin, password);
        assert_eq!(authorize(&plugin), auth_authorize::Outcome::BuiltIn, "{password}");
    }
}

#[test]
fn refuses_a_configuration_that_does_not_fit() {
    for (config, message) in [
        ("{}", "missing field `url`"),
        (r#"{"url": "id.example"}"#, "url: neither"),
        (r#"{"url": "https:///check"}"#, "url: neither"),
        (r#"{"url": "https://id.example", "timeout_ms": 5}"#, "timeout_ms: from 100"),
        (r#"{"url": "https://id.example", "cache_seconds": 90000}"#, "cache_seconds: up to 3600"),
        (r#"{"url": "https://id.example", "token": "none"}"#, r#"no secret "none""#),
        (r#"{"url": "https://id.example", "secret": "x"}"#, "unknown field `secret`"),
    ] {
        let error = AuthHttp::start(Config::new(config)).err().expect("refused");
        assert!(error.to_string().contains(message), "{error}");
    }
}
