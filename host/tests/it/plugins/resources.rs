//! Pictures and attachments: who is asked about them, in which order, and who is told.

use serde_json::json;
use talaria::desk::{Desk, DeskSettings};
use talaria_client::{
    Response,
    proto::{
        DeleteResourceRequest, QueryMessageAttachmentInfosRequest, QueryResourceDownloadInfoRequest,
        QueryResourceUploadInfoRequest, StorageResourceType, UpdateMessageAttachmentInfoRequest,
        turms_notification::data, turms_request::Kind,
    },
};

use super::{
    recordings::Recorded,
    relay,
    told::{is_told, told},
};
use crate::support::{TestServer, User, component, eventually};

const ATTACHMENT: i32 = StorageResourceType::MessageAttachment as i32;
/// Of the plugin that is out of order.
const UNAVAILABLE: i32 = 1201;

fn upload(name: &str) -> Kind {
    let (name, media_type) = (Some(name.to_owned()), Some("text/plain".to_owned()));
    let request = QueryResourceUploadInfoRequest {
        r#type: ATTACHMENT,
        id_num: Some(2),
        name,
        media_type,
        ..QueryResourceUploadInfoRequest::default()
    };
    Kind::QueryResourceUploadInfoRequest(request)
}

fn download(id: i64) -> Kind {
    let request = QueryResourceDownloadInfoRequest { r#type: ATTACHMENT, id_num: Some(id), ..Default::default() };
    Kind::QueryResourceDownloadInfoRequest(request)
}

fn delete(id: i64) -> Kind {
    let request = DeleteResourceRequest { r#type: ATTACHMENT, id_num: Some(id), ..Default::default() };
    Kind::DeleteResourceRequest(request)
}

fn list(group_ids: Vec<i64>) -> Kind {
    Kind::QueryMessageAttachmentInfosRequest(QueryMessageAttachmentInfosRequest { group_ids, ..Default::default() })
}

fn share(attachment_id_str: &str, user: Option<i64>) -> Kind {
    let request = UpdateMessageAttachmentInfoRequest {
        attachment_id_str: Some(attachment_id_str.into()),
        user_id_to_share_with: user,
        ..UpdateMessageAttachmentInfoRequest::default()
    };
    Kind::UpdateMessageAttachmentInfoRequest(request)
}

/// Keys and values in turn.
fn strings(response: Response) -> Vec<String> {
    match response.data {
        Some(data::Kind::StringsWithVersion(found)) => found.strings,
        other => panic!("{other:?} with {}", response.code),
    }
}

/// The names of the files that a user finds.
async fn names(user: &User) -> Vec<String> {
    match user.request(list(Vec::new())).await.data {
        Some(data::Kind::StorageResourceInfos(found)) => found.infos.into_iter().filter_map(|it| it.name).collect(),
        None => Vec::new(),
        other => panic!("{other:?}"),
    }
}

async fn with_depot() -> (TestServer, User) {
    let server = TestServer::builder().plugin("witness").start().await;
    let config = json!({"url": "http://files.example"});
    server.admin().install_plugin_with(component("depot"), &config).await.success();
    let one = server.ws(1).await;
    (server, one)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_answers_and_what_it_tells_is_observed() {
    let (server, one) = with_depot().await;
    assert_eq!(one.code(list(Vec::new())).await, 1001, "there is nothing yet");
    let fields = strings(one.request(upload("notes.txt")).await);
    assert_eq!(fields, ["url", "http://files.example", "id", "1", "key", "files/1", "policy", "of the test"]);
    is_told(&one, "resource.uploaded", "kind: Kind::Attachment, id: ResourceId::Number(1), uploader: 1").await;
    assert!(told(&one, "resource.uploaded").await.contains("name: Some(\"notes.txt\")"));
    strings(one.request(upload("more.txt")).await);
    assert_eq!(names(&one).await, ["notes.txt", "more.txt"]);
    assert_eq!(strings(one.request(download(1)).await), ["url", "http://files.example/1"]);
    assert_eq!(one.code(download(9)).await, 1302, "the plugin's own refusal");
    assert_eq!(one.code(share("1", Some(3))).await, 1000);
    let asked = server.db_kept("depot", "asked").expect("it keeps what it was asked");
    assert!(String::from_utf8_lossy(&asked).contains("id: Some(ResourceId::Text(\"1\")), user: Some(3)"));
    assert_eq!(one.code(delete(1)).await, 1000);
    is_told(&one, "resource.deleted", "id: ResourceId::Number(1), uploader: 1").await;
    assert_eq!(names(&one).await, ["more.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_client_can_use_is_the_plugins_fault() {
    let (server, one) = with_depot().await;
    let denied = one.request(upload("!deny")).await;
    assert_eq!((denied.code, denied.reason.as_deref()), (6100, Some("no friend of yours")));
    for name in ["!done", "!long", "!panic"] {
        assert_eq!(one.code(upload(name)).await, UNAVAILABLE, "{name}");
    }
    assert_eq!(one.code(list(vec![1001])).await, UNAVAILABLE, "too many");
    let metrics = server.admin().get("/metrics").await.success().text;
    let faults = "talaria_plugin_faults_total{plugin=\"depot\",hook=\"resource.storage\",kind=";
    assert!(metrics.contains(&format!("{faults}\"refused\"}} 3")), "{metrics}");
    assert_eq!(one.code(upload("fine.txt")).await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_understands_the_protocol_is_asked_after_that() {
    let (server, one) = with_depot().await;
    assert_eq!(one.code(upload("!pass")).await, 6000);
    let answers = json!({"answers": {"query_resource_upload_info_request": null}, "record": true});
    server.admin().install_plugin_with(component("fixture"), &answers).await.success();
    let answer = one.request(upload("!pass")).await;
    assert_eq!((answer.code, answer.data), (1000, None));
    assert!(!strings(one.request(upload("notes.txt")).await).is_empty(), "the provider goes first");
    server.admin().disable_plugin("depot").await.success();
    assert_eq!(one.code(upload("notes.txt")).await, 1000);
    assert_eq!(one.code(list(Vec::new())).await, 6000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_reaches_nobody() {
    let (server, one) = with_depot().await;
    let picture = |id_num| {
        let request = QueryResourceDownloadInfoRequest { r#type: 0, id_num, ..Default::default() };
        Kind::QueryResourceDownloadInfoRequest(request)
    };
    let unknown = DeleteResourceRequest { r#type: 9, ..DeleteResourceRequest::default() };
    for (senseless, why) in [
        (picture(None), "a picture is named"),
        (Kind::DeleteResourceRequest(unknown), "no such type"),
        (upload(&"x".repeat(256)), "255 characters"),
        (share(&"x".repeat(1025), Some(2)), "1024 bytes"),
        (list(vec![1; 101]), "100 users and 100 groups"),
    ] {
        let answer = one.request(senseless).await;
        assert_eq!(answer.code, 1102);
        assert!(answer.reason.unwrap_or_default().contains(why));
    }
    assert_eq!(one.code(share("1", None)).await, 1000, "a change that changes nothing");
    assert_eq!(server.db_kept("depot", "asked"), None);
    assert_eq!(one.code(picture(Some(7))).await, 1302);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_refuse_change_and_drop() {
    let (server, one) = with_depot().await;
    let hooks = ["resource.before-upload", "resource.before-download", "resource.before-delete"];
    let decide = async |decision: &str| {
        let decisions: serde_json::Map<_, _> = hooks.iter().map(|hook| ((*hook).into(), decision.into())).collect();
        server.admin().install_plugin_with(component("judge"), &decisions.into()).await.success();
    };
    decide("deny").await;
    for refused in [upload("notes.txt"), download(1), delete(1)] {
        let answer = one.request(refused).await;
        assert_eq!((answer.code, answer.reason.as_deref()), (20_000, Some("denied")));
    }
    assert_eq!(server.db_kept("depot", "asked"), None, "the provider hears of nothing that is refused");
    let asked = |hook: &str| String::from_utf8(server.db_kept("judge", hook).expect("it was asked")).expect("text");
    assert!(
        asked(hooks[0]).contains("Origin::Client 1 Upload { kind: Kind::Attachment, id: Some(ResourceId::Number(2))")
    );
    assert!(asked(hooks[0]).contains("name: Some(\"notes.txt\"), media-type: Some(\"text/plain\")"));
    assert!(asked(hooks[1]).contains("Download { kind: Kind::Attachment, id: Some(ResourceId::Number(1)) }"));
    assert!(asked(hooks[2]).contains("Deletion { kind: Kind::Attachment, id: Some(ResourceId::Number(1)) }"));

    decide("renamed.txt").await;
    strings(one.request(upload("notes.txt")).await);
    assert_eq!(names(&one).await, ["renamed.txt"]);
    decide("drop").await;
    assert_eq!(one.code(delete(1)).await, 1000);
    assert_eq!(names(&one).await, ["renamed.txt"], "it is there still");

    decide(&"x".repeat(256)).await;
    assert_eq!(one.code(upload("notes.txt")).await, 1102, "what a filter makes of it has the same bounds");
}

#[tokio::test(flavor = "multi_thread")]
async fn forbidden_words_in_the_name_of_a_file_are_masked() {
    let (server, one) = with_depot().await;
    let mask = json!({"words": ["carrot"], "action": "mask"});
    server.admin().install_plugin_with(component("antispam"), &mask).await.success();
    strings(one.request(upload("my carrot.png")).await);
    assert_eq!(names(&one).await, ["my ******.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_in_shadow_stores_and_tells_nothing() {
    let (server, one) = with_depot().await;
    server.admin().put("/v1/plugins/depot/mode", &json!({"kind": "shadow"})).await.success();
    assert_eq!(one.code(upload("notes.txt")).await, 6000);
    assert_eq!(server.db_kept("depot", "told").as_deref(), Some(&b"Err(Error::Unavailable)"[..]));
    assert_eq!(told(&one, "resource.uploaded").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_told_to_who_was_away() {
    let (server, one) = with_depot().await;
    server.admin().disable_plugin("witness").await.success();
    strings(one.request(upload("notes.txt")).await);
    server.admin().enable_plugin("witness").await.success();
    is_told(&one, "resource.uploaded", "notes.txt").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_may_tell_and_texts_have_an_end() {
    let server = TestServer::builder().plugin("witness").plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "?stored 1025").await, "Err(Error::Unavailable)");
    let logs = server.admin().get("/v1/plugins/fixture/logs").await.success().text;
    assert!(logs.contains("a text of a resource has more than 1024 bytes"), "{logs}");
    assert_eq!(relay(&one, &mut two, "?stored 1024").await, "Ok(())");
    is_told(&one, "resource.uploaded", "id: ResourceId::Text(\"a file\"), uploader: 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_again_and_again_ends() {
    let (server, one) = with_depot().await;
    strings(one.request(upload("!again")).await);
    let again = async || server.db_kept("depot", "again").as_deref() == Some(&b"4 Err(Error::Unavailable)"[..]);
    eventually("it ends at the limit of hops", again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_answered_the_same_and_lets_nobody_in() {
    let (server, one) = with_depot().await;
    let recorded = Recorded::begin(&server, "depot", "").await;
    strings(one.request(upload("notes.txt")).await);
    strings(one.request(download(1)).await);
    recorded.until(&["resource.storage"]).await;
    let recording = recorded.recording();
    let mut calls = recording.calls.iter().map(|(_, call)| call);
    let call = calls.find(|call| call.hook == "resource.storage").expect("it was called");
    assert_eq!(call.arguments["request"]["upload"]["id"], json!({"number": 2}));
    let access = &call.answer.as_ref().expect("it answered")["access"];
    assert_eq!((&access[0], &access[1]), (&json!(["url", "***"]), &json!(["id", "1"])));
    assert!(!recorded.mentions("files.example"), "no address is told");
    let settings = DeskSettings {
        component: component("depot"),
        configuration: Some(json!({"url": "http://files.example"})),
        ..DeskSettings::for_recording(&recording)
    };
    let desk = Box::pin(Desk::open(settings)).await.expect("the plugin runs");
    let replay = desk.replay(&recording).await.expect("it is tried");
    assert!(replay.is_same(), "{replay}");
    desk.close().await;
}
