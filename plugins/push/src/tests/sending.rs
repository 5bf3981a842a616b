//! From messages to requests, and what becomes of those that fail.

use std::time::Duration;

use serde_json::json;
use talaria_sdk::http::{Error, Response, testing};
use talaria_sdk::push_send::Push;
use talaria_sdk::{Context, Message, Target, directory, jobs, metrics};

use super::{
    GATEWAY, SENDER, TOKEN, USER, answers, brought, clock, end_pause, failure, generic, json_of, observe, register,
    run, start, tell, to_user, tokens, waiting,
};

#[test]
fn a_message_becomes_jobs_for_those_who_have_devices() {
    let plugin = generic();
    let users: Vec<i64> = (10..260).collect();
    users.iter().for_each(|user| drop(register(&plugin, *user, "fcm", &format!("token-{user}"))));
    let message = Message { id: 5, sender: SENDER, target: Target::Group(3), ..Message::from_text("hi") };
    let recipients = users.iter().copied().chain([900, 901]).collect();
    let push = Push { message, text: Some("hi".into()), recipients };
    let outcomes = observe(&plugin, std::slice::from_ref(&push)).unwrap();
    let without: Vec<_> = outcomes.iter().filter(|told| told.failure.is_some()).map(|told| told.user_id).collect();
    assert_eq!((outcomes.len(), without), (252, vec![900, 901]));
    // The event is told again while the jobs wait.
    observe(&plugin, &[push]).unwrap();
    assert_eq!(waiting().len(), 3, "a hundred users each");
}

#[test]
fn nobody_is_looked_up_when_there_is_no_time() {
    let plugin = generic();
    let outcomes = plugin.push_send(&Context { deadline_ms: 0, ..Context::default() }, &[to_user(1, "hi")]).unwrap();
    assert_eq!((outcomes[0].failure.as_deref(), waiting().len()), (None, 1), "the job looks");
}

#[test]
fn the_devices_of_a_user_are_told_in_one_request() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "phone");
    register(&plugin, USER, "apns", TOKEN);
    answers(GATEWAY, 200, "");
    tell(&mut plugin, to_user(1, "hi")).unwrap();
    let sent = testing::take_requests();
    assert_eq!(sent.len(), 1);
    let mut tokens = brought(&sent[0]);
    tokens.sort();
    assert_eq!(tokens, [TOKEN, "phone"]);
    assert_eq!(metrics::testing::values("sent_total", &[("gateway", "generic")]), [1.0, 1.0]);
}

#[test]
fn only_those_are_told_again_who_were_not_told() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    register(&plugin, USER, "fcm", "b");
    register(&plugin, USER, "fcm", "c");
    answers(GATEWAY, 200, r#"{"gone": ["a"], "retry": ["b"]}"#);
    observe(&plugin, &[to_user(1, "hi")]).unwrap();
    let job = waiting().remove(0);
    run(&mut plugin, &job).unwrap();
    assert_eq!(tokens(&plugin, USER), 2, "one is gone");
    for status in [503, 200] {
        answers(GATEWAY, status, "");
        let rest = waiting();
        assert_eq!(rest.len(), 1);
        run(&mut plugin, &rest[0]).unwrap();
        end_pause("generic");
    }
    assert!(waiting().is_empty());
    let told: Vec<_> = testing::take_requests().iter().map(|request| brought(request).len()).collect();
    assert_eq!(told, [3, 1, 1]);
}

