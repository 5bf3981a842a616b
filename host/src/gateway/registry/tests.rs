//! Who is reached, and who is not.

use std::collections::{BTreeMap, VecDeque};

use super::*;
use crate::{
    gateway::{outbound::Order, wire::Transport},
    model::{
        Timestamp,
        command::{Command, Request, UpdateUser},
    },
};

struct Fixture {
    registry: Arc<Registry>,
    sessions: Vec<(SessionInfo, Arc<Outbound>)>,
}

impl Fixture {
    fn new(sessions: &[(i64, DeviceType)]) -> Self {
        Self::with(SimultaneousLogins::default(), sessions)
    }

    fn with(simultaneous_logins: SimultaneousLogins, sessions: &[(i64, DeviceType)]) -> Self {
        let config = GatewayConfig { max_queued_frames: 2, simultaneous_logins, ..GatewayConfig::for_test() };
        let registry = Registry::new(&config, Clock::fake(Timestamp(1)));
        let mut fixture = Self { registry, sessions: Vec::new() };
        for (user, device) in sessions {
            assert_eq!(fixture.open(*user, *device), Opening::Open);
        }
        fixture
    }

    fn open(&mut self, user: i64, device: DeviceType) -> Opening {
        self.open_ending(user, device, None)
    }

    fn open_ending(&mut self, user: i64, device: DeviceType, ends: Option<&[DeviceType]>) -> Opening {
        let info = SessionInfo {
            id: self.registry.reserve_id(),
            user: UserId(user),
            device,
            ip: [127, 0, 0, 1].into(),
            opened: Timestamp(1),
        };
        let transport = if device == DeviceType::Browser { Transport::WebSocket } else { Transport::Tcp };
        let outbound = Arc::new(Outbound::new(transport));
        let decided = self.registry.generation(info.user);
        let opening = self.registry.insert(&info, UserStatus::Available, Arc::clone(&outbound), (decided, ends), || ());
        if opening == Opening::Open {
            self.sessions.push((info, outbound));
        }
        opening
    }

    fn deliver(&self, recipients: Recipients, except: Option<SessionId>) {
        let update = UpdateUser {
            password: None,
            name: Some("Ann".into()),
            intro: None,
            profile_picture: None,
            profile_access: None,
            user_defined_attributes: BTreeMap::new(),
            attributes: vec![],
        };
        let relayed = Request { id: 7, attributes: vec![], command: Command::UpdateUser(Box::new(update)) };
        self.registry.deliver(&Notification { requester: UserId(1), relayed, recipients, except });
    }

    /// How many frames each session got since the last time.
    fn received(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for (_, outbound) in &self.sessions {
            let mut batch = VecDeque::new();
            outbound.take(&mut batch);
            outbound.written();
            counts.push(batch.len());
        }
        counts
    }
}

const DESKTOP: DeviceType = DeviceType::Desktop;
const BROWSER: DeviceType = DeviceType::Browser;

#[test]
fn each_session_of_the_recipients_and_of_the_requester_gets_it_once() {
    let fixture = Fixture::new(&[(1, DESKTOP), (1, BROWSER), (2, DESKTOP), (2, BROWSER), (3, DESKTOP)]);
    let except = Some(fixture.sessions[0].0.id);
    let cases = [
        (Recipients::Own, except, [0, 1, 0, 0, 0]),
        (Recipients::User(UserId(2)), except, [0, 1, 1, 1, 0]),
        (Recipients::User(UserId(1)), None, [1, 1, 0, 0, 0]),
        (Recipients::User(UserId(9)), except, [0, 1, 0, 0, 0]),
        (Recipients::Users([UserId(2), UserId(3)].into()), except, [0, 1, 1, 1, 1]),
        (Recipients::Users([UserId(1), UserId(2)].into()), except, [0, 1, 1, 1, 0]),
        (Recipients::Users([UserId(3), UserId(2), UserId(3), UserId(1)].into()), None, [1, 1, 1, 1, 1]),
        (Recipients::Users([].into()), None, [1, 1, 0, 0, 0]),
        (Recipients::Others([UserId(2), UserId(1), UserId(2)].into()), None, [0, 0, 1, 1, 0]),
    ];
    for (recipients, except, expected) in cases {
        fixture.deliver(recipients.clone(), except);
        assert_eq!(fixture.received(), expected, "{recipients:?}");
    }
}

#[test]
fn who_takes_the_place_of_a_session_is_told_what_it_did() {
    let mut fixture = Fixture::new(&[(1, DESKTOP)]);
    let older = fixture.sessions[0].0.id;
    fixture.open(1, DESKTOP);
    fixture.deliver(Recipients::Own, Some(older));
    assert_eq!(fixture.received(), [0, 1]);
}

#[test]
fn sessions_of_a_transport_share_one_frame() {
    let fixture = Fixture::new(&[(1, DESKTOP), (2, DESKTOP), (3, BROWSER), (4, BROWSER)]);
    fixture.deliver(Recipients::Users([UserId(2), UserId(3), UserId(4)].into()), None);
    let frames = fixture.sessions.iter().map(|(_, outbound)| {
        let mut batch = VecDeque::new();
        outbound.take(&mut batch);
        batch.pop_front().unwrap()
    });
    let frames: Vec<_> = frames.collect();
    assert_eq!(frames[0].as_ptr(), frames[1].as_ptr());
    assert_eq!(frames[2].as_ptr(), frames[3].as_ptr());
    assert_eq!(frames[0][1..], frames[2][2..], "the payload is the same");
}

