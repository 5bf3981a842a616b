//! What filters and providers may decide.

use serde_json::json;
use talaria_client::{
    Target,
    proto::{
        CreateMeetingRequest, DeleteMeetingRequest, DeleteResourceRequest, DeviceType, QueryJoinedGroupIdsRequest,
        QueryMeetingsRequest, QueryMessageAttachmentInfosRequest, UpdateMeetingRequest,
        UpdateMessageAttachmentInfoRequest, turms_request::Kind,
    },
};

use super::{relay, with_fixture};
use crate::support::{Transport, request};

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_carries_the_plugins_code_and_text() {
    let (_server, one, mut two) = with_fixture().await;
    let refused = one.try_send(Target::User(2), "!deny 20001 not in this tone").await;
    assert_eq!((refused.code, refused.reason.as_deref()), (20_001, Some("not in this tone")));
    let misleading = one.try_send(Target::User(2), "!deny 1000 all is well").await;
    assert_eq!(misleading.code, 5010, "a refusal must not look like a success");
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_changes_what_is_stored_and_delivered() {
    let (_server, one, mut two) = with_fixture().await;
    assert_eq!(relay(&one, &mut two, "!patch better words").await, "better words");
    let stored = two.query(talaria_client::MessageQuery { from: vec![1], ..Default::default() }).await;
    assert_eq!(stored.iter().map(|message| message.text.as_deref()).collect::<Vec<_>>(), [Some("better words")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_looks_like_success_and_leaves_nothing() {
    let (_server, one, mut two) = with_fixture().await;
    let id = one.send(Target::User(2), "!drop").await;
    assert!(id > 0);
    two.hears_nothing().await;
    assert_eq!(two.query(talaria_client::MessageQuery { from: vec![1], ..Default::default() }).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_pass_the_same_filter() {
    let (_server, one, mut two) = with_fixture().await;
    assert_eq!(one.try_send(Target::Group(1), "!deny 20002 quiet").await.code, 20_002);
    one.send(Target::Group(1), "!patch to all").await;
    assert_eq!(two.next_message().await.1.text.as_deref(), Some("to all"));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_can_be_refused_or_dropped_by_kind() {
    let (server, one, mut two) = with_fixture().await;
    // `request.before`
    let config = json!({"deny_kinds": ["query_joined_group_ids_request"], "drop_kinds": ["create_message_request"]});
    server.admin().configure_plugin("fixture", &config).await.success();
    let query = Kind::QueryJoinedGroupIdsRequest(QueryJoinedGroupIdsRequest::default());
    assert!(one.code(query).await >= 20_000);
    assert_eq!(one.try_send(Target::User(2), "into the void").await.code, 1000);
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_decides_about_credentials() {
    let (server, _one, _two) = with_fixture().await;
    // `auth.authenticate` and `auth.before-login`
    let config = json!({"tokens": {"7": "a token"}, "deny_login": [8]});
    server.admin().configure_plugin("fixture", &config).await.success();
    let login = async |user: i64, password: &str| {
        let mut guest = server.guest(Transport::Tcp).await;
        let mut login = request::login(user, DeviceType::Desktop);
        login.password = Some(password.into());
        guest.request(Kind::CreateSessionRequest(login)).await.code
    };
    assert_eq!(login(7, "a token").await, Some(1000), "the plugin knows the token");
    assert_eq!(login(7, "123").await, Some(20_000), "and the password is none");
    assert_eq!(login(9, "123").await, Some(1000), "for others the password counts");
    assert!(login(8, "123").await.is_some_and(|code| code >= 2000), "and some may not log in at all");
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_serve_what_the_server_leaves_to_them() {
    let (server, one, _two) = with_fixture().await;
    let meeting = || Kind::CreateMeetingRequest(CreateMeetingRequest::default());
    let cancel = || Kind::DeleteMeetingRequest(DeleteMeetingRequest::default());
    let attachments = || Kind::QueryMessageAttachmentInfosRequest(QueryMessageAttachmentInfosRequest::default());
    let share = Kind::UpdateMessageAttachmentInfoRequest(UpdateMessageAttachmentInfoRequest::default());
    let resource = DeleteResourceRequest { r#type: 9, ..DeleteResourceRequest::default() };
    assert_eq!(one.code(meeting()).await, 8000);
    assert_eq!(one.code(attachments()).await, 6000);
    assert_eq!(one.code(share).await, 1000, "nothing is asked for");
    assert_eq!(one.code(Kind::DeleteResourceRequest(resource)).await, 1102);
    // The data of an answer: a number, nothing, something that is no data.
    let answers = json!({
        "create_meeting_request": [8, 7],
        "delete_meeting_request": null,
        "query_meetings_request": [],
        "query_message_attachment_infos_request": [255],
    });
    // `request.handle`
    server.admin().configure_plugin("fixture", &json!({ "answers": answers })).await.success();
    assert_eq!(one.request(meeting()).await.into_id().unwrap(), 7);
    assert_eq!(one.code(cancel()).await, 1000);
    assert_eq!(one.code(Kind::QueryMeetingsRequest(QueryMeetingsRequest::default())).await, 20_000);
    assert_eq!(one.code(attachments()).await, 1201, "a plugin that answers nonsense is out of order");
    let rename = UpdateMeetingRequest { id: Some(7), name: Some("x".into()), ..UpdateMeetingRequest::default() };
    assert_eq!(one.code(Kind::UpdateMeetingRequest(rename)).await, 8000);
    assert_eq!(one.code(Kind::UpdateMeetingRequest(UpdateMeetingRequest::default())).await, 1000, "nothing changes");
}
