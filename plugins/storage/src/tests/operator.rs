//! What the operator asks for.

use serde_json::{Value, json};
use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, Target, kv};

use super::{ATTACHMENTS, GROUP, after, attached, begun, message, pause, storage, told};
use crate::{Storage, clock};

fn ask(storage: &Storage, method: &str, target: &str) -> Response {
    storage.http_handle(&Context::default(), &Request::new(method, target))
}

#[test]
fn an_attachment_is_seen_and_removed() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    begun(&storage, 1, None);
    let shown = ask(&storage, "GET", &format!("/attachments/{id}"));
    let shown: Value = serde_json::from_slice(&shown.body).unwrap();
    assert_eq!(
        (&shown["id"], &shown["uploader"], &shown["state"]["ready"]["size"]),
        (&id.into(), &1.into(), &5.into())
    );
    let usage = || serde_json::from_slice::<Value>(&ask(&storage, "GET", "/usage/1").body).unwrap();
    assert_eq!(
        usage(),
        json!({"files": 1, "bytes": 5, "pending": 1, "reserved_bytes": 104_857_600, "replaceable_bytes": 104_857_595, "shares": 1, "references": 0})
    );
    told();
    assert_eq!(ask(&storage, "DELETE", &format!("/attachments/{id}")).status, 204);
    assert_eq!(told(), [-id]);
    assert_eq!(usage()["files"], 0);
    for (method, target, status) in [
        ("GET", format!("/attachments/{id}"), 404),
        ("DELETE", format!("/attachments/{id}"), 404),
        ("GET", "/attachments/x".into(), 400),
        ("PUT", "/usage/1".into(), 405),
        ("GET", "/".into(), 404),
    ] {
        assert_eq!(ask(&storage, method, &target).status, status, "{method} {target}");
    }
}

fn listed(storage: &Storage, query: &str) -> Value {
    let response = ask(storage, "GET", &format!("/users/1/attachments{query}"));
    assert_eq!(response.status, 200, "{query}");
    serde_json::from_slice(&response.body).unwrap()
}

#[test]
fn what_a_user_has_is_listed_some_at_a_time() {
    let storage = storage();
    let with = [None, Some(2), Some(-GROUP)];
    let ids = with.map(|with| {
        pause();
        attached(&storage, 1, with)
    });
    pause();
    let pending = begun(&storage, 1, None);
    let first = listed(&storage, "?limit=2");
    assert_eq!(first["next"], json!(ids[2]));
    assert_eq!((&first["attachments"][0]["id"], &first["attachments"][0]["size"]), (&json!(pending), &Value::Null));
    assert_eq!(first["attachments"][0]["state"], "pending");
    let shown = &first["attachments"][1];
    let created = shown["created"].as_i64().unwrap();
    assert!((clock::now_ms() - created).abs() < 60_000, "{shown}");
    let expected = json!({
        "id": ids[2], "name": "notes.txt", "size": 5, "media_type": "text/plain", "created": created, "state": "ready",
        "shares": {"users": [], "groups": [GROUP]},
    });
    assert_eq!(*shown, expected);
    let rest = listed(&storage, &format!("?after={}", ids[2]));
    assert_eq!((rest["attachments"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
    assert_eq!(rest["attachments"][0]["shares"]["users"], json!([2]));
    for query in ["?limit=0", "?limit=501", "?limit=x", "?after=x", "?before=1"] {
        assert_eq!(ask(&storage, "GET", &format!("/users/1/attachments{query}")).status, 400, "{query}");
    }
    assert_eq!(ask(&storage, "POST", "/users/1/attachments").status, 405);
}

#[test]
fn what_a_deleted_user_has_left_is_erased() {
    let storage = storage();
    let ids: Vec<_> = (0..25).map(|_| attached(&storage, 1, Some(2))).collect();
    let other = attached(&storage, 2, Some(1));
    let text = format!("attachment:{}", ids[0]);
    storage.message_persisted(&Context::default(), &[message(50, 1, Target::User(2), &text)]).unwrap();
    storage.user_deleted(&Context::default(), &[DeletedUser { user_id: 1, date: clock::now_ms() }]).unwrap();
    (1..=3).for_each(|seconds| after(&storage, seconds));
    assert_eq!(objects_testing::keys(ATTACHMENTS).len(), 26, "others have them");
    told();
    let answer = ask(&storage, "DELETE", "/users/1/attachments");
    assert_eq!((answer.status, answer.body), (202, br#"{"attachments":25}"#.to_vec()));
    // Whoever has the id by now.
    pause();
    let later = attached(&storage, 1, None);
    (5..=9).for_each(|seconds| after(&storage, seconds));
    let mut left: Vec<i64> = objects_testing::keys(ATTACHMENTS).iter().map(|key| key.parse().unwrap()).collect();
    left.sort_unstable();
    assert_eq!(left, [other.min(later), other.max(later)]);
    assert_eq!(told().iter().filter(|id| **id < 0).count(), 25);
    assert_eq!(listed(&storage, "")["attachments"].as_array().unwrap().len(), 1);
    let due = kv::list_keys("due/", None, 1000).unwrap();
    assert!(!due.iter().any(|key| key.contains("erase")), "{due:?}");
    assert_eq!(ask(&storage, "DELETE", "/users/3/attachments").body, br#"{"attachments":0}"#);
}