#[test]
fn a_newer_login_takes_the_place_of_the_older() {
    let mut fixture = Fixture::new(&[(1, DESKTOP)]);
    fixture.open(1, DESKTOP);
    let (older, outbound) = &fixture.sessions[0];
    assert_eq!(outbound.take_order(), Some(Order::Close(CloseStatus::DisconnectedByOtherDevice.into())));
    fixture.registry.remove(older);
    assert_eq!(fixture.registry.presence(UserId(1)).devices, [DESKTOP], "the newer one stays");
    assert_eq!(fixture.registry.len(), 1);
    fixture.registry.remove(&fixture.sessions[1].0);
    assert_eq!(fixture.registry.presence(UserId(1)), Presence::offline(UserId(1)));
    assert!(fixture.registry.is_empty());
}

#[test]
fn a_login_ends_those_it_excludes() {
    let exclusive = vec![vec![DESKTOP, BROWSER, DeviceType::Others]];
    let logins = SimultaneousLogins { exclusive, ..SimultaneousLogins::default() };
    let mut fixture = Fixture::with(logins, &[(1, DeviceType::Ios), (1, DESKTOP)]);
    fixture.open(1, BROWSER);
    let orders: Vec<_> = fixture.sessions.iter().map(|(_, outbound)| outbound.take_order().is_some()).collect();
    assert_eq!(orders, [false, true, false]);
    assert_eq!(fixture.registry.presence(UserId(1)).devices, [DeviceType::Ios, BROWSER]);
}

#[test]
fn a_login_is_refused_for_those_it_excludes_where_the_operator_wants_it() {
    let logins = SimultaneousLogins { on_conflict: LoginConflict::Refuse, ..SimultaneousLogins::default() };
    let mut fixture = Fixture::with(logins, &[(1, DESKTOP), (1, BROWSER), (2, DESKTOP)]);
    assert_eq!(fixture.open(1, DESKTOP), Opening::Conflict);
    assert_eq!(fixture.registry.len(), 3, "its id is free again");
    assert_eq!(fixture.sessions[0].1.take_order(), None);
    fixture.registry.remove(&fixture.sessions[0].0);
    assert_eq!(fixture.open(1, DESKTOP), Opening::Open);
}

#[test]
fn a_login_ends_only_those_that_somebody_was_asked_about() {
    let mut fixture = Fixture::new(&[(1, DESKTOP)]);
    assert_eq!(fixture.open_ending(1, DESKTOP, Some(&[])), Opening::Conflict, "it came in between");
    assert_eq!(fixture.sessions[0].1.take_order(), None);
    assert_eq!(fixture.open_ending(1, BROWSER, Some(&[])), Opening::Open, "it ends none");
    assert_eq!(fixture.open_ending(1, DESKTOP, Some(&[DESKTOP])), Opening::Open);
    assert!(fixture.sessions[0].1.take_order().is_some());
}

#[test]
fn devices_share_a_status() {
    let fixture = Fixture::new(&[(1, DESKTOP), (1, BROWSER)]);
    assert_eq!(fixture.registry.set_status(UserId(1), UserStatus::Busy), Some(UserStatus::Available));
    assert_eq!(fixture.registry.set_status(UserId(2), UserStatus::Busy), None);
    let presence = fixture.registry.presence(UserId(1));
    assert_eq!((presence.status, presence.devices), (UserStatus::Busy, vec![DESKTOP, BROWSER]));
}

#[test]
fn some_or_all_devices_are_closed() {
    let fixture = Fixture::new(&[(1, DESKTOP), (1, BROWSER), (2, DESKTOP)]);
    let status = CloseStatus::DisconnectedByAdmin;
    assert_eq!(fixture.registry.close(UserId(1), Some(&[BROWSER, DeviceType::Ios]), status), 1);
    assert_eq!(fixture.registry.close(UserId(1), None, status), 2);
    assert_eq!(fixture.registry.close(UserId(3), None, status), 0);
    let orders: Vec<_> = fixture.sessions.iter().map(|(_, outbound)| outbound.take_order()).collect();
    assert_eq!(orders, [Some(Order::Close(status.into())), Some(Order::Close(status.into())), None]);
}

#[test]
fn who_is_too_slow_delays_nobody() {
    let fixture = Fixture::new(&[(1, DESKTOP), (2, DESKTOP)]);
    for _ in 0..4 {
        fixture.deliver(Recipients::User(UserId(2)), None);
        let (_, fast) = &fixture.sessions[0];
        let mut batch = VecDeque::new();
        assert!(fast.take(&mut batch));
        fast.written();
    }
    assert_eq!(fixture.sessions[0].1.take_order(), None);
    assert_eq!(fixture.sessions[1].1.take_order(), Some(Order::Overflow));
}
