//! The tokens of users.

use serde_json::{Value, json};
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, kv};

use super::{USER, ask, generic, json_of, observe, register, start, to_user, tokens, waiting};

#[test]
fn users_register_list_and_remove_their_devices() {
    let plugin = generic();
    let id = register(&plugin, USER, "fcm", "a:b-c");
    assert_eq!(register(&plugin, USER, "fcm", "a:b-c"), id, "the same again");
    register(&plugin, USER, "generic", "other");
    let listed = json_of(&ask(&plugin, USER, "GET", "/tokens", &Value::Null).body);
    let mine = listed["tokens"].as_array().unwrap().iter().find(|token| token["id"] == id.as_str()).unwrap();
    assert_eq!((&mine["platform"], &mine["app"], &mine["token"]), (&json!("fcm"), &Value::Null, &Value::Null));
    let days = (mine["expires"].as_i64().unwrap() - mine["registered"].as_i64().unwrap()) / 86_400_000;
    assert_eq!((days, tokens(&plugin, USER)), (90, 2));
    assert_eq!(ask(&plugin, 8, "DELETE", &format!("/tokens/{id}"), &Value::Null).status, 404, "it is another's");
    assert_eq!(ask(&plugin, USER, "DELETE", &format!("/tokens/{id}"), &Value::Null).status, 204);
    assert_eq!(ask(&plugin, USER, "DELETE", &format!("/tokens/{id}"), &Value::Null).status, 404);
    assert_eq!(ask(&plugin, USER, "DELETE", "/tokens", &Value::Null).status, 204);
    assert_eq!(tokens(&plugin, USER), 0);
}

#[test]
fn what_is_no_token_is_refused_with_the_reason() {
    let plugin =
        start(&json!({ "apns": { "team": "T", "key_id": "K", "topic": "com.example", "topics": ["com.other"] } }));
    let refused = |user, body: Value| {
        let answer = ask(&plugin, user, "POST", "/tokens", &body);
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    for (body, reason) in [
        (json!({ "token": "00" }), "missing field `platform`"),
        (json!({ "token": "00", "platform": "apns", "topic": "x" }), "unknown field `topic`"),
        (json!({ "token": "", "platform": "apns" }), "token: from 1 to 4096"),
        (json!({ "token": "../x", "platform": "apns" }), "token: one of apns is hexadecimal"),
        (json!({ "token": "ü", "platform": "fcm" }), "token: letters"),
        (json!({ "token": "00", "platform": "apns", "app": "a b" }), "app: from 1"),
        (json!({ "token": "00", "platform": "apns", "app": "com.example.x" }), "com.example.x is none of the apps"),
        (json!({ "token": "00", "platform": "fcm" }), "nobody who brings notifications to fcm"),
    ] {
        let (status, text) = refused(USER, body);
        assert!(status == 400 && text.contains(reason), "{status} {text}");
    }
    for app in ["com.example", "com.other"] {
        assert_eq!(refused(USER, json!({ "token": "00", "platform": "apns", "app": app })).0, 201);
    }
    assert_eq!(refused(0, json!({ "token": "00", "platform": "apns" })).0, 403, "nobody has logged in");
    assert_eq!(ask(&plugin, USER, "PUT", "/tokens", &Value::Null).status, 405);
    assert_eq!(ask(&plugin, USER, "GET", "/nothing", &Value::Null).status, 404);
    assert_eq!(ask(&plugin, USER, "DELETE", "/tokens/x%2f", &Value::Null).status, 404);
}

#[test]
fn a_token_is_one_users_at_a_time() {
    let plugin = generic();
    let id = register(&plugin, USER, "fcm", "phone");
    register(&plugin, 8, "fcm", "phone");
    assert_eq!((tokens(&plugin, USER), tokens(&plugin, 8)), (0, 1));
    // As it is when the server ended before the former owner's entry was deleted.
    let entry = kv::get(&format!("device/8/{id}")).unwrap().unwrap();
    kv::set(&format!("device/{USER}/{id}"), entry).unwrap();
    assert_eq!((tokens(&plugin, USER), tokens(&plugin, 8)), (0, 1));
    ask(&plugin, USER, "DELETE", "/tokens", &Value::Null);
    assert_eq!(tokens(&plugin, 8), 1, "what is not one's own stays");
}

#[test]
fn the_oldest_goes_when_there_are_too_many() {
    let plugin = start(&json!({ "generic": { "url": super::GATEWAY }, "devices_per_user": 3 }));
    let ids: Vec<_> = (0..4)
        .map(|n| {
            let id = register(&plugin, USER, "generic", &n.to_string());
            // The clock of the test may have stood still.
            let key = format!("device/{USER}/{id}");
            let mut kept = json_of(&kv::get(&key).unwrap().unwrap());
            kept[1] = n.into();
            kv::set(&key, kept.to_string()).unwrap();
            id
        })
        .collect();
    assert_eq!(tokens(&plugin, USER), 3);
    assert_eq!(ask(&plugin, USER, "DELETE", &format!("/tokens/{}", ids[0]), &Value::Null).status, 404);
}

#[test]
fn tokens_of_deleted_users_go() {
    let plugin = generic();
    register(&plugin, USER, "fcm", "a");
    register(&plugin, 8, "fcm", "b");
    plugin.user_deleted(&Context::default(), &[DeletedUser { user_id: USER, date: 0 }]).unwrap();
    assert_eq!((tokens(&plugin, USER), tokens(&plugin, 8)), (0, 1));
    assert_eq!(kv::list_keys("", None, 10).unwrap().len(), 2, "of the other");
}

#[test]
fn the_operator_sees_numbers_and_removes_tokens() {
    let plugin = generic();
    for (user, token) in [(7, "a"), (7, "b"), (71, "c")] {
        register(&plugin, user, "fcm", token);
    }
    let asked = |method, path| json_of(&ask(&plugin, 0, method, path, &Value::Null).body);
    assert_eq!(asked("GET", "/counts"), json!({ "users": 2, "devices": 3 }));
    assert_eq!(asked("GET", "/users/7")["tokens"].as_array().unwrap().len(), 2);
    assert_eq!(asked("DELETE", "/users/7"), json!({ "removed": 2 }));
    assert_eq!(asked("GET", "/counts"), json!({ "users": 1, "devices": 1 }));
    let outcomes = observe(&plugin, &[to_user(1, "hi")]).unwrap();
    assert_eq!(outcomes[0].failure.as_deref(), Some("no device"));
    assert!(waiting().is_empty());
}
