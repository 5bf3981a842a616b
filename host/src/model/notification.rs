//! What users are told of others' doings.

use std::sync::Arc;

use super::{UserId, command::Request, session::DeviceType};

/// A command that others should hear of. It is encoded once, whatever the number of recipients.
#[derive(Clone, PartialEq, Debug)]
pub struct Notification {
    /// Who acted.
    pub requester: UserId,
    /// What they asked for, with what the server filled in.
    pub relayed: Request,
    pub recipients: Recipients,
    /// The session that acted, which is told by its answer instead.
    pub except: Option<(UserId, DeviceType)>,
}

/// The users whose sessions receive a notification, each session once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipients {
    /// The requester's other devices only.
    Own,
    /// One user, and the requester's other devices.
    User(UserId),
    /// These users, and the requester's other devices; the requester may or may not be among them.
    Users(Arc<[UserId]>),
}
