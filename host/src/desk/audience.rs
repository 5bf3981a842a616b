//! Stands for the sessions of users: nobody is online, and what they would be told is kept.

use crate::{
    dispatch::Deliver,
    model::{
        Notification, UserId,
        command::Command,
        message::Target,
        session::{CloseStatus, DeviceType, Presence, UserStatus},
    },
};
use parking_lot::Mutex;

/// A message that others were told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentMessage {
    pub sender: i64,
    pub target: Target,
    pub text: Option<String>,
}

#[derive(Default)]
pub(super) struct Audience {
    notifications: Mutex<Vec<Notification>>,
}

impl Audience {
    /// Messages that others were told of, in their order.
    pub(super) fn messages(&self) -> Vec<SentMessage> {
        let notifications = self.notifications.lock();
        let messages = notifications.iter().filter_map(|notification| match &notification.relayed.command {
            Command::CreateMessage(message) => message.draft.as_ref().map(|draft| SentMessage {
                sender: notification.requester.0,
                target: draft.target,
                text: draft.text.clone(),
            }),
            _ => None,
        });
        messages.collect()
    }
}

impl Deliver for Audience {
    fn deliver(&self, notification: &Notification) {
        self.notifications.lock().push(notification.clone());
    }

    fn presence(&self, user: UserId) -> Presence {
        Presence::offline(user)
    }

    fn set_status(&self, _user: UserId, _status: UserStatus) -> Option<UserStatus> {
        None
    }

    fn taken_over_by(&self, _: UserId, _: DeviceType) -> Vec<DeviceType> {
        Vec::new()
    }

    fn close(&self, _user: UserId, _devices: Option<&[DeviceType]>, _status: CloseStatus) -> usize {
        0
    }
}
