//! The plugin that asks a service who may log in.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use talaria_client::proto::{CreateSessionRequest, DeviceType, QueryUserProfilesRequest, turms_request::Kind};

use super::outside::Outside;
use crate::support::{Guest, TestServer, component, request};

type Asked = Arc<Mutex<Vec<Value>>>;

/// Answers as the password says.
async fn check(State(asked): State<Asked>, Json(body): Json<Value>) -> Response {
    asked.lock().push(body.clone());
    match body["password"].as_str().unwrap_or_default() {
        "right" => Json(json!({"accept": true})).into_response(),
        "guest" => Json(json!({"accept": true, "only": ["create_message_request"]})).into_response(),
        "poor" => Json(json!({"accept": false, "code": 20_001, "reason": "Pay first"})).into_response(),
        "broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "garbage" => "<html>welcome</html>".into_response(),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            Json(json!({"accept": true})).into_response()
        }
        _ => Json(json!({"accept": false})).into_response(),
    }
}

/// A server whose users the service knows.
async fn server(cache_seconds: u64) -> (TestServer, Outside, Asked) {
    let asked = Asked::default();
    let router = Router::new().route("/check", routing::post(check)).with_state(Arc::clone(&asked));
    let outside = Outside::serve(router).await;
    let allowed = outside.allowed();
    let builder = TestServer::builder().config(|config| drop(config.plugins.http.insert("auth-http".into(), allowed)));
    let server = builder.start().await;
    let config = json!({"url": outside.url("/check"), "timeout_ms": 500, "cache_seconds": cache_seconds});
    server.admin().install_plugin_with(component("auth-http"), &config).await.success();
    (server, outside, asked)
}

async fn log_in(server: &TestServer, password: &str) -> (Guest, i32, Option<String>) {
    let mut guest = server.guest_tcp().await;
    let login = CreateSessionRequest { password: Some(password.to_owned()), ..request::login(7, DeviceType::Ios) };
    let answer = guest.request(Kind::CreateSessionRequest(login)).await;
    (guest, answer.code(), answer.reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_decides_who_comes_in() {
    let (server, _outside, asked) = server(0).await;
    assert_eq!(log_in(&server, "right").await.1, 1000);
    let first = asked.lock()[0].clone();
    assert_eq!((&first["user_id"], &first["device"]), (&json!("7"), &json!("ios")));
    assert_eq!(first["ip"], "127.0.0.1");
    assert_eq!(log_in(&server, "123").await.1, 2011, "the server's own password is none");
    let (_, code, reason) = log_in(&server, "poor").await;
    assert_eq!((code, reason.as_deref()), (20_001, Some("Pay first")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_lets_nobody_in() {
    let (server, outside, _) = server(0).await;
    for password in ["broken", "garbage", "slow"] {
        assert_eq!(log_in(&server, password).await.1, 1201, "{password}");
    }
    drop(outside);
    assert_eq!(log_in(&server, "right").await.1, 1201, "there is none");
    let status = server.admin().plugin("auth-http").await.success().json();
    assert_eq!(status["faults"], 0, "none of it is a fault of the plugin");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_password_is_remembered() {
    let (server, outside, _) = server(60).await;
    assert_eq!(log_in(&server, "right").await.1, 1000);
    drop(outside);
    // Each instance remembers for itself, and there is one while nothing happens at once.
    assert_eq!(log_in(&server, "right").await.1, 1000);
    assert_eq!(log_in(&server, "other").await.1, 1201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_says_what_a_session_may_ask_for() {
    let (server, _outside, _) = server(0).await;
    let profile =
        || Kind::QueryUserProfilesRequest(QueryUserProfilesRequest { user_ids: vec![2], ..Default::default() });
    let (mut guest, code, _) = log_in(&server, "guest").await;
    assert_eq!((code, guest.request(profile()).await.code()), (1000, 1106));
    let (mut full, code, _) = log_in(&server, "right").await;
    assert_eq!((code, full.request(profile()).await.code()), (1000, 1000));
}
