//! How dispatch reaches sessions without knowing sockets.

use crate::model::{
    Notification, UserId,
    session::{CloseStatus, DeviceType, Presence, UserStatus},
};

/// The sessions of the cluster, as far as dispatch needs them. Implemented by the gateway's registry. No method waits:
/// a session that cannot take more is closed, the caller never feels it.
pub trait Deliver: Send + Sync {
    /// Hands the notification to each session of its recipients, once.
    fn deliver(&self, notification: &Notification);

    /// A user's status and devices; [`Presence::offline`] for one without a session.
    fn presence(&self, user: UserId) -> Presence;

    /// Sets the status of an online user and answers the one before; `None` when the user has no session.
    fn set_status(&self, user: UserId, status: UserStatus) -> Option<UserStatus>;

    /// The devices of a user's sessions that end when one opens on `device`.
    fn taken_over_by(&self, user: UserId, device: DeviceType) -> Vec<DeviceType>;

    /// Ends sessions of a user, those on `devices` or all, and tells their clients why. Answers how many.
    fn close(&self, user: UserId, devices: Option<&[DeviceType]>, status: CloseStatus) -> usize;
}
