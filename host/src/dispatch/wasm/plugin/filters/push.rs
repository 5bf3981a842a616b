//! Before users who are offline are told of a message some other way.

use crate::{
    dispatch::{
        hooks::{BeforePush, Push},
        wasm::{
            Fault, Hook, Plugin, bindings::exports::talaria::plugin::notification_before_push, call::Call, convert,
            plugin::hooks::borrow_records,
        },
    },
    model::{Context, UserId, message::Message},
};

impl Plugin {
    /// `notification.before-push`
    pub(in crate::dispatch) async fn notification_before_push(
        &self,
        context: &Context,
        message: &Message,
        push: &Push,
    ) -> Result<BeforePush, Fault> {
        let mut call = Call::begin(self, Hook::NotificationBeforePush, context).await?;
        let records = borrow_records(&message.records);
        let shown = convert::message(message, &records);
        let recipients: Vec<i64> = push.recipients.iter().map(|user| user.0).collect();
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, notification_before_push.call_before_push(context, shown, &recipients));
        Ok(match call.finish(result)? {
            notification_before_push::Verdict::Continue => BeforePush::Continue,
            notification_before_push::Verdict::Patch(patch) => BeforePush::Show(patch.text),
            notification_before_push::Verdict::Skip(users) => BeforePush::Skip(users.into_iter().map(UserId).collect()),
            notification_before_push::Verdict::Drop => BeforePush::Drop,
        })
    }
}
