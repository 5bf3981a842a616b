//! Requests and what is relayed of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;
use prost::Message;
use talaria_proto::client::{
    self as proto, TurmsNotification, TurmsRequest, turms_notification::data, turms_request::Kind,
};

use super::*;
use crate::model::{
    Code, GroupId, MeetingId, MessageId, Notification, ReactionType, RelationshipGroupIndex, Reply, Sequence,
    SessionId, Timestamp, UserId, Value,
    command::{
        CancelMeeting, Command, CreateMessage, CreateRelationship, DeleteRelationship, MeetingRequest, Request,
        UpdateRelationship, UpdateUser, UpdateUserOnlineStatus,
    },
    group::{Member, Role},
    hidden::Hidden,
    message::{self, Draft, Target},
    notification::Recipients,
    reaction::ReactionGroup,
    session::{CloseStatus, DeviceType, Location, Position, Presence, SessionInfo, UserStatus},
    user::ProfileAccess,
    value::Scalar,
};

mod conversations;
mod enrolment;
mod groups;
mod messages;
mod people;
mod settings;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn encoded(kind: Option<Kind>) -> Bytes {
    TurmsRequest { request_id: Some(7), kind, ..TurmsRequest::default() }.encode_to_vec().into()
}

fn relayed(request: Request) -> Option<TurmsNotification> {
    let except = Some(SessionId(1));
    notification(NOW, &Notification { requester: UserId(1), relayed: request, recipients: Recipients::Own, except })
}

/// What a client that sent what it was relayed would have asked for.
fn again(asked: &Request) -> Result<Request, Rejected> {
    let relayed = relayed(asked.clone()).unwrap().relayed_request.unwrap();
    request(relayed.encode_to_vec().into()).map(|(request, _)| request)
}

#[test]
fn frames_that_are_no_requests() {
    let cases: [(&[u8], Rejected); 7] = [
        (b"\x08", Rejected::Unreadable),
        (b"\x0A\x01\x01", Rejected::Unreadable),
        (b"\x42\x00", Rejected::InvalidId(-1)),
        (b"\x08\x00\x42\x00", Rejected::InvalidId(0)),
        (b"\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x42\x00", Rejected::InvalidId(-1)),
        (b"\x08\x07", Rejected::NoKind(7)),
        (b"\x08\x07\xFA\xF6\x02\x00", Rejected::UnknownKind(7)),
    ];
    for (payload, rejected) in cases {
        assert_eq!(request(Bytes::from_static(payload)).err(), Some(rejected), "{payload:?}");
    }
}

#[test]
fn a_field_that_nobody_knows_is_skipped() {
    let (request, _) = request(Bytes::from_static(b"\x08\x07\x42\x00\xFA\xF6\x02\x00")).unwrap();
    assert!(matches!(request.command, Command::CreateMessage(_)), "{request:?}");
}

#[test]
fn the_order_of_fields_means_nothing() {
    // The kind, custom attributes, and the id last.
    let payload = Bytes::from_static(b"\x42\x02\x20\x02\x12\x02\x28\x01\x08\x07");
    let (request, wire) = request(payload.clone()).unwrap();
    assert_eq!(request.id, 7);
    assert_eq!(request.attributes, [Value { scalar: Some(Scalar::Bool(true)), list: vec![] }]);
    let Command::CreateMessage(create) = request.command else { panic!("{request:?}") };
    assert_eq!(create.draft.unwrap().target, Target::User(UserId(2)));
    assert_eq!((wire.kind, wire.name, wire.payload), (8, "create_message_request", payload));
}

#[test]
fn what_plugins_serve_comes_to_them_as_it_was() {
    let kind = Kind::DeleteMeetingRequest(proto::DeleteMeetingRequest { id: Some(7), ..Default::default() });
    let payload = encoded(Some(kind));
    let (request, wire) = request(payload.clone()).unwrap();
    let cancel = CancelMeeting { id: MeetingId(7), attributes: Vec::new() };
    assert_eq!(request.command, Command::Meeting(Box::new(MeetingRequest::Cancel(cancel))));
    assert_eq!((wire.kind, wire.name, wire.payload), (901, "delete_meeting_request", payload));
}

