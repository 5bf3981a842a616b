//! Meetings: who is asked about them, in which order, and who is told.

use serde_json::json;
use talaria::desk::{Desk, DeskSettings};
use talaria_client::{
    Target,
    proto::{
        CreateMeetingRequest, DeleteMeetingRequest, DeviceType, Meeting, QueryMeetingsRequest, ResponseAction,
        UpdateMeetingInvitationRequest, UpdateMeetingRequest, Value, turms_notification::data, turms_request::Kind,
        value,
    },
};

use super::recordings::Recorded;
use crate::support::{TestServer, Transport, User, component};

/// Of the plugin that is out of order.
const UNAVAILABLE: i32 = 1201;
const PASSWORD: &str = "open sesame";

/// With user 2.
fn create(name: &str) -> Kind {
    let (user_id, name, password) = (Some(2), Some(name.to_owned()), Some(PASSWORD.to_owned()));
    Kind::CreateMeetingRequest(CreateMeetingRequest { user_id, name, password, ..Default::default() })
}

/// With a group, so that the plugin lets everybody in.
fn create_for_all(name: &str) -> Kind {
    let (group_id, name, password) = (Some(9), Some(name.to_owned()), Some(PASSWORD.to_owned()));
    Kind::CreateMeetingRequest(CreateMeetingRequest { group_id, name, password, ..Default::default() })
}

fn cancel(id: i64) -> Kind {
    Kind::DeleteMeetingRequest(DeleteMeetingRequest { id: Some(id), ..Default::default() })
}

fn list(group_ids: Vec<i64>) -> Kind {
    Kind::QueryMeetingsRequest(QueryMeetingsRequest { group_ids, ..Default::default() })
}

fn rename(id: i64, name: &str) -> Kind {
    let (id, name, password) = (Some(id), Some(name.to_owned()), Some("another".to_owned()));
    Kind::UpdateMeetingRequest(UpdateMeetingRequest { id, name, password, ..Default::default() })
}

fn answer(meeting_id: i64, action: ResponseAction, password: &str) -> Kind {
    let (response_action, password) = (action.into(), Some(password.to_owned()));
    let custom_attributes = vec![Value { kind: Some(value::Kind::Int32Value(7)), list_value: Vec::new() }];
    Kind::UpdateMeetingInvitationRequest(UpdateMeetingInvitationRequest {
        meeting_id,
        password,
        response_action,
        custom_attributes,
    })
}

fn accept(meeting_id: i64) -> Kind {
    answer(meeting_id, ResponseAction::Accept, PASSWORD)
}

fn decline(meeting_id: i64) -> Kind {
    answer(meeting_id, ResponseAction::Decline, PASSWORD)
}

/// The meetings that a user finds.
async fn meetings(user: &User) -> Vec<Meeting> {
    match user.request(list(Vec::new())).await.data {
        Some(data::Kind::Meetings(found)) => found.meetings,
        None => Vec::new(),
        other => panic!("{other:?}"),
    }
}

/// Accepts, and answers the token.
async fn token(user: &User, id: i64) -> String {
    match user.request(accept(id)).await.into_data() {
        Ok(Some(data::Kind::String(token))) => token,
        other => panic!("{other:?}"),
    }
}

/// What the plugin was asked last.
fn asked(server: &TestServer) -> String {
    let asked = server.db_kept("hall", "asked").expect("it keeps what it was asked");
    String::from_utf8(asked).expect("text")
}

