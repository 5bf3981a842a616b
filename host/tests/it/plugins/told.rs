//! Each observer is told of what it is named after.

use serde_json::json;
use talaria_client::{
    Target,
    proto::{DeviceType, UpdateUserOnlineStatusRequest, UserStatus, turms_request::Kind},
};

use super::steps::{Ids, Step, requests};
use crate::support::{Guest, TestServer, Transport, User, component, eventually, request};

/// The answer to a question has this code.
const ANSWER: i32 = 20_000;

/// What the witness was told last of a hook.
pub(super) async fn told(user: &User, hook: &str) -> String {
    let answer = user.try_send(Target::User(2), &format!("!told {hook}")).await;
    assert_eq!(answer.code, ANSWER);
    answer.reason.unwrap_or_default()
}

pub(super) async fn is_told(user: &User, hook: &str, what: &str) {
    let mut last = String::new();
    eventually(&format!("{hook} is told {what}"), async || {
        last = told(user, hook).await;
        last.contains(what)
    })
    .await;
}

pub(super) async fn with_witness() -> TestServer {
    let server = TestServer::builder().plugin("witness").config(requests::settings).start().await;
    eventually("the witness runs", async || server.admin().plugin("witness").await.json()["state"] == "running").await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_do_is_told() {
    let server = with_witness().await;
    let (one, nine) = (server.ws(1).await, server.tcp(9).await);
    let users = [&one, &server.ws(2).await, &server.ws(3).await, &nine];
    let of = |id: i64| users.into_iter().find(|user| user.id == id).expect("a user who takes steps");
    let message = one.send(Target::User(2), "hello").await;
    is_told(&one, "message.persisted", "hello").await;
    is_told(&one, "message.delivered", "online: 1, offline: 0").await;
    let group = server.admin().create_group_of(1, 1, &[2]).await;
    is_told(&one, "group.created", &format!("group-id: {group}")).await;
    let questioning = server.admin().create_group_of(requests::QUESTIONING, 1, &[2]).await;
    let mut ids = Ids::from([("message", message), ("group", group), ("questioning", questioning)]);
    for Step(hook, user, request, _) in requests::steps() {
        let answer = of(user).request(request(&ids)).await;
        assert!(answer.is_success(), "{hook}: {answer:?}");
        if let Some(talaria_client::proto::turms_notification::data::Kind::Long(id)) = answer.data {
            ids.insert(hook, id);
        }
        for (told, what) in after(hook) {
            is_told(&one, told, what).await;
        }
    }
}

/// The observers of a step, and something that each is told.
fn after(hook: &str) -> &'static [(&'static str, &'static str)] {
    match hook {
        "message.before-edit" => &[("message.edited", "edited")],
        "message.before-react" => &[("message.reacted", "user-id: 2")],
        "message.before-read" => &[("message.read", "reader: 2, conversation: Target::User(1), read-date: ")],
        "message.before-recall" => &[("message.recalled", "sender: 1")],
        "presence.before-publish" => &[("presence.changed", "user-id: 2, status: OnlineStatus::Busy")],
        "user.before-update" => &[("user.updated", "user-id: 3")],
        "user.before-set-settings" => &[("user.settings-changed", "user-id: 1, conversation: None")],
        "relation.before-request" => &[("relation.requested", "sender: 1, recipient: 9")],
        "relation.before-answer" => &[("relation.answered", "sender: 1, recipient: 9")],
        "relation.before-create" => &[("relation.created", "owner: 1, user-id: 9")],
        "relation.before-update" => &[("relation.updated", "owner: 1, user-id: 9")],
        "relation.before-delete" => &[("relation.deleted", "owner: 1, user-id: 9")],
        "group.before-update" => &[("group.updated", "group-id: 1")],
        "member.before-apply" => &[("member.applied", "user-id: 9")],
        "member.before-answer" => &[("member.answered", "user-id: 9")],
        "member.before-invite" => &[("member.invited", "group-id: 1, user-id: 9")],
        "member.before-join" => &[("member.joined", "user-id: 9")],
        "member.before-role" => &[("member.updated", "group-id: 1, user-id: 3")],
        "member.before-kick" => &[("member.left", "group-id: 1, user-id: 3")],
        "group.before-transfer" => &[("group.transferred", "owner: 2")],
        "group.before-delete" => &[("group.deleted", "group-id: 1")],
        _ => &[],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_sessions_and_failed_logins_are_told() {
    let server = with_witness().await;
    let one = server.ws(1).await;
    is_told(&one, "connection.opened", "Transport::Websocket").await;
    is_told(&one, "session.opened", "user-id: 1").await;
    let mut two = server.tcp(2).await;
    is_told(&one, "connection.opened", "Transport::Tcp").await;
    let again = server.tcp(2).await;
    two.close_status().await;
    is_told(&one, "session.taken-over", "user-id: 2").await;
    is_told(&one, "session.closed", "user-id: 2").await;
    drop(two);
    is_told(&one, "connection.closed", "Transport::Tcp").await;
    server.admin().put("/v1/users/2/password", &json!({ "password": "another one" })).await.success();
    is_told(&one, "session.kicked", "user-id: 2").await;
    drop(again);

    let mut guest = Guest::connect(server.address(Transport::Tcp), Transport::Tcp).await;
    let refused = guest.request(Kind::CreateSessionRequest(request::login(2, DeviceType::Ios))).await;
    let code = refused.code.expect("an answer has a code");
    is_told(&one, "auth.login-failed", "user-id: 2, device: DeviceType::Ios").await;
    is_told(&one, "auth.login-failed", &format!("code: {code}")).await;

    let offline = UpdateUserOnlineStatusRequest { user_status: UserStatus::Away.into(), ..Default::default() };
    one.request(Kind::UpdateUserOnlineStatusRequest(offline)).await;
    is_told(&one, "presence.changed", "OnlineStatus::Away").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_administrator_and_the_server_do_is_told() {
    let server = with_witness().await;
    let (one, admin) = (server.ws(1).await, server.admin());
    is_told(&one, "server.starting", "version").await;
    is_told(&one, "server.ready", "node: 0").await;
    admin.create_users([501]).await;
    is_told(&one, "user.created", "user-id: 501").await;
    is_told(&one, "admin.action", "name: \"POST /v1/users\", status: 201").await;
    admin.delete("/v1/users/501").await.success();
    is_told(&one, "user.deleted", "user-id: 501").await;
    admin.install_plugin_with(component("fixture"), &json!({})).await.success();
    admin.configure_plugin("fixture", &json!({"record": false})).await.success();
    is_told(&one, "config.changed", "plugin: \"fixture\"").await;
    let id = one.send(Target::User(2), "to be deleted").await;
    admin.delete_messages(&[id]).await;
    is_told(&one, "message.deleted", &format!("id: {id}, sender: 1, target: Target::User(2)")).await;
    one.send(Target::User(2), "!drop").await;
    is_told(&one, "message.dropped", "sender: 1, target: Target::User(2), plugin: \"fixture\"").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_and_what_has_expired_are_told_after_a_restart() {
    let mut server = TestServer::builder()
        .plugin("witness")
        .config(|config| {
            config.messages.retention_hours = 1;
            config.server.purge_interval_seconds = 1;
        })
        .start()
        .await;
    let one = server.ws(1).await;
    one.send(Target::User(2), "hello").await;
    one.send(Target::User(2), "the last message of all stays in any case").await;
    server.db_age_messages().await;
    let one = server.ws(1).await;
    is_told(&one, "server.stopping", "node: 0").await;
    is_told(&one, "message.expired", "count: 1").await;
}