#[test]
fn a_login_with_numbers_that_mean_nothing() {
    let kind = Kind::CreateSessionRequest(proto::CreateSessionRequest {
        version: 1,
        user_id: 5,
        user_status: Some(77),
        device_type: 99,
        location: Some(proto::UserLocation {
            latitude: 1.5,
            longitude: 2.5,
            timestamp: Some(7),
            details: [("city".to_owned(), "Delphi".to_owned())].into(),
            ..Default::default()
        }),
        ..Default::default()
    });
    let (request, _) = request(encoded(Some(kind))).unwrap();
    let Command::CreateSession(login) = request.command else { panic!("{request:?}") };
    assert_eq!((login.user, login.status, login.device), (UserId(5), None, DeviceType::Unknown));
    let expected = Position {
        location: Location { latitude: 1.5, longitude: 2.5 },
        date: Some(Timestamp(7)),
        details: [("city".to_owned(), "Delphi".to_owned())].into(),
    };
    assert_eq!(login.position, Some(expected));
}

#[test]
fn a_message_to_nobody_has_no_draft_and_a_group_goes_first() {
    let decode = |it| {
        let (request, _) = request(encoded(Some(Kind::CreateMessageRequest(it)))).unwrap();
        let Command::CreateMessage(create) = request.command else { panic!("{request:?}") };
        create
    };
    assert_eq!(decode(proto::CreateMessageRequest::default()).draft, None);
    let both = proto::CreateMessageRequest { group_id: Some(1), recipient_id: Some(2), ..Default::default() };
    assert_eq!(decode(both).draft.unwrap().target, Target::Group(GroupId(1)));
}

#[test]
fn a_new_message_is_relayed_with_its_id_in_the_usual_form() {
    let draft = Draft {
        target: Target::User(UserId(2)),
        text: Some("hi".into()),
        records: vec![],
        burn_after: None,
        delivery_date: Some(NOW),
        previous: None,
        forwarded_from: Some(MessageId(3)),
        attributes: vec![],
        hop: 0,
    };
    let create = CreateMessage {
        id: Some(MessageId(9)),
        sequence: Some(Sequence(4)),
        is_system: false,
        draft: Some(draft),
        idempotency_key: None,
    };
    let command = Command::CreateMessage(Box::new(create));
    let notification = relayed(Request { id: 7, attributes: vec![], command }).unwrap();
    assert_eq!((notification.request_id, notification.code, notification.data), (None, None, None));
    assert_eq!((notification.timestamp, notification.requester_id), (NOW.0, Some(1)));
    let relayed = notification.relayed_request.unwrap();
    assert_eq!(relayed.request_id, Some(7));
    let Some(Kind::CreateMessageRequest(message)) = relayed.kind else { panic!("{relayed:?}") };
    assert_eq!((message.message_id, message.delivery_date), (Some(9), Some(NOW.0)));
    assert_eq!(message.sequence, Some(4));
}

#[test]
fn passwords_go_to_nobody() {
    let update = UpdateUser {
        password: Some(Hidden("secret".into())),
        name: Some("Ann".into()),
        intro: None,
        profile_picture: None,
        profile_access: None,
        user_defined_attributes: BTreeMap::new(),
        attributes: vec![],
    };
    let command = Command::UpdateUser(Box::new(update));
    assert!(!format!("{command:?}").contains("secret"), "nor to a log");
    let update = relayed(Request { id: 7, attributes: vec![], command }).unwrap();
    assert!(!update.encode_to_vec().windows(6).any(|window| window == b"secret"));
    let login = proto::CreateSessionRequest { password: Some("secret".into()), ..Default::default() };
    let (login, _) = request(encoded(Some(Kind::CreateSessionRequest(login)))).unwrap();
    let shown = format!("{login:?}");
    assert!(shown.contains("Hidden(***)") && !shown.contains("secret"), "{shown}");
    assert_eq!(relayed(login), None);
}

