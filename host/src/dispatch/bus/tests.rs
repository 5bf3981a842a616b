//! Who is told of what, and what plugins may decide. `Deliver` is the only room that is stood in for.

mod deeds;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Bus;
use crate::{
    config::Config,
    dispatch::{Deliver, Error, Hooks, MessagesError, UsersError},
    model::{
        Context, MessageId, Notification, Origin, RelationshipGroupIndex, Reply, SessionId, UserId, Value,
        command::{
            Command, CreateGroup, CreateMessage, CreateRelationship, DeleteGroupMembers, ListMeetings, MeetingRequest,
            NamedResource, Provider, QueryGroupMembers, Request, ResourceRequest, UpdateUser, UpdateUserOnlineStatus,
        },
        hidden::Hidden,
        message::{Draft, Target},
        notification::Recipients,
        resource::ResourceKind,
        session::{CloseStatus, DeviceType, Login, Presence, UserStatus},
        user::NewUser,
    },
    services::testing::{NOW, World, assert_refused, draft},
};

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);

type Closed = (UserId, Option<Vec<DeviceType>>, CloseStatus);

/// Remembers what it was asked for. Alice alone is online, on a browser.
#[derive(Default)]
struct Recorder {
    notifications: Mutex<Vec<Notification>>,
    closed: Mutex<Vec<Closed>>,
    /// Alice's, when she set one.
    status: Mutex<Option<UserStatus>>,
}

impl Deliver for Recorder {
    fn deliver(&self, notification: &Notification) {
        self.notifications.lock().push(notification.clone());
    }

    fn presence(&self, user: UserId) -> Presence {
        match user {
            ALICE => {
                let status = self.status.lock().unwrap_or(UserStatus::Busy);
                Presence { user, status, devices: vec![DeviceType::Browser] }
            }
            _ => Presence::offline(user),
        }
    }

    fn set_status(&self, user: UserId, status: UserStatus) -> Option<UserStatus> {
        (user == ALICE).then(|| self.status.lock().replace(status).unwrap_or(UserStatus::Busy))
    }

    fn taken_over_by(&self, _: UserId, _: DeviceType) -> Vec<DeviceType> {
        Vec::new()
    }

    fn close(&self, user: UserId, devices: Option<&[DeviceType]>, status: CloseStatus) -> usize {
        self.closed.lock().push((user, devices.map(<[_]>::to_vec), status));
        usize::from(user == ALICE)
    }
}

struct Hall {
    bus: Bus,
    world: World,
    recorder: Arc<Recorder>,
}

impl Hall {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let world = World::with(change).await;
        let recorder = Arc::new(Recorder::default());
        let hooks =
            Hooks::open(Arc::clone(&world.store), world.clock.clone(), TaskTracker::new(), CancellationToken::new());
        let hooks = hooks.await.unwrap();
        let deliver = Arc::clone(&recorder) as Arc<dyn Deliver>;
        let bus = Bus::new(Arc::clone(&world.services), Arc::new(hooks), deliver);
        Self { bus, world, recorder }
    }

    async fn request(&self, user: UserId, command: Command) -> Result<Reply, Error> {
        self.bus.handle(&session(user), Request { id: 77, attributes: Vec::new(), command }).await
    }

    /// The one notification since the last call.
    fn told(&self) -> Notification {
        let mut notifications = self.recorder.notifications.lock();
        assert_eq!(notifications.len(), 1, "{notifications:?}");
        notifications.remove(0)
    }

    fn nobody_told(&self) -> bool {
        self.recorder.notifications.lock().is_empty()
    }
}

fn session(user: UserId) -> Context {
    Context {
        origin: Origin::Client,
        actor: user,
        session: Some(SessionId(1)),
        device: Some(DeviceType::Browser),
        ip: None,
        wire: None,
        hop: 0,
    }
}

fn message(draft: Option<Draft>) -> Command {
    Command::CreateMessage(Box::new(CreateMessage {
        id: None,
        sequence: None,
        is_system: false,
        draft,
        idempotency_key: None,
    }))
}

