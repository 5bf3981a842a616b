//! Sessions: devices, presence and how a session ends.

use std::{
    collections::{BTreeMap, HashSet},
    net::IpAddr,
};

use serde::{Deserialize, Serialize};

use super::{SessionId, Timestamp, UserId, hidden::Hidden};

/// The kind of device that a session runs on; a user has one session per kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceType {
    Desktop,
    Browser,
    Ios,
    Android,
    Others,
    Unknown,
}

/// How a client is connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    WebSocket,
    Tcp,
}

/// What a user shows of their availability, on all devices alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    #[default]
    Available,
    Offline,
    Invisible,
    Busy,
    DoNotDisturb,
    Away,
    BeRightBack,
}

/// A user's status and the devices that are online.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Presence {
    pub user: UserId,
    pub status: UserStatus,
    pub devices: Vec<DeviceType>,
}

impl Presence {
    /// What is said of a user without a session.
    #[must_use]
    pub fn offline(user: UserId) -> Self {
        Self { user, status: UserStatus::Offline, devices: Vec::new() }
    }
}

/// What a client presents to log in.
#[derive(Clone, PartialEq, Debug)]
pub struct Login {
    /// Version of the protocol; only 1 is known.
    pub version: i32,
    pub user: UserId,
    pub password: Option<Hidden>,
    pub status: Option<UserStatus>,
    pub device: DeviceType,
    pub device_details: Vec<(String, String)>,
    pub position: Option<Position>,
}

/// A place in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Location {
    /// Between -85.05112878 and 85.05112878.
    pub latitude: f32,
    /// Between -180 and 180.
    pub longitude: f32,
}

impl Location {
    /// Whether both coordinates are numbers in range.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        // Web Mercator ends at this latitude; NaN fails both comparisons.
        f64::from(self.latitude).abs() <= 85.051_128_78 && self.longitude.abs() <= 180.0
    }
}

/// Where a user is.
#[derive(Clone, PartialEq, Debug)]
pub struct Position {
    pub location: Location,
    /// When it was measured; the server fills it in where the client does not say.
    pub date: Option<Timestamp>,
    /// What the client says of it, by names that clients agree on.
    pub details: BTreeMap<String, String>,
}

impl Position {
    /// Of which nothing but the place is known.
    #[must_use]
    pub fn at(location: Location) -> Self {
        Self { location, date: None, details: BTreeMap::new() }
    }
}

/// One login of one device, as observers are told of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionInfo {
    pub id: SessionId,
    pub user: UserId,
    pub device: DeviceType,
    pub ip: IpAddr,
    pub opened: Timestamp,
}

/// A session that has ended, as observers are told of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndedSession {
    pub session: SessionInfo,
    /// A [`CloseStatus`] by its number.
    pub status: i32,
    pub date: Timestamp,
}

/// The kinds of request that a session may send, by the names of their fields in the protocol's envelope.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Access {
    #[default]
    All,
    Only(HashSet<String>),
    AllExcept(HashSet<String>),
}

/// What was decided about a login that is accepted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Admission {
    pub access: Access,
    /// The sessions that it may end, when a plugin was asked about that: those that were open by then. `None`:
    /// whichever are.
    pub ends: Option<Vec<DeviceType>>,
}

impl Access {
    /// Whether requests of this kind may be sent.
    #[must_use]
    pub fn allows(&self, kind: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(kinds) => kinds.contains(kind),
            Self::AllExcept(kinds) => !kinds.contains(kind),
        }
    }
}

/// Why the server ends a session; the numbers are the protocol's close statuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum CloseStatus {
    IllegalRequest = 100,
    HeartbeatTimeout = 110,
    LoginTimeout = 111,
    ServerError = 200,
    ServerClosed = 201,
    ServerUnavailable = 202,
    /// The link broke; never sent, as there is nobody to send it to.
    ConnectionClosed = 300,
    /// Also what a consumer gets that is too slow for its notifications.
    UnknownError = 400,
    DisconnectedByClient = 500,
    DisconnectedByOtherDevice = 501,
    DisconnectedByAdmin = 600,
    UserDeletedOrInactivated = 700,
    UserBlocked = 701,
}