#[test]
fn replies_carry_their_data() {
    assert_eq!(reply(Reply::Done), (Code::Ok, None));
    assert_eq!(reply(Reply::NoContent), (Code::NoContent, None));
    assert_eq!(reply(Reply::UpToDate), (Code::AlreadyUpToDate, None));
    assert_eq!(reply(Reply::MessageId(MessageId(5))), (Code::Ok, Some(data::Kind::Long(5))));
    let group = message::Message {
        id: MessageId(1),
        sequence: Sequence(i64::MAX),
        sender: UserId(2),
        target: Target::Group(GroupId(3)),
        is_system: false,
        text: Some("hi".into()),
        records: vec![],
        burn_after: Some(1),
        delivery_date: NOW,
        modification_date: None,
        recall_date: None,
        deletion_date: None,
        previous: None,
        forwarded_from: None,
        hop: 0,
        reactions: vec![ReactionGroup { reaction_type: ReactionType(-3), count: 2, users: vec![] }],
    };
    let Some(data::Kind::Messages(messages)) = reply(Reply::Messages(vec![group])).1 else { panic!("no messages") };
    assert_eq!((messages.messages[0].recipient_id, messages.messages[0].group_id), (Some(3), Some(3)));
    assert_eq!(messages.messages[0].sequence_id, Some(i32::MAX), "it saturates");
    let reactions = &messages.messages[0].reaction_groups[0];
    assert_eq!((reactions.reaction_type, reactions.reaction_count), (-3, 2));
    let member = Member {
        group: GroupId(3),
        user: UserId(2),
        name: None,
        role: Role::Manager,
        join_date: NOW,
        mute_end_date: None,
    };
    let presence = Presence { user: UserId(2), status: UserStatus::Away, devices: vec![DeviceType::Ios] };
    let reply = reply(Reply::MemberPresences(vec![(member, presence)])).1;
    let Some(data::Kind::GroupMembersWithVersion(members)) = reply else { panic!("no members") };
    assert_eq!(members.group_members[0].user_status(), proto::UserStatus::Away);
    assert_eq!(members.group_members[0].using_device_types, [2]);
}

#[test]
fn what_the_server_says_of_sessions() {
    let ip = [127, 0, 0, 1].into();
    let info = SessionInfo { id: SessionId(5), user: UserId(1), device: DeviceType::Ios, ip, opened: NOW };
    let opened = session_opened(NOW, &info, "node");
    assert_eq!((opened.request_id, opened.code), (None, None));
    let Some(data::Kind::UserSession(session)) = opened.data.unwrap().kind else { panic!("no session") };
    assert_eq!((session.session_id.as_str(), session.server_id.as_str()), ("5", "node"));
    let closed = closed(NOW, CloseStatus::ServerError, Some(Code::ServerInternalError));
    assert_eq!((closed.close_status, closed.code, closed.request_id), (Some(200), Some(1200), None));
}

proptest! {
    #[test]
    fn strange_bytes_never_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = request(payload.into());
    }

    #[test]
    fn a_request_that_is_cut_short_never_panics(asked in request_strategy(), cut in any::<prop::sample::Index>()) {
        let relayed = relayed(asked).unwrap().relayed_request.unwrap().encode_to_vec();
        let _ = request(relayed[..cut.index(relayed.len() + 1)].to_vec().into());
    }

    #[test]
    fn what_is_relayed_reads_as_it_was_asked(asked in request_strategy()) {
        prop_assert_eq!(again(&asked), Ok(asked));
    }
}