fn login(user: UserId, password: &str) -> Login {
    Login {
        version: 1,
        user,
        password: Some(Hidden(password.into())),
        status: None,
        device: DeviceType::Browser,
        device_details: Vec::new(),
        position: None,
    }
}

#[tokio::test]
async fn a_login_is_checked_in_the_order_of_the_protocol() {
    let hall = Hall::new().await;
    let context = Context { session: None, ..session(UserId::ADMIN) };
    let refused = async |login: Login| match hall.bus.login(&context, &login).await {
        Err(Error::Users(error)) => error,
        other => panic!("{other:?}"),
    };
    hall.bus.login(&context, &login(ALICE, "1")).await.unwrap();
    let offline = Some(UserStatus::Offline);
    let version = Login { version: 0, ..login(UserId::ADMIN, "") };
    assert!(matches!(refused(version).await, UsersError::UnsupportedVersion(0)));
    assert!(matches!(refused(login(UserId::ADMIN, "")).await, UsersError::WrongCredentials));
    assert!(matches!(refused(login(UserId(404), "")).await, UsersError::NotActive));
    let wrong = Login { status: offline, ..login(ALICE, "wrong") };
    assert!(matches!(refused(wrong).await, UsersError::WrongCredentials));
    assert!(matches!(refused(Login { status: offline, ..login(ALICE, "1") }).await, UsersError::LoginAsOffline));
}

