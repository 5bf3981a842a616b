//! Before others are told how far a user has read, that a user is typing, and of a user's status.

use super::{ask, judge};
use crate::{
    dispatch::wasm::{
        Fault, Judged, Plugin,
        bindings::exports::talaria::plugin::{message_before_read, presence_before_publish},
        convert,
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
    ) -> Result<Judged, Fault> {
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
    ) -> Result<Judged, Fault> {
        judge!(self, context, TypingBeforeSend, typing_before_send.call_before_send(convert::target(conversation)))
    }

    /// `presence.before-publish`
    pub(in crate::dispatch) async fn presence_before_publish(
        &self,
        context: &Context,
        change: &mut UpdateUserOnlineStatus,
        status: UserStatus,
    ) -> Result<Judged, Fault> {
        let devices: Vec<_> = change.devices.iter().copied().map(convert::device_type).collect();
        ask!(
            self, context, PresenceBeforePublish,
            presence_before_publish.call_before_publish(presence_before_publish::Change {
                status: convert::online_status(status),
                devices: &devices,
            }),
            patch => if let Some(status) = patch.status { change.status = Some(convert::user_status(status)) }
        )
    }
}
