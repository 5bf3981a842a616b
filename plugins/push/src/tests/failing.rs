//! Gateways that fail, and messages that go meanwhile.

use serde_json::json;
use talaria_sdk::http::testing;
use talaria_sdk::job_run::Failure;
use talaria_sdk::message_deleted::DeletedMessage;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::{Context, Target, jobs, kv, metrics};

use super::{
    GATEWAY, SENDER, TOKEN, USER, answers, brought, end_pause, generic, json_of, observe, register, run, start, tell,
    to_user, waiting,
};

#[test]
fn a_gateway_that_fails_keeps_no_other_waiting() {
    let apns = json!({ "url": "https://apns.example", "team": "T", "key_id": "K", "topic": "t" });
    let mut plugin = start(&json!({ "generic": { "url": GATEWAY }, "apns": apns }));
    register(&plugin, USER, "generic", "a");
    register(&plugin, USER, "apns", TOKEN);
    answers(GATEWAY, 503, "");
    answers(&format!("https://apns.example/3/device/{TOKEN}"), 200, "");
    assert_eq!(tell(&mut plugin, to_user(1, "hi")), Ok(()), "it is no failure of the job");
    assert_eq!(testing::take_requests().len(), 2);
    let rest = waiting().remove(0);
    assert_eq!(tell(&mut plugin, to_user(2, "hi")), Ok(()));
    assert!(testing::take_requests()[0].url.starts_with("https://apns.example"), "the other is left in peace");
    waiting();
    end_pause("generic");
    answers(GATEWAY, 200, "");
    assert_eq!(run(&mut plugin, &rest), Ok(()));
    assert_eq!(brought(&testing::take_requests()[0]), ["a"], "and no device of the other");
    assert_eq!(kv::get("pause/generic").unwrap(), None, "it has answered");
}

#[test]
fn what_fails_is_tried_later_each_time_and_then_given_up() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    answers(GATEWAY, 503, "");
    tell(&mut plugin, to_user(1, "hi")).unwrap();
    let mut seconds = Vec::new();
    let last = loop {
        let rest = jobs::testing::take().pop().expect("it is left for later");
        seconds.push(rest.delay_ms / 1000);
        // What comes meanwhile waits, and that is no attempt.
        jobs::enqueue(&rest.name, &rest.payload).unwrap();
        run(&mut plugin, &waiting()[0]).unwrap();
        assert_eq!(jobs::testing::take()[0].payload, rest.payload);
        end_pause("generic");
        jobs::enqueue(&rest.name, &rest.payload).unwrap();
        let job = waiting().remove(0);
        if let Err(failure) = run(&mut plugin, &job) {
            assert!(
                matches!(&failure, Failure::ForGood(cause) if cause.contains("given up for 1 devices")),
                "{failure:?}"
            );
            break job;
        }
    };
    assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    assert_eq!(metrics::testing::values("given_up_total", &[("gateway", "generic")]), [1.0]);
    assert!(jobs::testing::take().is_empty());
    end_pause("generic");
    answers(GATEWAY, 200, "");
    assert_eq!(run(&mut plugin, &last), Ok(()), "the operator has it run again");
    assert_eq!(brought(&testing::take_requests()[12]), ["a"]);
}

#[test]
fn a_device_that_is_busy_keeps_no_other_waiting() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    register(&plugin, USER, "fcm", "b");
    answers(GATEWAY, 200, r#"{"retry": ["b"]}"#);
    tell(&mut plugin, to_user(1, "hi")).unwrap();
    let rest = jobs::testing::take().remove(0);
    assert_eq!((rest.delay_ms, &json_of(&rest.payload)["attempts"]), (1000, &json!(1)));
    assert_eq!(kv::get("pause/generic").unwrap(), None);
}

#[test]
fn nobody_is_told_of_what_is_recalled_or_deleted() {
    let mut plugin = generic();
    register(&plugin, USER, "fcm", "a");
    observe(&plugin, &[to_user(1, "a"), to_user(2, "b"), to_user(3, "c")]).unwrap();
    let (target, date) = (Target::User(USER), 0);
    let recalled = RecalledMessage { id: 1, sender: SENDER, target, date };
    plugin.message_recalled(&Context::default(), &[recalled]).unwrap();
    let deleted = DeletedMessage { id: 2, sender: SENDER, target, date };
    plugin.message_deleted(&Context::default(), &[deleted]).unwrap();
    answers(GATEWAY, 200, "");
    waiting().iter().for_each(|job| run(&mut plugin, job).unwrap());
    let told: Vec<_> = testing::take_requests().iter().map(|sent| json_of(&sent.body)["body"].clone()).collect();
    assert_eq!(told, ["c"]);
}