#[tokio::test]
async fn a_message_reaches_the_recipient_as_it_was_stored() {
    let hall = Hall::new().await;
    let reply = hall.request(ALICE, message(Some(draft(Target::User(BOB), "hi")))).await.unwrap();
    let Reply::MessageId(id) = reply else { panic!("{reply:?}") };
    let told = hall.told();
    assert_eq!((told.requester, told.recipients), (ALICE, Recipients::User(BOB)));
    assert_eq!((told.except, told.relayed.id), (Some(SessionId(1)), 77));
    let Command::CreateMessage(relayed) = told.relayed.command else { panic!() };
    assert_eq!(relayed.id, Some(id));
    let relayed = relayed.draft.unwrap();
    assert_eq!((relayed.text.as_deref(), relayed.delivery_date), (Some("hi"), Some(NOW)));
    assert!(hall.world.store.find_message(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_forward_is_relayed_with_its_content() {
    let hall = Hall::new().await;
    let group = hall.world.group(ALICE, &[BOB]).await;
    let source = hall.bus.send(&session(BOB), BOB, draft(Target::User(ALICE), "news")).await.unwrap();
    hall.told();
    let forward = Draft { text: None, forwarded_from: Some(source), ..draft(Target::Group(group), "") };
    hall.request(ALICE, message(Some(forward))).await.unwrap();
    let told = hall.told();
    assert_eq!(told.recipients, Recipients::Users([ALICE, BOB].into()));
    let Command::CreateMessage(relayed) = told.relayed.command else { panic!() };
    assert_eq!(relayed.draft.unwrap().text.as_deref(), Some("news"));
    let unknown = Draft { forwarded_from: Some(MessageId(404)), ..draft(Target::User(BOB), "") };
    let refused = hall.request(ALICE, message(Some(unknown))).await;
    assert_refused!(refused, Error::Messages(MessagesError::SourceNotVisible));
}

#[tokio::test]
async fn refused_messages_reach_nobody() {
    let hall = Hall::new().await;
    let system = CreateMessage {
        id: None,
        sequence: None,
        is_system: true,
        draft: Some(draft(Target::User(BOB), "")),
        idempotency_key: None,
    };
    let refused = hall.request(ALICE, Command::CreateMessage(Box::new(system))).await;
    assert_refused!(refused, Error::Messages(MessagesError::System));
    assert_refused!(hall.request(ALICE, message(None)).await, Error::Messages(MessagesError::NoTarget));
    let refused = hall.request(ALICE, message(Some(draft(Target::User(UserId(-1)), "")))).await;
    assert_refused!(refused, Error::Messages(MessagesError::RecipientNotActive));
    assert!(hall.nobody_told());
}

#[tokio::test]
async fn the_administrator_sends_for_users_who_exist() {
    let hall = Hall::new().await;
    let send = async |sender| hall.bus.send(&Context::admin(), sender, draft(Target::User(BOB), "hi")).await;
    assert_refused!(send(UserId(404)).await, Error::Users(UsersError::Unknown(UserId(404))));
    assert!(hall.nobody_told());
    send(ALICE).await.unwrap();
    let told = hall.told();
    assert_eq!((told.requester, told.except, told.relayed.id), (ALICE, None, 0));
}

#[tokio::test]
async fn own_devices_hear_of_changes_without_passwords() {
    let hall = Hall::new().await;
    let update = UpdateUser {
        password: Some(Hidden("secret".into())),
        name: Some("Al".into()),
        intro: None,
        profile_picture: None,
        profile_access: None,
        user_defined_attributes: BTreeMap::new(),
        attributes: Vec::new(),
    };
    let empty = UpdateUser { password: None, name: None, ..update.clone() };
    assert_eq!(hall.request(ALICE, Command::UpdateUser(Box::new(empty))).await.unwrap(), Reply::Done);
    assert!(hall.nobody_told());
    hall.request(ALICE, Command::UpdateUser(Box::new(update))).await.unwrap();
    let told = hall.told();
    assert_eq!(told.recipients, Recipients::Own);
    let Command::UpdateUser(relayed) = told.relayed.command else { panic!() };
    assert_eq!((relayed.password, relayed.name.as_deref()), (None, Some("Al")));

    let create = CreateRelationship { user: BOB, blocked: false, group: None, name: None, attributes: Vec::new() };
    hall.request(ALICE, Command::CreateRelationship(Box::new(create))).await.unwrap();
    let Command::CreateRelationship(relayed) = hall.told().relayed.command else { panic!() };
    assert_eq!(relayed.group, Some(RelationshipGroupIndex::DEFAULT));
}

#[tokio::test]
async fn groups_tell_their_members_and_those_who_leave() {
    let hall = Hall::new().await;
    let create = CreateGroup {
        name: "g".into(),
        intro: None,
        announcement: None,
        min_score: None,
        type_id: None,
        mute_end_date: None,
        user_defined_attributes: BTreeMap::new(),
        attributes: Vec::new(),
    };
    let reply = hall.request(ALICE, Command::CreateGroup(Box::new(create))).await.unwrap();
    assert!(matches!(reply, Reply::Id(1..)), "{reply:?}");
    assert_eq!(hall.told().recipients, Recipients::Own);

    let group = hall.world.group(ALICE, &[BOB]).await;
    let remove = |members: &[UserId]| {
        Command::DeleteGroupMembers(Box::new(DeleteGroupMembers {
            group,
            members: members.to_vec(),
            successor: None,
            quit_after_transfer: false,
            attributes: Vec::new(),
        }))
    };
    assert_eq!(hall.request(ALICE, remove(&[UserId(5)])).await.unwrap(), Reply::Done);
    assert!(hall.nobody_told());
    assert_eq!(hall.request(BOB, remove(&[BOB])).await.unwrap(), Reply::Done);
    assert_eq!(hall.told().recipients, Recipients::Users([ALICE, BOB].into()));
    assert_eq!(hall.request(BOB, remove(&[BOB])).await.unwrap(), Reply::NoContent);
    assert!(hall.nobody_told());
}

#[tokio::test]
async fn members_are_shown_with_their_presence() {
    let hall = Hall::new().await;
    let group = hall.world.group(ALICE, &[BOB]).await;
    let query = |members: &[UserId]| {
        Command::QueryGroupMembers(Box::new(QueryGroupMembers {
            group,
            version: None,
            members: members.to_vec(),
            with_status: true,
        }))
    };
    let Reply::MemberPresences(members) = hall.request(BOB, query(&[])).await.unwrap() else { panic!() };
    let statuses: Vec<_> = members.iter().map(|(member, presence)| (member.user, presence.status)).collect();
    assert_eq!(statuses, [(ALICE, UserStatus::Busy), (BOB, UserStatus::Offline)]);
    assert_eq!(hall.request(BOB, query(&[UserId(9)])).await.unwrap(), Reply::NoContent);
}

#[tokio::test]
async fn statuses_are_anybodys_to_see_and_ones_own_to_set() {
    let hall = Hall::new().await;
    let query = |users: &[i64]| Command::QueryUserOnlineStatuses { users: users.iter().copied().map(UserId).collect() };
    assert_eq!(hall.request(BOB, query(&[])).await.unwrap(), Reply::NoContent);
    let many = Command::QueryUserOnlineStatuses { users: vec![BOB; 5001] };
    assert_refused!(hall.request(BOB, many).await, Error::Users(UsersError::TooManyIds { max: 5000 }));
    let Reply::Presences(found) = hall.request(BOB, query(&[1, 404, -1, 1])).await.unwrap() else { panic!() };
    let statuses: Vec<_> = found.iter().map(|presence| (presence.user.0, presence.status)).collect();
    assert_eq!(statuses, [(-1, UserStatus::Offline), (1, UserStatus::Busy), (404, UserStatus::Offline)]);

    let set = |status, devices: &[DeviceType]| {
        let command = UpdateUserOnlineStatus { devices: devices.to_vec(), status, attributes: Vec::new() };
        Command::UpdateUserOnlineStatus(Box::new(command))
    };
    assert_refused!(hall.request(ALICE, set(None, &[])).await, Error::Users(UsersError::UnknownStatus));
    hall.request(ALICE, set(Some(UserStatus::Away), &[])).await.unwrap();
    assert_eq!(hall.told().recipients, Recipients::Own);
    hall.request(BOB, set(Some(UserStatus::Away), &[])).await.unwrap();
    assert!(hall.nobody_told(), "without a session there is no status");
    assert!(hall.recorder.closed.lock().is_empty());

    for devices in [&[][..], &[DeviceType::Ios]] {
        hall.request(ALICE, set(Some(UserStatus::Offline), devices)).await.unwrap();
        hall.told();
        let devices = (!devices.is_empty()).then(|| devices.to_vec());
        assert_eq!(hall.recorder.closed.lock().pop(), Some((ALICE, devices, CloseStatus::DisconnectedByOtherDevice)));
    }
}

#[tokio::test]
async fn who_becomes_invisible_seems_to_leave_and_to_come_back() {
    let hall = Hall::with(|config| {
        config.users.respond_offline_if_invisible = true;
        config.notifications.online_status_updated.group_members = true;
    })
    .await;
    hall.world.group(ALICE, &[BOB]).await;
    let set = async |status| {
        let attributes = vec![Value { scalar: None, list: Vec::new() }];
        let command = UpdateUserOnlineStatus { devices: Vec::new(), status: Some(status), attributes };
        hall.request(ALICE, Command::UpdateUserOnlineStatus(Box::new(command))).await.unwrap();
        let told = std::mem::take(&mut *hall.recorder.notifications.lock());
        told.into_iter()
            .map(|told| match told.relayed.command {
                Command::UpdateUserOnlineStatus(told_of) => {
                    (told.recipients, told_of.status.unwrap(), told_of.attributes.len())
                }
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    let others = Recipients::Others([BOB].into());
    assert_eq!(
        set(UserStatus::Invisible).await,
        [(others, UserStatus::Offline, 0), (Recipients::Own, UserStatus::Invisible, 1)]
    );
    assert_eq!(set(UserStatus::Invisible).await, [], "nothing changed");
    assert_eq!(set(UserStatus::Away).await, [(Recipients::User(BOB), UserStatus::Away, 1)]);
    set(UserStatus::Invisible).await;
    assert_eq!(set(UserStatus::Offline).await, [(Recipients::Own, UserStatus::Offline, 1)]);
}

#[tokio::test]
async fn what_nothing_serves_is_refused() {
    let hall = Hall::new().await;
    let meeting = |request| Command::Meeting(Box::new(request));
    let list = hall.request(ALICE, meeting(MeetingRequest::List(ListMeetings::default()))).await;
    assert_refused!(list, Error::NotProvided(Provider::Conference));
    assert_refused!(hall.request(ALICE, meeting(MeetingRequest::Wrong("x"))).await, Error::Senseless("x"));
    assert_eq!(hall.request(ALICE, meeting(MeetingRequest::Nothing)).await.unwrap(), Reply::Done);
    assert!(hall.nobody_told());
    let resource = |request| Command::Resource(Box::new(request));
    let picture = NamedResource { kind: ResourceKind::UserPicture, id: None };
    let picture = hall.request(ALICE, resource(ResourceRequest::Delete(picture))).await;
    assert_refused!(picture, Error::NotProvided(Provider::Storage));
    let wrong = hall.request(ALICE, resource(ResourceRequest::Wrong("x"))).await;
    assert_refused!(wrong, Error::Senseless("x"));
    assert_eq!(hall.request(ALICE, resource(ResourceRequest::Nothing)).await.unwrap(), Reply::Done);
    let again = Command::CreateSession(Box::new(login(ALICE, "1")));
    assert_refused!(hall.request(ALICE, again).await, Error::Invalid(_));
}

#[tokio::test]
async fn the_administrator_ends_sessions() {
    let hall = Hall::new().await;
    let (bus, admin) = (&hall.bus, Context::admin());
    bus.create_users(&admin, vec![NewUser::new(UserId(10))]).await.unwrap();
    assert_eq!(bus.delete_users(&admin, &[ALICE, UserId(404)]).await.unwrap(), [ALICE]);
    bus.set_password(&admin, BOB, "new".into()).await.unwrap();
    bus.set_active(&admin, BOB, true).await.unwrap();
    bus.set_active(&admin, BOB, false).await.unwrap();
    let closed = std::mem::take(&mut *hall.recorder.closed.lock());
    assert_eq!(
        closed,
        [
            (ALICE, None, CloseStatus::UserDeletedOrInactivated),
            (BOB, None, CloseStatus::DisconnectedByAdmin),
            (BOB, None, CloseStatus::UserDeletedOrInactivated),
        ]
    );
    assert_refused!(bus.set_password(&admin, ALICE, "x".into()).await, Error::Users(UsersError::Unknown(ALICE)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_told_in_the_order_of_its_ids() {
    let hall = Arc::new(Hall::new().await);
    let group = hall.world.group(ALICE, &[BOB]).await;
    let tasks = (0..100).map(|_| {
        let hall = Arc::clone(&hall);
        async move { hall.request(BOB, message(Some(draft(Target::Group(group), "hi")))).await.unwrap() }
    });
    let mut set = tokio::task::JoinSet::new();
    tasks.for_each(|task| drop(set.spawn(task)));
    set.join_all().await;
    let told = std::mem::take(&mut *hall.recorder.notifications.lock());
    let ids: Vec<_> = told
        .into_iter()
        .map(|told| match told.relayed.command {
            Command::CreateMessage(message) => message.id.unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids.len(), 100);
    assert!(ids.is_sorted(), "{ids:?}");
}

#[tokio::test]
async fn what_a_request_takes_while_it_is_carried_out_is_bounded() {
    let hall = Hall::new().await;
    let (context, command) = (session(ALICE), Command::QueryJoinedGroupIds { version: None });
    let request = Request { id: 77, attributes: Vec::new(), command };
    let size = size_of_val(&hall.bus.handle(&context, request));
    // Each request allocates it. What is rare, such as the start of an instance, belongs in a box of its own.
    assert!(size <= 5 << 10, "{size} bytes");
}
