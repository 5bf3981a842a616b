//! Before others are told how far a user has read, that a user is typing, and of a user's status.

use super::{ask, judge};
use crate::{
    dispatch::{
        Verdict,
        wasm::{
            Fault, Plugin,
            bindings::exports::talaria::plugin::{message_before_read, presence_before_publish},
            convert,
        },
    },
    model::{Context, Timestamp, command::UpdateUserOnlineStatus, message::Target, session::UserStatus},
};

impl Plugin {
    /// `message.before-read`
    pub(in crate::dispatch) async fn message_before_read(
        &self,
        context: &Context,
        conversation: Target,
        read_date: Timestamp,
    ) -> Result<Verdict, Fault> {
        judge!(
            self,
            context,
            MessageBeforeRead,
            message_before_read.call_before_read(message_before_read::Reading {
                conversation: convert::target(conversation),
                read_date: read_date.0,
            })
        )
    }

    /// `typing.before-send`
    pub(in crate::dispatch) async fn typing_before_send(
        &self,
        context: &Context,
        conversation: Target,
    ) -> Result<Verdict, Fault> {
        judge!(self, context, TypingBeforeSend, typing_before_send.call_before_send(convert::target(conversation)))
    }

    /// `presence.before-publish`
    pub(in crate::dispatch) async fn presence_before_publish(
        &self,
        context: &Context,
        change: &mut UpdateUserOnlineStatus,
        status: UserStatus,
    ) -> Result<Verdict, Fault> {
        let devices: Vec<_> = change.devices.iter().copied().map(convert::device_type).collect();
        ask!(
            self, context, PresenceBeforePublish,
            presence_before_publish.call_before_publish(presence_before_publish::Change {
                status: to_wit(status),
                devices: &devices,
            }),
            patch => if let Some(status) = patch.status { change.status = Some(from_wit(status)) }
        )
    }
}

const fn to_wit(status: UserStatus) -> presence_before_publish::Status {
    match status {
        UserStatus::Available => presence_before_publish::Status::Available,
        UserStatus::Offline => presence_before_publish::Status::Offline,
        UserStatus::Invisible => presence_before_publish::Status::Invisible,
        UserStatus::Busy => presence_before_publish::Status::Busy,
        UserStatus::DoNotDisturb => presence_before_publish::Status::DoNotDisturb,
        UserStatus::Away => presence_before_publish::Status::Away,
        UserStatus::BeRightBack => presence_before_publish::Status::BeRightBack,
    }
}

const fn from_wit(status: presence_before_publish::Status) -> UserStatus {
    match status {
        presence_before_publish::Status::Available => UserStatus::Available,
        presence_before_publish::Status::Offline => UserStatus::Offline,
        presence_before_publish::Status::Invisible => UserStatus::Invisible,
        presence_before_publish::Status::Busy => UserStatus::Busy,
        presence_before_publish::Status::DoNotDisturb => UserStatus::DoNotDisturb,
        presence_before_publish::Status::Away => UserStatus::Away,
        presence_before_publish::Status::BeRightBack => UserStatus::BeRightBack,
    }
}