#[test]
fn a_gateway_that_wants_a_pause_gets_it() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    let mut response = Response::new(429, "");
    response.headers.push(("retry-after".into(), "30".into()));
    testing::answer(GATEWAY, Ok(response));
    assert_eq!(tell(&mut plugin, to_user(1, "hi")), Ok(()), "it is no failure");
    let rest = jobs::testing::take();
    assert_eq!((rest.len(), rest[0].delay_ms), (1, 30_000));
    assert_eq!(json_of(&rest[0].payload)["attempts"], 0, "none has failed");
    assert_eq!(testing::take_requests().len(), 1);
    answers(GATEWAY, 200, "");
    assert_eq!(tell(&mut plugin, to_user(2, "hi")), Ok(()));
    assert_eq!(testing::take_requests().len(), 0, "the pause is for all");
    let delay = Duration::from_millis(jobs::testing::take()[0].delay_ms);
    assert!(delay > Duration::from_secs(20) && delay <= Duration::from_secs(30), "{delay:?}");
}

#[test]
fn what_there_is_no_time_for_is_left_for_another_job() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    observe(&plugin, &[to_user(1, "hi")]).unwrap();
    let job = waiting().remove(0);
    plugin.job_run(&Context { deadline_ms: 1000, ..Context::default() }, &job).unwrap();
    assert!(testing::take_requests().is_empty());
    let rest = waiting().remove(0);
    answers(GATEWAY, 200, "");
    run(&mut plugin, &rest).unwrap();
    assert_eq!(brought(&testing::take_requests()[0]), ["a"]);
}

#[test]
fn a_device_that_its_user_has_lost_meanwhile_is_not_told() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "phone");
    observe(&plugin, &[to_user(1, "hi")]).unwrap();
    register(&plugin, 8, "fcm", "phone");
    let job = waiting().remove(0);
    run(&mut plugin, &job).unwrap();
    assert!(testing::take_requests().is_empty());
}

#[test]
fn what_is_refused_is_given_up_and_what_is_old_is_not_told() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    answers(GATEWAY, 422, "");
    assert_eq!(tell(&mut plugin, to_user(1, "hi")), Ok(()));
    assert_eq!(metrics::testing::values("refused_total", &[("gateway", "generic")]), [1.0]);
    testing::take_requests();
    let mut old = to_user(2, "hi");
    old.message.delivery_date = clock::now_ms() - 25 * 60 * 60 * 1000;
    assert_eq!(tell(&mut plugin, old), Ok(()));
    assert!(testing::take_requests().is_empty());
    assert_eq!(metrics::testing::values("expired_total", &[]), [1.0]);
}

#[test]
fn an_error_says_what_to_do() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    testing::answer(GATEWAY, Err(Error::NotAllowed));
    let error = failure(&mut plugin);
    assert!(error.contains("has not named its host in plugins.http.push"), "{error}");
}

#[test]
fn as_much_is_told_as_is_configured() {
    directory::testing::add_group(3, 2, "Friends");
    let long = "x".repeat(300);
    for (content, title, body) in [
        ("full", json!("Friends"), format!("Ann: {}…", "x".repeat(199))),
        ("names", json!("Friends"), "You have a new message".to_owned()),
        ("none", json!(null), "You have a new message".to_owned()),
    ] {
        let mut plugin = start(&json!({ "generic": { "url": GATEWAY }, "content": content }));
        register(&plugin, USER, "fcm", "a");
        answers(GATEWAY, 200, "");
        let mut push = to_user(1, &long);
        push.message.target = Target::Group(3);
        observe(&plugin, &[push]).unwrap();
        let job = waiting().remove(0);
        assert_eq!(String::from_utf8_lossy(&job.payload).contains("xxx"), content == "full", "not even in the store");
        run(&mut plugin, &job).unwrap();
        let told = json_of(&testing::take_requests()[0].body);
        assert_eq!((&told["title"], &told["body"]), (&title, &json!(body)), "{content}");
        assert_eq!(told["conversation"], "group-3");
    }
}

#[test]
fn a_message_without_a_text_is_told_as_well() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    answers(GATEWAY, 200, "");
    tell(&mut plugin, Push { text: None, ..to_user(1, "") }).unwrap();
    let told = json_of(&testing::take_requests()[0].body);
    assert_eq!((&told["title"], &told["body"]), (&json!("Ann"), &json!("You have a new message")));
}
