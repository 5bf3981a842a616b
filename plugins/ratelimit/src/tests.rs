//! The plugin as the server calls it.

use std::time::{Duration, Instant};

use talaria_sdk::message_before_send::Draft;
use talaria_sdk::{Config, Context, Origin, Target};

use super::RateLimit;

fn start(config: &str) -> RateLimit {
    RateLimit::start(Config::new(config)).expect("the configuration is accepted")
}

fn client(actor: i64) -> Context {
    Context { origin: Origin::Client, actor, ..Context::default() }
}

fn to(sender: i64, target: Target) -> Draft {
    Draft { sender, target, ..Draft::from_text("hello") }
}

#[test]
fn messages_are_counted_by_sender_and_by_group() {
    let mut plugin = start(
        r#"{"messages": {"per_second": 1, "burst": 4}, "group_messages": {"per_second": 0.1, "burst": 2},
            "groups": {"per_second": 1, "burst": 3}}"#,
    );
    let now = Instant::now();
    let mut send = |sender, target, now| plugin.may_send(&client(sender), &to(sender, target), now);
    assert!(send(1, Target::Group(7), now) && send(1, Target::Group(7), now));
    assert!(!send(1, Target::Group(7), now), "the user's share of the group");
    assert!(send(1, Target::Group(8), now) && send(1, Target::User(2), now));
    assert!(!send(1, Target::User(2), now), "the user's own");
    assert!(send(2, Target::Group(7), now));
    assert!(!send(3, Target::Group(7), now), "the group's");
    assert!(send(3, Target::Group(7), now + Duration::from_millis(1100)), "it recovers");
}

#[test]
fn requests_are_counted_by_kind() {
    let mut plugin = start(
        r#"{"requests": {"query_messages_request": {"per_second": 1, "burst": 1}},
            "all_requests": {"per_second": 1, "burst": 3}}"#,
    );
    let now = Instant::now();
    let mut ask = |user, name, kind| plugin.passes(&client(user), name, kind, now);
    assert!(ask(1, "query_messages_request", 3) && !ask(1, "query_messages_request", 3));
    assert!(ask(2, "query_messages_request", 3), "another user");
    assert!(ask(1, "create_group_request", 4) && ask(1, "create_group_request", 4), "no limit of its own");
    assert!(!ask(1, "delete_group_request", 5), "but that of all");
}

#[test]
fn some_have_no_limit() {
    let mut plugin = start(r#"{"messages": {"per_second": 1, "burst": 1}, "exempt": [5]}"#);
    let now = Instant::now();
    let admin = Context { origin: Origin::Admin, ..client(1) };
    for _ in 0..5 {
        assert!(plugin.may_send(&client(5), &to(5, Target::User(2)), now));
        assert!(plugin.may_send(&admin, &to(1, Target::User(2)), now));
    }
}

#[test]
fn refuses_a_configuration_that_does_not_fit() {
    for (config, message) in [
        (r#"{"messages": {"per_second": 0, "burst": 1}}"#, "messages.per_second: more than 0"),
        (r#"{"groups": {"per_second": 1, "burst": 0.5}}"#, "groups.burst: at least 1"),
        (r#"{"groups": {"per_second": 1}}"#, "groups: missing field `burst`"),
        (r#"{"requests": {"sendMessage": {"per_second": 1, "burst": 1}}}"#, "named like create_message_request"),
        (r#"{"code": 1000}"#, "code: 1000 is neither"),
        (r#"{"max_buckets": 0}"#, "max_buckets"),
        (r#"{"message": null}"#, "unknown field `message`"),
    ] {
        let error = RateLimit::start(Config::new(config)).err().expect("refused");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn describes_the_defaults_that_it_has() {
    let schema = RateLimit::describe().config_schema;
    let defaults = crate::Settings::default();
    assert!(schema.contains(&format!("\"default\": {:?}", defaults.text)));
    assert!(schema.contains(&format!("\"default\": {}", defaults.code)));
    assert!(schema.contains(&format!("\"default\": {}", defaults.max_buckets)));
}
