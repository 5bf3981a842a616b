//! The admin interface, as an operator meets it.

use reqwest::Method;
use serde_json::json;
use talaria_client::{
    Target,
    proto::{CreateGroupRequest, CreateSessionRequest, DeviceType, turms_request::Kind},
};

use crate::support::{PASSWORD, TestServer, Transport, request};

#[tokio::test(flavor = "multi_thread")]
async fn only_health_is_open_to_strangers() {
    let server = TestServer::start().await;
    let stranger = server.stranger_to_admin();
    for open in ["/healthz", "/readyz"] {
        assert_eq!(stranger.get(open).await.status, 200, "{open}");
    }
    for closed in ["/metrics", "/v1/plugins", "/v1/nowhere"] {
        assert_eq!(stranger.get(closed).await.status, 401, "{closed}");
    }
    assert_eq!(stranger.post("/v1/users", &json!({ "users": [] })).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_added_and_their_end_is_told() {
    let server = TestServer::start().await;
    let admin = server.admin();
    admin.create_users(1000..3000).await;
    let (mut new, other) = (server.ws(2999).await, server.tcp(1).await);
    let group = admin.create_group(1, &[1, 2999]).await;
    other.send(Target::Group(group), "welcome").await;
    assert_eq!(new.next_message().await.1.text.as_deref(), Some("welcome"));
    admin.delete("/v1/users/2999").await.success();
    assert_eq!(new.close_status().await, 700);
    assert_eq!(admin.delete("/v1/users/2999").await.status, 404);
    assert_eq!(other.try_send(Target::User(2999), "x").await.code, 5000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_what_the_old_one_opened() {
    let server = TestServer::start().await;
    let mut user = server.ws(1).await;
    let admin = server.admin();
    admin.put("/v1/users/1/password", &json!({ "password": "another" })).await.success();
    assert_eq!(user.close_status().await, 600);
    let mut guest = server.guest(Transport::Ws).await;
    let login = |password: &str| {
        let password = Some(password.to_owned());
        Kind::CreateSessionRequest(CreateSessionRequest { password, ..request::login(1, DeviceType::Desktop) })
    };
    assert_eq!(guest.request(login(PASSWORD)).await.code, Some(2011));
    assert_eq!(guest.request(login("another")).await.code, Some(1000));
    assert_eq!(admin.put("/v1/users/101/password", &json!({ "password": "x" })).await.status, 404);
    assert_eq!(admin.put("/v1/users/1/password", &json!({ "password": "" })).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_user_is_out_until_activated_again() {
    let server = TestServer::start().await;
    let (mut user, other) = (server.tcp(1).await, server.ws(2).await);
    let admin = server.admin();
    admin.put("/v1/users/1/active", &json!({ "active": false })).await.success();
    assert_eq!(user.close_status().await, 700);
    assert_eq!(other.try_send(Target::User(1), "x").await.code, 5000);
    let mut guest = server.guest(Transport::Tcp).await;
    let login = || Kind::CreateSessionRequest(request::login(1, DeviceType::Desktop));
    assert_eq!(guest.request(login()).await.code, Some(2012));
    admin.put("/v1/users/1/active", &json!({ "active": true })).await.success();
    assert_eq!(guest.request(login()).await.code, Some(1000));
    assert_eq!(admin.put("/v1/users/101/active", &json!({ "active": true })).await.status, 404);
    assert_eq!(admin.put("/v1/users/1/active", &json!({ "active": "yes" })).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_are_refused_with_a_reason() {
    let server = TestServer::builder().config(|config| config.admin.max_body_bytes = 1000).start().await;
    let admin = server.admin();
    let cases = [
        (Method::POST, "/v1/users", "{".to_owned(), 400),
        (Method::POST, "/v1/users", json!({ "users": [{ "id": "x" }] }).to_string(), 400),
        (Method::POST, "/v1/users", json!({ "users": [{ "id": 0 }] }).to_string(), 400),
        (Method::POST, "/v1/users", json!({ "users": [{ "id": -1 }] }).to_string(), 400),
        (Method::POST, "/v1/users", json!({ "users": [{ "id": 1 }] }).to_string(), 409),
        (Method::POST, "/v1/users", " ".repeat(1001), 413),
        (Method::POST, "/v1/groups", json!({ "groups": [{ "owner": 101, "name": "x" }] }).to_string(), 404),
        (Method::GET, "/v1/nowhere", String::new(), 404),
        (Method::PATCH, "/v1/users", String::new(), 405),
        (Method::DELETE, "/v1/users/x", String::new(), 400),
    ];
    for (method, path, body, status) in cases {
        let answer = admin.send(method.clone(), path, body.clone().into_bytes()).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text);
        assert!(answer.json()["message"].is_string() && answer.json()["code"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_figures_are_counted() {
    let server = TestServer::start().await;
    let (one, _two) = (server.ws(1).await, server.tcp(2).await);
    one.send(Target::User(2), "x").await;
    let metrics = server.admin().get("/metrics").await.success().text;
    for part in ["connections", "sessions", "requests", "frames"] {
        assert!(metrics.lines().any(|line| line.starts_with("talaria_") && line.contains(part)), "{part}: {metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn group_types_and_roles_say_who_may_own_what() {
    let server = TestServer::start().await;
    let (admin, one) = (server.admin(), server.ws(1).await);
    let policy = json!({
        "name": "PUBLIC", "size_limit": 2, "invitation": { "who": "anyone", "needs_approval": false }, "join": "membership",
        "update_info": "managers", "update_members": "managers", "members_name_themselves": true,
        "guests_may_speak": true, "read_receipts": true, "messages_editable": true,
    });
    admin.put("/v1/group-types/5", &policy).await.success();
    let listed = admin.get("/v1/group-types").await.success().json();
    assert_eq!(listed["group_types"].as_array().unwrap().len(), 5);
    assert_eq!(listed["group_types"][4]["join"], "membership");
    let create = |type_id| {
        let request = CreateGroupRequest { name: "g".into(), type_id: Some(type_id), ..CreateGroupRequest::default() };
        Kind::CreateGroupRequest(request)
    };
    assert_eq!(one.code(create(5)).await, 3100, "no role may have it");
    assert_eq!(admin.delete("/v1/group-types/5").await.status, 204);
    assert_eq!(admin.delete("/v1/group-types/5").await.status, 404);
    assert_eq!(admin.delete("/v1/group-types/0").await.status, 400);
    assert_eq!(one.code(create(1)).await, 1000);
    assert_eq!(admin.delete("/v1/group-types/1").await.status, 409);
    assert_eq!(admin.put("/v1/users/1/role", &json!({ "role": 9 })).await.status, 400);
    assert_eq!(admin.put("/v1/users/1/role", &json!({ "role": 0 })).await.status, 204);
    assert_eq!(admin.put("/v1/users/404404/role", &json!({ "role": 0 })).await.status, 404);
}