fn request_strategy() -> impl Strategy<Value = Request> {
    (1..i64::MAX, values(), command()).prop_map(|(id, attributes, command)| Request { id, attributes, command })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        messages::command(),
        groups::command(),
        enrolment::command(),
        create_relationship(),
        delete_relationship(),
        update_relationship(),
        update_user(),
        update_status(),
        people::command(),
        conversations::command(),
        settings::command(),
    ]
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let scalar = prop_oneof![
        any::<i32>().prop_map(Scalar::Int32),
        any::<i64>().prop_map(Scalar::Int64),
        (-1e6..1e6f32).prop_map(Scalar::Float),
        (-1e6..1e6f64).prop_map(Scalar::Double),
        any::<bool>().prop_map(Scalar::Bool),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| Scalar::Bytes(bytes.into())),
        any::<String>().prop_map(Scalar::String),
    ];
    let leaf = prop::option::of(scalar).prop_map(|scalar| Value { scalar, list: vec![] });
    let value = leaf.prop_recursive(3, 8, 3, |inner| {
        prop::collection::vec(inner, 0..3).prop_map(|list| Value { scalar: None, list })
    });
    prop::collection::vec(value, 0..3)
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(".{0,12}")
}

fn date() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of(any::<i64>().prop_map(Timestamp))
}

fn user() -> impl Strategy<Value = UserId> {
    any::<i64>().prop_map(UserId)
}

fn users() -> impl Strategy<Value = Vec<UserId>> {
    prop::collection::vec(user(), 0..4)
}

fn index() -> impl Strategy<Value = Option<RelationshipGroupIndex>> {
    prop::option::of(any::<i32>().prop_map(RelationshipGroupIndex))
}

fn message_id() -> impl Strategy<Value = Option<MessageId>> {
    prop::option::of(any::<i64>().prop_map(MessageId))
}

fn create_relationship() -> impl Strategy<Value = Command> {
    (user(), any::<bool>(), index(), text(), values()).prop_map(|(user, blocked, group, name, attributes)| {
        Command::CreateRelationship(Box::new(CreateRelationship { user, blocked, group, name, attributes }))
    })
}

fn delete_relationship() -> impl Strategy<Value = Command> {
    (user(), index(), index(), values()).prop_map(|(user, group, target_group, attributes)| {
        Command::DeleteRelationship(Box::new(DeleteRelationship { user, group, target_group, attributes }))
    })
}

fn update_relationship() -> impl Strategy<Value = Command> {
    (user(), any::<Option<bool>>(), index(), index(), text(), text(), values()).prop_map(
        |(user, blocked, new_group, delete_group, name, note, attributes)| {
            let it = UpdateRelationship { user, blocked, new_group, delete_group, name, note, attributes };
            Command::UpdateRelationship(Box::new(it))
        },
    )
}

fn update_user() -> impl Strategy<Value = Command> {
    let accesses = vec![None, Some(Some(ProfileAccess::All)), Some(Some(ProfileAccess::Friends))];
    (text(), text(), text(), prop::sample::select(accesses), settings::map(), values()).prop_map(
        |(name, intro, profile_picture, profile_access, user_defined_attributes, attributes)| {
            Command::UpdateUser(Box::new(UpdateUser {
                password: None,
                name,
                intro,
                profile_picture,
                profile_access,
                user_defined_attributes,
                attributes,
            }))
        },
    )
}

fn update_status() -> impl Strategy<Value = Command> {
    let devices = vec![DeviceType::Desktop, DeviceType::Browser, DeviceType::Android, DeviceType::Unknown];
    let statuses = vec![UserStatus::Available, UserStatus::Offline, UserStatus::BeRightBack];
    (prop::collection::vec(prop::sample::select(devices), 0..3), prop::sample::select(statuses), values()).prop_map(
        |(devices, status, attributes)| {
            let status = Some(status);
            Command::UpdateUserOnlineStatus(Box::new(UpdateUserOnlineStatus { devices, status, attributes }))
        },
    )
}