async fn with_hall() -> (TestServer, User, User) {
    let server = TestServer::builder().plugin("hall").start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

/// The next news of a user: whose request it is, and the request.
async fn told(user: &mut User) -> (i64, Kind) {
    let notification = user.next_notification().await;
    let relayed = notification.relayed_request.expect("a request is relayed");
    assert!(relayed.request_id.is_some(), "it is the requester's own");
    (notification.requester_id.expect("somebody asked"), relayed.kind.expect("it asks for something"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_answered_in_words() {
    // `conference.meeting`
    let (server, one, two) = with_hall().await;
    assert_eq!(one.code(list(Vec::new())).await, 1001, "there is nothing yet");
    assert_eq!(one.request(create("chess")).await.into_id().unwrap(), 1);
    let asked_for = asked(&server);
    assert!(asked_for.starts_with("Origin::Client 1 Some(DeviceType::Desktop) Request::Create("), "{asked_for}");
    assert!(asked_for.contains("user: Some(2)") && asked_for.contains(PASSWORD), "{asked_for}");
    let expected = Meeting {
        id: 1,
        user_id: Some(2),
        creator_id: 1,
        name: Some("chess".into()),
        password: Some(PASSWORD.into()),
        start_date: 5,
        ..Meeting::default()
    };
    assert_eq!(meetings(&one).await, std::slice::from_ref(&expected));
    assert_eq!(meetings(&two).await, [Meeting { password: None, ..expected }]);
    let query = QueryMeetingsRequest {
        ids: vec![1, 2],
        creator_ids: vec![3],
        user_ids: vec![4],
        creation_date_start: Some(5),
        skip: Some(6),
        limit: Some(7),
        ..QueryMeetingsRequest::default()
    };
    assert_eq!(one.code(Kind::QueryMeetingsRequest(query)).await, 1001);
    let asked_for = asked(&server);
    for part in ["ids: [1, 2], creators: [3], users: [4], groups: []", "skip: Some(6), limit: Some(7)"] {
        assert!(asked_for.contains(part), "{asked_for}");
    }

    assert_eq!(two.code(answer(1, ResponseAction::Accept, "wrong")).await, 8200, "the plugin's own refusal");
    assert_eq!(token(&two, 1).await, "token of 2 for 1");
    assert_eq!(two.code(decline(1)).await, 1000);
    assert!(asked(&server).contains("meeting: 1, response: Response::Decline"), "{}", asked(&server));
    assert_eq!(two.code(rename(1, "draughts")).await, 8104);
    assert_eq!(one.code(rename(1, "draughts")).await, 1000);
    assert_eq!(meetings(&one).await[0].name.as_deref(), Some("draughts"));
    assert_eq!((two.code(cancel(1)).await, one.code(cancel(2)).await), (8101, 8103));
    assert_eq!(one.code(cancel(1)).await, 1000);
    assert_eq!(asked(&server), "Origin::Client 1 Some(DeviceType::Desktop) Request::Cancel(1)");
    assert_eq!(meetings(&one).await[0].cancel_date, Some(7));
    assert_eq!(two.code(answer(1, ResponseAction::Accept, "another")).await, 8201);
    assert_eq!(one.code(Kind::DeleteMeetingRequest(DeleteMeetingRequest::default())).await, 8103, "it has no id");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_plugin_names_is_told_and_sees_no_password() {
    let (server, mut one, mut two) = with_hall().await;
    let (mut phone, mut three) = (server.user(Transport::Ws, 2, DeviceType::Ios).await, server.ws(3).await);
    assert_eq!(one.request(create_for_all("chess")).await.into_id().unwrap(), 1);
    let accepted = |request: Kind| match request {
        Kind::UpdateMeetingInvitationRequest(it) => {
            assert_eq!((it.meeting_id, it.password, it.custom_attributes.len()), (1, None, 1));
            assert_eq!(it.response_action, i32::from(ResponseAction::Accept));
        }
        other => panic!("{other:?}"),
    };
    token(&two, 1).await;
    for user in [&mut one, &mut phone] {
        let (requester, request) = told(user).await;
        assert_eq!(requester, 2);
        accepted(request);
    }
    token(&three, 1).await;
    for user in [&mut one, &mut two, &mut phone] {
        let (requester, request) = told(user).await;
        assert_eq!(requester, 3);
        accepted(request);
    }

    let mut tablet = server.user(Transport::Ws, 1, DeviceType::Ios).await;
    assert_eq!(one.code(rename(1, "draughts")).await, 1000);
    for user in [&mut two, &mut phone, &mut three, &mut tablet] {
        let (requester, request) = told(user).await;
        let Kind::UpdateMeetingRequest(it) = request else { panic!("{request:?}") };
        assert_eq!((requester, it.id, it.name.as_deref(), it.password), (1, Some(1), Some("draughts"), None));
    }
    assert_eq!(one.code(cancel(1)).await, 1000);
    for user in [&mut two, &mut phone, &mut three, &mut tablet] {
        assert_eq!(told(user).await, (1, cancel(1)));
    }
    for user in [&mut one, &mut two, &mut phone, &mut three, &mut tablet] {
        user.hears_nothing().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_the_plugin_tells_nobody_of() {
    let (server, mut one, mut two) = with_hall().await;
    let mut tablet = server.user(Transport::Ws, 1, DeviceType::Ios).await;
    assert_eq!(one.request(create("chess")).await.into_id().unwrap(), 1);
    assert_eq!(one.code(rename(1, "draughts")).await, 1000);
    assert_eq!(one.code(list(Vec::new())).await, 1000);
    assert_eq!(two.code(answer(1, ResponseAction::Accept, "wrong")).await, 8200);
    assert_eq!(one.code(cancel(1)).await, 1000);
    for user in [&mut one, &mut two, &mut tablet] {
        user.hears_nothing().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invitation_is_a_message_of_the_plugin() {
    let account = |config: &mut talaria::config::Config| {
        config.plugins.accounts.insert("hall".into(), 90);
    };
    let server = TestServer::builder().config(account).plugin("hall").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(one.code(create("chess")).await, 1000);
    let (sender, message) = two.next_message().await;
    assert_eq!((sender, message.text.as_deref()), (90, Some("You are invited to meeting 1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_client_can_use_is_the_plugins_fault() {
    let (server, one, _two) = with_hall().await;
    let denied = one.request(create("!deny")).await;
    assert_eq!((denied.code, denied.reason.as_deref()), (8100, Some("one meeting is enough")));
    for name in ["!done", "!zero", "!panic"] {
        assert_eq!(one.code(create(name)).await, UNAVAILABLE, "{name}");
    }
    assert_eq!(one.code(list(vec![1001])).await, UNAVAILABLE, "too many");
    let logs = server.admin().get("/v1/plugins/hall/logs").await.success().text;
    for cause in ["of another kind than the request", "the id of a meeting is positive", "more than 1000 meetings"] {
        assert!(logs.contains(cause), "{cause}: {logs}");
    }
    assert_eq!(one.code(create("fine")).await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_a_crowd_have_their_bounds() {
    let (_server, mut one, two) = with_hall().await;
    assert_eq!(one.request(create("!long")).await.into_id().unwrap(), 1);
    assert_eq!(two.code(accept(1)).await, UNAVAILABLE);
    assert_eq!(one.request(create("!crowd")).await.into_id().unwrap(), 2);
    assert_eq!(two.code(decline(2)).await, UNAVAILABLE);
    one.hears_nothing().await;
    assert_eq!(token(&two, 2).await, "token of 2 for 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_understands_the_protocol_is_asked_after_that() {
    let (server, one, _two) = with_hall().await;
    assert_eq!(one.code(create("!pass")).await, 8000);
    let answers = json!({"answers": {"create_meeting_request": [8, 77]}, "record": true});
    server.admin().install_plugin_with(component("fixture"), &answers).await.success();
    assert_eq!(one.request(create("!pass")).await.into_id().unwrap(), 77);
    assert_eq!(one.request(create("chess")).await.into_id().unwrap(), 1, "the provider goes first");
    server.admin().disable_plugin("hall").await.success();
    assert_eq!(one.request(create("chess")).await.into_id().unwrap(), 77);
    assert_eq!(one.code(list(Vec::new())).await, 8000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_reaches_nobody() {
    let (server, mut one, two) = with_hall().await;
    let long = |length: usize| Some("é".repeat(length));
    let wrong = |user_id, name, intro, password| {
        Kind::CreateMeetingRequest(CreateMeetingRequest { user_id, name, intro, password, ..Default::default() })
    };
    let page = |skip| Kind::QueryMeetingsRequest(QueryMeetingsRequest { skip, ..Default::default() });
    let unknown = UpdateMeetingInvitationRequest { meeting_id: 1, response_action: 9, ..Default::default() };
    for (senseless, why) in [
        (wrong(Some(2), long(21), None, None), "20 characters"),
        (wrong(Some(2), None, long(201), None), "200 characters"),
        (wrong(Some(2), None, None, long(129)), "128 characters"),
        (rename(1, &"x".repeat(21)), "20 characters"),
        (answer(1, ResponseAction::Accept, &"x".repeat(129)), "128 characters"),
        (Kind::UpdateMeetingInvitationRequest(unknown), "no such answer"),
        (list(vec![1; 101]), "100 meetings, creators, users and groups"),
        (page(Some(-1)), "not negative"),
    ] {
        let answer = two.request(senseless).await;
        assert_eq!(answer.code, 1102, "{why}");
        let reason = answer.reason.unwrap_or_default();
        assert!(reason.contains(why), "{reason}");
    }
    let update = |id, name| Kind::UpdateMeetingRequest(UpdateMeetingRequest { id, name, ..Default::default() });
    for nothing in [update(None, Some("x".into())), update(Some(1), None), answer(1, ResponseAction::Ignore, PASSWORD)]
    {
        assert_eq!(two.code(nothing).await, 1000, "it changes nothing");
    }
    one.hears_nothing().await;
    assert_eq!(server.db_kept("hall", "asked"), None);
    assert_eq!(two.code(wrong(Some(1), long(20), long(200), long(128))).await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_before_looks_done() {
    let (server, mut one, two) = with_hall().await;
    assert_eq!(one.request(create("chess")).await.into_id().unwrap(), 1);
    let kinds = [
        "create_meeting_request",
        "delete_meeting_request",
        "query_meetings_request",
        "update_meeting_request",
        "update_meeting_invitation_request",
    ];
    server.admin().install_plugin_with(component("fixture"), &json!({ "drop_kinds": kinds })).await.success();
    assert!(one.request(create("again")).await.into_id().unwrap() > 1);
    assert_eq!((two.code(accept(1)).await, two.code(decline(1)).await), (1001, 1000));
    assert_eq!((one.code(list(Vec::new())).await, one.code(rename(1, "x")).await), (1001, 1000));
    assert_eq!(one.code(cancel(1)).await, 1000);
    one.hears_nothing().await;
    assert!(asked(&server).contains("chess"), "the plugin hears of none of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_in_shadow_arranges_nothing() {
    let (server, mut one, two) = with_hall().await;
    assert_eq!(one.request(create("chess")).await.into_id().unwrap(), 1);
    server.admin().put("/v1/plugins/hall/mode", &json!({"kind": "shadow"})).await.success();
    assert_eq!(two.code(accept(1)).await, 8000);
    assert!(asked(&server).contains("Request::Answer("), "it is asked all the same");
    one.hears_nothing().await;
    let status = server.admin().plugin("hall").await.success().json();
    assert_eq!(status["would_have"]["answered"], 1, "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_answered_the_same_and_holds_no_secret() {
    let (server, one, two) = with_hall().await;
    let recorded = Recorded::begin(&server, "hall", "").await;
    assert_eq!(one.code(create("chess")).await, 1000);
    assert_eq!(meetings(&one).await.len(), 1);
    assert_eq!(one.code(rename(1, "draughts")).await, 1000);
    let late = answer(1, ResponseAction::Accept, "another");
    assert!(two.request(late).await.is_success());
    assert_eq!(two.code(decline(1)).await, 1000);
    recorded.until_count("conference.meeting", 5).await;
    let recording = recorded.recording();
    let calls: Vec<_> = recording.calls.iter().map(|(_, call)| call).collect();
    assert_eq!(calls[0].arguments["request"]["create"]["password"], "***");
    assert_eq!(calls[1].answer.as_ref().expect("it answered")["meetings"][0]["password"], "***");
    assert_eq!(calls[3].arguments["request"]["answer"]["password"], "***");
    assert_eq!(calls[3].answer, Some(json!({"access": {"token": "***", "notify": [1]}})));
    assert!(![PASSWORD, "another", "token of"].iter().any(|secret| recorded.mentions(secret)));
    let settings = DeskSettings { component: component("hall"), ..DeskSettings::for_recording(&recording) };
    let desk = Box::pin(Desk::open(settings)).await.expect("the plugin runs");
    let replay = desk.replay(&recording).await.expect("it is tried");
    assert!(replay.is_same(), "{replay}");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_tokens_are_in_no_log() {
    let (server, one, two) = with_hall().await;
    assert_eq!(one.code(create("!long")).await, 1000);
    assert_eq!(two.code(accept(1)).await, UNAVAILABLE);
    let logs = server.admin().get("/v1/plugins/hall/logs").await.success().text;
    assert!(logs.contains("the token of the answer is longer than 16 KiB"), "{logs}");
    assert!(!logs.contains(PASSWORD) && !logs.contains("xxxx"), "{logs}");
    one.send(Target::User(2), "it goes on").await;
}
