//! Events that no change of the store makes by itself, as they lie in the outbox.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{
    MessageId, UserId,
    held::HeldNotice,
    message::Target,
    resource::Resource,
    session::{DeviceType, EndedSession, SessionInfo, Transport, UserStatus},
};

/// Something that happened beside the store. The date is that of the outbox's entry, where there is none here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Happened {
    SessionOpened(SessionInfo),
    SessionClosed(EndedSession),
    /// Ended by another login of the user, or at the wish of another device.
    SessionTakenOver(EndedSession),
    /// Ended by the administrator or a plugin.
    SessionKicked(EndedSession),
    LoginFailed(FailedLogin),
    MessageDelivered(Delivery),
    MessageDropped(DroppedMessage),
    MessageHeld(HeldNotice),
    MessagesExpired(Expiry),
    Pushed(PushOutcome),
    PresenceChanged(PresenceChange),
    AdminActed(AdminAction),
    ConnectionOpened(OpenedConnection),
    ConnectionClosed(EndedConnection),
    ConfigChanged(ConfigChange),
    ServerStarting(Server),
    ServerReady(Server),
    ServerStopping(Server),
    ResourceUploaded(ToldResource),
    ResourceDeleted(ToldResource),
}

/// A login that was refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FailedLogin {
    pub user: UserId,
    pub device: DeviceType,
    pub ip: Option<IpAddr>,
    /// The status code that the client was told.
    pub code: i32,
}

/// A message was handed to those of its recipients who were online.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub message: MessageId,
    pub sender: UserId,
    pub target: Target,
    /// Recipients with a session, and without one.
    pub online: u32,
    pub offline: u32,
    /// How many plugins the message has come through.
    #[serde(default)]
    pub hop: u8,
}

/// A message that a plugin dropped, or that was held and discarded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DroppedMessage {
    /// Of one that was held.
    #[serde(default)]
    pub message: Option<MessageId>,
    pub sender: UserId,
    pub target: Target,
    /// The name of the plugin that dropped or held it.
    pub plugin: String,
    /// How many plugins the message has come through.
    #[serde(default)]
    pub hop: u8,
}

/// Messages that were deleted because of their age.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Expiry {
    /// All of them have lesser ids.
    pub below: MessageId,
    pub count: u64,
}

/// A user who was offline was told of a message, or could not be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PushOutcome {
    /// The plugin that told the user.
    pub plugin: String,
    pub message: MessageId,
    pub user: UserId,
    /// Why it could not.
    pub failure: Option<String>,
}

/// A user's new status.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PresenceChange {
    pub user: UserId,
    pub status: UserStatus,
}

/// A change that the administrator asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AdminAction {
    /// Method and path.
    pub name: String,
    /// The HTTP status of the answer.
    pub status: u16,
}

/// A client connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenedConnection {
    pub ip: IpAddr,
    pub transport: Transport,
}

/// A client's connection ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndedConnection {
    pub ip: IpAddr,
    pub transport: Transport,
    /// How long it was open, in milliseconds.
    pub duration: u64,
}

/// A plugin's configuration was changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConfigChange {
    /// The plugin's name.
    pub plugin: String,
}

/// A server that starts or stops.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Server {
    pub node: u16,
    pub version: String,
}

/// A resource of which the plugin that stores it has told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ToldResource {
    pub resource: Resource,
    /// How many plugins this has come through.
    pub hop: u8,
}
