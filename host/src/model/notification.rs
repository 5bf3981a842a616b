//! What users are told of others' doings.

use std::sync::Arc;

use super::{SessionId, UserId, command::Request};

/// A command that others should hear of. It is encoded once, whatever the number of recipients.
#[derive(Clone, PartialEq, Debug)]
pub struct Notification {
    /// Who acted.
    pub requester: UserId,
    /// What they asked for, with what the server filled in.
    pub relayed: Request,
    pub recipients: Recipients,
    /// The session that acted, which is told by its answer instead. One that has taken its place meanwhile is not.
    pub except: Option<SessionId>,
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
    /// Those of these users who are not the requester.
    Others(Arc<[UserId]>),
}

impl Recipients {
    /// These users and, when `own_devices`, the requester's other devices; `None` when that is nobody.
    #[must_use]
    pub fn among(users: &[UserId], own_devices: bool) -> Option<Self> {
        match (users, own_devices) {
            ([], false) => None,
            ([], true) => Some(Self::Own),
            ([user], true) => Some(Self::User(*user)),
            (users, true) => Some(Self::Users(users.into())),
            (users, false) => Some(Self::Others(users.into())),
        }
    }

    /// All of a shared list, without copying it.
    #[must_use]
    pub fn all(users: Arc<[UserId]>, own_devices: bool) -> Self {
        if own_devices { Self::Users(users) } else { Self::Others(users) }
    }

    /// The users other than the requester's own devices.
    #[must_use]
    pub fn users(&self) -> &[UserId] {
        match self {
            Self::Own => &[],
            Self::User(user) => std::slice::from_ref(user),
            Self::Users(users) | Self::Others(users) => users,
        }
    }

    /// Takes users out; the requester's other devices stay.
    pub fn retain(&mut self, is_kept: impl Fn(UserId) -> bool) {
        let kept = |users: &[UserId]| users.iter().copied().filter(|user| is_kept(*user)).collect();
        match self {
            Self::Own => {}
            Self::User(user) if is_kept(*user) => {}
            Self::User(_) => *self = Self::Own,
            Self::Users(users) => *users = kept(users),
            Self::Others(users) => *users = kept(users),
        }
    }

    /// The requester's other devices, if they are to be told.
    #[must_use]
    pub fn own(own_devices: bool) -> Option<Self> {
        Self::among(&[], own_devices)
    }
}
